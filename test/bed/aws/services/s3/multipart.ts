/** Uploads in parts, which clients use for anything large. */
import { createHash } from "node:crypto";
import type {
  AbortMultipartUploadCommandInput,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  ListMultipartUploadsCommandInput,
  ListPartsCommandInput,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { type Bucket, bucketFor, keep, shownVersion, type Upload } from "./bucket.ts";
import { checksumsOf } from "./checksums.ts";
import { assertWritable, currentOf } from "./conditions.ts";
import { sourceOf } from "./copy.ts";
import { encryptionOf, etagOf, propertiesOf, tagsFromHeader } from "./properties.ts";

/** Every part but the last must be at least this long. */
const SMALLEST_PART = 5 * 1024 * 1024;

export function createMultipartUpload(world: World, input: CreateMultipartUploadCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const encryption = encryptionOf(bucket, input);
  const upload: Upload = {
    id: world.hex(64),
    key: input.Key ?? "",
    at: new Date(world.clock.now()),
    properties: { ...propertiesOf(input), ...encryption },
    tags: tagsFromHeader(input.Tagging),
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return { Bucket: bucket.name, Key: upload.key, UploadId: upload.id, ...encryption };
}

export function uploadPart(world: World, input: UploadPartCommandInput, call: Call): object {
  const upload = uploadOf(bucketFor(world, input, call), input);
  const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
  const checksums = checksumsOf(input, body);
  return { ETag: addPart(world, upload, { number: input.PartNumber ?? 0, body }), ...checksums };
}

export function uploadPartCopy(world: World, input: UploadPartCopyCommandInput, call: Call): object {
  const upload = uploadOf(bucketFor(world, input, call), input);
  const { from, version } = sourceOf(world, input, call);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(input.CopySourceRange ?? "") ?? [];
  const body = first === undefined ? version.body : version.body.subarray(Number(first), Number(last) + 1);
  const etag = addPart(world, upload, { number: input.PartNumber ?? 0, body });
  return {
    CopyPartResult: { ETag: etag, LastModified: new Date(world.clock.now()) },
    CopySourceVersionId: shownVersion(from, version),
  };
}

export function completeMultipartUpload(world: World, input: CompleteMultipartUploadCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const upload = uploadOf(bucket, input);
  assertWritable(currentOf(bucket, upload.key), input);
  const listed = input.MultipartUpload?.Parts ?? [];
  if (listed.length === 0) throw new AwsError("InvalidRequest", "You must specify at least one part");
  const parts = listed.map(({ PartNumber = 0, ETag = "" }, index) => {
    const part = upload.parts.get(PartNumber);
    if (part === undefined || part.etag.replaceAll('"', "") !== ETag.replaceAll('"', ""))
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    if (PartNumber <= (listed[index - 1]?.PartNumber ?? 0))
      throw new AwsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    if (index < listed.length - 1 && part.body.length < SMALLEST_PART)
      throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    return part;
  });
  const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ""), "hex"));
  const digest = createHash("md5").update(Buffer.concat(digests)).digest("hex");
  const version = keep(world, bucket, {
    key: upload.key,
    isMarker: false,
    body: new Uint8Array(Buffer.concat(parts.map(({ body }) => body))),
    etag: `"${digest}-${parts.length}"`,
    properties: upload.properties,
    parts: parts.length,
    tags: upload.tags,
  });
  bucket.uploads.delete(upload.id);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    ETag: version.etag,
    VersionId: shownVersion(bucket, version),
    Location: `/${bucket.name}/${upload.key}`,
  };
}

export function abortMultipartUpload(world: World, input: AbortMultipartUploadCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  bucket.uploads.delete(uploadOf(bucket, input).id);
  return {};
}

export function listParts(world: World, input: ListPartsCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const upload = uploadOf(bucket, input);
  const after = Number(input.PartNumberMarker ?? 0);
  const most = input.MaxParts ?? 1000;
  const rest = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = rest.slice(0, most);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.[0] ?? after),
    MaxParts: most,
    IsTruncated: rest.length > page.length,
    StorageClass: "STANDARD",
    Parts: page.map(([PartNumber, { body, etag, at }]) => ({
      PartNumber,
      ETag: etag,
      Size: body.length,
      LastModified: at,
    })),
  };
}

export function listMultipartUploads(world: World, input: ListMultipartUploadsCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const uploads = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(input.Prefix ?? ""));
  return {
    Bucket: bucket.name,
    Prefix: input.Prefix,
    MaxUploads: 1000,
    IsTruncated: false,
    Uploads: uploads.map(({ key, id, at }) => ({ Key: key, UploadId: id, Initiated: at, StorageClass: "STANDARD" })),
  };
}

function addPart(world: World, upload: Upload, part: { readonly number: number; readonly body: Uint8Array }): string {
  if (!Number.isInteger(part.number) || part.number < 1 || part.number > 10_000)
    throw new AwsError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  const etag = etagOf(part.body);
  upload.parts.set(part.number, { body: part.body, etag, at: new Date(world.clock.now()) });
  return etag;
}

function uploadOf(
  bucket: Bucket,
  input: { readonly UploadId?: string | undefined; readonly Key?: string | undefined },
): Upload {
  const upload = bucket.uploads.get(input.UploadId ?? "");
  if (upload === undefined || upload.key !== input.Key)
    throw new AwsError(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      404,
      { UploadId: input.UploadId },
    );
  return upload;
}
