/** What S3 keeps and says about an object beside its bytes. */
import { createHash } from "node:crypto";
import { type Bucket, shownVersion, type Tag, type Version } from "./bucket.ts";

/** The ETag of a body that came in one piece. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

/** What a writer says about an object and every reader is told. */
export function propertiesOf(input: object): Readonly<Record<string, unknown>> {
  const kept = ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires"];
  const names = [...kept, "Metadata", "StorageClass", "WebsiteRedirectLocation"];
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** How an object is encrypted: as its writer asks, else as the bucket does by default, which is always somehow. */
export function encryptionOf(bucket: Bucket, input: object): Readonly<Record<string, unknown>> {
  const asked = input as {
    readonly ServerSideEncryption?: string;
    readonly SSEKMSKeyId?: string;
    readonly BucketKeyEnabled?: boolean;
  };
  const setting = bucket.settings.get("encryption") as
    | {
        readonly Rules?: readonly {
          readonly ApplyServerSideEncryptionByDefault?: {
            readonly SSEAlgorithm?: string;
            readonly KMSMasterKeyID?: string;
          };
          readonly BucketKeyEnabled?: boolean;
        }[];
      }
    | undefined;
  const rule = setting?.Rules?.[0];
  const byDefault = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = asked.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? "AES256";
  const key = asked.SSEKMSKeyId ?? (asked.ServerSideEncryption === undefined ? byDefault?.KMSMasterKeyID : undefined);
  const bucketKey = asked.BucketKeyEnabled ?? rule?.BucketKeyEnabled;
  return {
    ServerSideEncryption: algorithm,
    ...(algorithm.startsWith("aws:kms") && key !== undefined && { SSEKMSKeyId: key }),
    ...(algorithm.startsWith("aws:kms") && bucketKey === true && { BucketKeyEnabled: true }),
  };
}

/** Tags as a query string in a header. */
export function tagsFromHeader(text: string | undefined): readonly Tag[] {
  return [...new URLSearchParams(text ?? "")].map(([Key, Value]) => ({ Key, Value }));
}

/** The headers of GET and HEAD. */
export function headersOf(bucket: Bucket, version: Version, showChecksums: boolean): object {
  const properties = Object.fromEntries(
    Object.entries(version.properties).filter(
      ([name, value]) =>
        (showChecksums || !name.startsWith("Checksum")) && !(name === "StorageClass" && value === "STANDARD"),
    ),
  );
  return {
    ContentType: "binary/octet-stream",
    ...properties,
    AcceptRanges: "bytes",
    LastModified: version.at,
    ContentLength: version.body.length,
    ETag: version.etag,
    VersionId: shownVersion(bucket, version),
    ...(version.tags.length > 0 && { TagCount: version.tags.length }),
  };
}
