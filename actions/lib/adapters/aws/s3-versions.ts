import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { FileVersion } from "../../domain/restore-files.ts";
import type { Files } from "../../ports/files.ts";
import { copyInParts, largestCopy } from "./s3-versions-large.ts";
import { copySource, writable } from "./s3-versions-source.ts";

/** Versions of objects through the S3 API. Nothing here can delete one: DeleteObject without a version only adds a marker. */
export function s3Versions(s3: S3Client): Files {
  return {
    versioned: async (bucket) => {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
      return Status === "Enabled";
    },

    pages: async (bucket, after) => pages(s3, bucket, after),

    same: async (bucket, one, other) => {
      if (one.kind !== "content" || other.kind !== "content" || one.bytes !== other.bytes) return false;
      // With a KMS key the ETag is no hash of the content, and differs between copies; a checksum does not.
      if (one.etag === other.etag) return true;
      const [left, right] = await Promise.all([head(s3, bucket, one), head(s3, bucket, other)]);
      const sum = checksumOf(left);
      return sum !== undefined && sum === checksumOf(right);
    },

    copyForward: async (bucket, from) => {
      if (from.bytes > largestCopy) return await copyInParts(s3, { bucket, from });
      await s3.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: from.key,
          CopySource: copySource(bucket, from),
          StorageClass: writable(from.storageClass),
          MetadataDirective: "COPY",
          TaggingDirective: "COPY",
        }),
      );
    },

    hide: async (bucket, key) => {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

/** S3 lists by key; a key whose versions run over the end of a page is held back until the next. */
async function* pages(s3: S3Client, bucket: string, after: string | undefined): AsyncGenerator<readonly FileVersion[]> {
  let held: readonly FileVersion[] = [];
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } =
    after === undefined ? {} : { KeyMarker: after };
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, ...marker }));
    const all = [...held, ...toVersions(page)];
    if (page.IsTruncated !== true) {
      if (all.length > 0) yield all;
      return;
    }
    const last = all.at(-1)?.key;
    held = all.filter(({ key }) => key === last);
    const whole = all.filter(({ key }) => key !== last);
    if (whole.length > 0) yield whole;
    marker = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

/** The answer has versions and markers apart; together again they are in the order of keys, newest first within a key. */
function toVersions(page: ListObjectVersionsCommandOutput): readonly FileVersion[] {
  const content = (page.Versions ?? []).map(
    (version): FileVersion => ({
      key: version.Key ?? "",
      version: version.VersionId ?? "",
      kind: "content",
      at: version.LastModified ?? new Date(0),
      bytes: version.Size ?? 0,
      etag: version.ETag ?? "",
      storageClass: version.StorageClass ?? "STANDARD",
    }),
  );
  const markers = (page.DeleteMarkers ?? []).map(
    (marker): FileVersion => ({
      key: marker.Key ?? "",
      version: marker.VersionId ?? "",
      kind: "marker",
      at: marker.LastModified ?? new Date(0),
      bytes: 0,
      etag: "",
      storageClass: "",
    }),
  );
  const latest = new Set(
    [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ IsLatest, VersionId, Key }) =>
      IsLatest === true ? [`${Key} ${VersionId}`] : [],
    ),
  );
  const isLatest = ({ key, version }: FileVersion): number => (latest.has(`${key} ${version}`) ? 1 : 0);
  return [...content, ...markers].sort(
    (a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) ||
      isLatest(b) - isLatest(a) ||
      b.at.getTime() - a.at.getTime(),
  );
}

async function head(s3: S3Client, bucket: string, { key, version }: FileVersion): Promise<HeadObjectCommandOutput> {
  return await s3.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version, ChecksumMode: "ENABLED" }),
  );
}

/** A checksum over the whole object; one made of the checksums of parts depends on where the parts end. */
function checksumOf(answer: HeadObjectCommandOutput): string | undefined {
  if (answer.ChecksumType === "COMPOSITE") return undefined;
  return (
    answer.ChecksumCRC64NVME ??
    answer.ChecksumSHA256 ??
    answer.ChecksumCRC32C ??
    answer.ChecksumCRC32 ??
    answer.ChecksumSHA1
  );
}
