/** Copying an object, or one old version of it, to another key or onto itself. */
import type { CopyObjectCommandInput, UploadPartCopyCommandInput } from "@aws-sdk/client-s3";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { type Bucket, bucketFor, keep, shownVersion, type Version } from "./bucket.ts";
import { assertReadable, assertWritable, currentOf } from "./conditions.ts";
import { versionOf } from "./objects.ts";
import { encryptionOf, propertiesOf, tagsFromHeader } from "./properties.ts";

export function copyObject(world: World, input: CopyObjectCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const { from, version } = sourceOf(world, input, call);
  const key = input.Key ?? "";
  const replaces = input.MetadataDirective === "REPLACE";
  const changes = replaces || input.StorageClass !== undefined || input.ServerSideEncryption !== undefined;
  const isOntoItself = from === bucket && version.key === key && version === bucket.objects.get(key)?.[0];
  if (isOntoItself && !changes)
    throw new AwsError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  assertWritable(currentOf(bucket, key), input);
  const encryption = encryptionOf(bucket, input);
  const checksums = Object.entries(version.properties).filter(([name]) => name.startsWith("Checksum"));
  const properties = replaces
    ? { ...propertiesOf(input), ...Object.fromEntries(checksums) }
    : { ...without(version.properties, ["SSEKMSKeyId", "BucketKeyEnabled", "StorageClass"]) };
  const copy = keep(world, bucket, {
    key,
    isMarker: false,
    body: version.body,
    etag: version.etag,
    properties: { ...properties, ...(input.StorageClass && { StorageClass: input.StorageClass }), ...encryption },
    parts: undefined,
    tags: input.TaggingDirective === "REPLACE" ? tagsFromHeader(input.Tagging) : version.tags,
  });
  return {
    CopyObjectResult: { ETag: copy.etag, LastModified: copy.at, ...Object.fromEntries(checksums) },
    VersionId: shownVersion(bucket, copy),
    CopySourceVersionId: shownVersion(from, version),
    ...encryption,
  };
}

/**
 * The version that `x-amz-copy-source` names, if the conditions on the source hold.
 *
 * @throws AwsError NoSuchKey, NoSuchVersion, PreconditionFailed, InvalidArgument
 */
export function sourceOf(
  world: World,
  input: CopyObjectCommandInput | UploadPartCopyCommandInput,
  call: Call,
): { readonly from: Bucket; readonly version: Version } {
  const [path = "", query = ""] = (input.CopySource ?? "").split("?");
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
  if (name === undefined || key === undefined)
    throw new AwsError("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  const from = bucketFor(world, { Bucket: name, ExpectedBucketOwner: input.ExpectedSourceBucketOwner }, call);
  const version = versionOf(from, { Key: key, VersionId: new URLSearchParams(query).get("versionId") ?? undefined });
  try {
    assertReadable(version, {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    });
  } catch (failure) {
    // A copy has no answer "not modified".
    if (failure instanceof AwsError && failure.status === 304)
      throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    throw failure;
  }
  return { from, version };
}

function without(properties: Version["properties"], names: readonly string[]): Version["properties"] {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
