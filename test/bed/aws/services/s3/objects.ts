/** Objects: put, get, head, delete, tags. */
import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  GetObjectCommandInput,
  GetObjectTaggingCommandInput,
  HeadObjectCommandInput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
  PutObjectTaggingCommandInput,
} from "@aws-sdk/client-s3";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { type Bucket, bucketFor, keep, shownVersion, type Tag, type Version } from "./bucket.ts";
import { checksumsOf } from "./checksums.ts";
import { assertReadable, assertWritable, currentOf, noSuchKey } from "./conditions.ts";
import { encryptionOf, etagOf, headersOf, propertiesOf, tagsFromHeader } from "./properties.ts";

type Answer<T> = Omit<T, "$metadata">;

export function putObject(world: World, input: PutObjectCommandInput, call: Call): Answer<PutObjectCommandOutput> {
  const bucket = bucketFor(world, input, call);
  const key = input.Key ?? "";
  if (Buffer.byteLength(key) > 1024) throw new AwsError("KeyTooLongError", "Your key is too long");
  assertWritable(currentOf(bucket, key), input);
  const body = (input.Body as Uint8Array | undefined) ?? new Uint8Array();
  const checksums = checksumsOf(input, body);
  const encryption = encryptionOf(bucket, input);
  const version = keep(world, bucket, {
    key,
    isMarker: false,
    body,
    etag: etagOf(body),
    properties: { ...propertiesOf(input), ...encryption, ...checksums },
    parts: undefined,
    tags: tagsFromHeader(input.Tagging),
  });
  return {
    ETag: version.etag,
    ...checksums,
    ...encryption,
    VersionId: shownVersion(bucket, version),
  } as Answer<PutObjectCommandOutput>;
}

/** Body, or part of it, with everything that HEAD says too. */
export function getObject(world: World, input: GetObjectCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const version = versionOf(bucket, input);
  assertReadable(version, input);
  const head = headersOf(bucket, version, input.ChecksumMode === "ENABLED" && input.Range === undefined);
  const overrides = Object.fromEntries(
    Object.entries(input)
      .filter(([name]) => name.startsWith("Response"))
      .map(([name, value]) => [name.slice("Response".length), value]),
  );
  const range = input.Range === undefined ? undefined : rangeOf(input.Range, version.body.length);
  if (range === undefined) return { ...head, ...overrides, Body: version.body };
  return {
    ...head,
    ...overrides,
    Body: version.body.subarray(range.from, range.to + 1),
    ContentLength: range.to + 1 - range.from,
    ContentRange: `bytes ${range.from}-${range.to}/${version.body.length}`,
  };
}

export function headObject(world: World, input: HeadObjectCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const version = versionOf(bucket, input);
  assertReadable(version, input);
  return headersOf(bucket, version, input.ChecksumMode === "ENABLED");
}

export function deleteObject(
  world: World,
  input: DeleteObjectCommandInput,
  call: Call,
): Answer<DeleteObjectCommandOutput> {
  const bucket = bucketFor(world, input, call);
  if (input.IfMatch !== undefined) assertWritable(currentOf(bucket, input.Key ?? ""), { IfMatch: input.IfMatch });
  return remove(world, bucket, { key: input.Key ?? "", versionId: input.VersionId });
}

/** Up to 1,000 objects; keys that do not exist count as deleted. */
export function deleteObjects(
  world: World,
  input: DeleteObjectsCommandInput,
  call: Call,
): Answer<DeleteObjectsCommandOutput> {
  const bucket = bucketFor(world, input, call);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > 1000)
    throw new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const deleted = objects.map(({ Key = "", VersionId }) => {
    const done = remove(world, bucket, { key: Key, versionId: VersionId });
    return {
      Key,
      VersionId,
      ...(done.DeleteMarker === true && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
    };
  });
  return input.Delete?.Quiet === true ? {} : ({ Deleted: deleted } as Answer<DeleteObjectsCommandOutput>);
}

export function getObjectTagging(world: World, input: GetObjectTaggingCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const version = versionOf(bucket, input);
  return { TagSet: version.tags, VersionId: shownVersion(bucket, version) };
}

export function putObjectTagging(world: World, input: PutObjectTaggingCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const version = versionOf(bucket, input);
  version.tags = (input.Tagging?.TagSet ?? []) as readonly Tag[];
  return { VersionId: shownVersion(bucket, version) };
}

/**
 * The version that a read means: the one it names, or the newest.
 *
 * @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker by its id
 */
export function versionOf(
  bucket: Bucket,
  input: { Key?: string | undefined; VersionId?: string | undefined },
): Version {
  const versions = bucket.objects.get(input.Key ?? "") ?? [];
  if (input.VersionId !== undefined) {
    const named = versions.find(({ versionId }) => versionId === input.VersionId);
    if (named === undefined)
      throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404, {
        Key: input.Key,
        VersionId: input.VersionId,
      });
    if (named.isMarker)
      throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, {
        "x-amz-delete-marker": "true",
        "x-amz-version-id": named.versionId,
      });
    return named;
  }
  const [newest] = versions;
  if (newest === undefined) throw noSuchKey(input.Key);
  if (newest.isMarker)
    throw new AwsError("NoSuchKey", "The specified key does not exist.", 404, {
      Key: input.Key,
      "x-amz-delete-marker": "true",
      "x-amz-version-id": newest.versionId,
    });
  return newest;
}

function rangeOf(header: string, length: number): { readonly from: number; readonly to: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? length - 1 : Math.min(Number(last), length - 1);
  if (from >= length || from > to)
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, { ActualObjectSize: length });
  return { from, to };
}

function remove(
  world: World,
  bucket: Bucket,
  { key, versionId }: { readonly key: string; readonly versionId: string | undefined },
): Answer<DeleteObjectCommandOutput> {
  const versions = bucket.objects.get(key) ?? [];
  if (versionId === undefined && bucket.versioning !== undefined) {
    const marker = keep(world, bucket, {
      key,
      isMarker: true,
      body: new Uint8Array(),
      etag: "",
      properties: {},
      parts: undefined,
      tags: [],
    });
    return { DeleteMarker: true, VersionId: marker.versionId };
  }
  const gone = versions.find((version) => version.versionId === (versionId ?? "null"));
  const rest = versions.filter((version) => version !== gone);
  if (rest.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, rest);
  if (versionId === undefined) return {};
  return { VersionId: versionId, ...(gone?.isMarker === true && { DeleteMarker: true }) };
}
