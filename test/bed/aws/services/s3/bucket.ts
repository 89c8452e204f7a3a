/** The buckets of the bed. Their names are one namespace for all accounts, as on AWS. */
import { AwsError, type Call, type World } from "../../kernel.ts";

/** One version of an object, or a marker that it was deleted. */
export interface Version {
  readonly key: string;
  /** `null` where the bucket kept no versions when it was written. */
  readonly versionId: string;
  readonly at: Date;
  readonly isMarker: boolean;
  readonly body: Uint8Array;
  readonly etag: string;
  /** Headers that come back as they were given: content type, cache control, metadata, encryption, … */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly parts: number | undefined;
  tags: readonly Tag[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly at: Date;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly tags: readonly Tag[];
  readonly parts: Map<number, { readonly body: Uint8Array; readonly etag: string; readonly at: Date }>;
}

export interface Bucket {
  readonly name: string;
  readonly owner: string;
  readonly region: string;
  readonly at: Date;
  versioning: "Enabled" | "Suspended" | undefined;
  /** Versions of each key, newest first. */
  readonly objects: Map<string, Version[]>;
  readonly uploads: Map<string, Upload>;
  /** Policy, encryption, lifecycle and so on, by the name of the setting. */
  readonly settings: Map<string, unknown>;
}

/** All buckets by name. */
export function bucketsOf(world: World): Map<string, Bucket> {
  return world.store("s3", { account: "*", region: "*" }, () => new Map<string, Bucket>());
}

/**
 * Makes an empty bucket of the caller.
 *
 * @throws AwsError InvalidBucketName, BucketAlreadyOwnedByYou, BucketAlreadyExists
 */
export function createBucket(
  world: World,
  name: string,
  { account, region }: { account: string; region: string },
): Bucket {
  if (!/^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
    throw new AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, { BucketName: name });
  const existing = bucketsOf(world).get(name);
  if (existing !== undefined)
    throw existing.owner === account
      ? new AwsError(
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.",
          409,
          { BucketName: name },
        )
      : new AwsError(
          "BucketAlreadyExists",
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
          409,
          { BucketName: name },
        );
  const bucket: Bucket = {
    name,
    owner: account,
    region,
    at: new Date(world.clock.now()),
    versioning: undefined,
    objects: new Map(),
    uploads: new Map(),
    settings: new Map(),
  };
  bucketsOf(world).set(name, bucket);
  return bucket;
}

/**
 * The bucket that a request names, if its caller may use it: its owner, or anybody else once it has a policy.
 *
 * @throws AwsError NoSuchBucket, AccessDenied
 */
export function bucketFor(
  world: World,
  input: { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined },
  call: Call,
): Bucket {
  const bucket = bucketsOf(world).get(input.Bucket ?? "");
  if (bucket === undefined)
    throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: input.Bucket });
  const isForeign = bucket.owner !== call.caller.account && bucket.settings.get("policy") === undefined;
  const isUnexpected = input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.owner;
  if (isForeign || isUnexpected) throw new AwsError("AccessDenied", "Access Denied", 403);
  return bucket;
}

/**
 * Removes a bucket.
 *
 * @throws AwsError BucketNotEmpty, also if only old versions or markers are left
 */
export function deleteBucket(world: World, bucket: Bucket): void {
  if (bucket.objects.size > 0) {
    const message =
      bucket.versioning === undefined
        ? "The bucket you tried to delete is not empty"
        : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    throw new AwsError("BucketNotEmpty", message, 409, { BucketName: bucket.name });
  }
  bucketsOf(world).delete(bucket.name);
}

/**
 * Keeps a new version as the bucket's versioning asks: beside the older ones, or in place of the one without a version id.
 *
 * @returns the version as it is kept
 */
export function keep(world: World, bucket: Bucket, version: Omit<Version, "versionId" | "at">): Version {
  const versionId = bucket.versioning === "Enabled" ? world.hex(32) : "null";
  const kept = { ...version, versionId, at: new Date(world.clock.now()) };
  const versions = bucket.objects.get(version.key) ?? [];
  bucket.objects.set(version.key, [
    kept,
    ...versions.filter((older) => older.versionId !== "null" || versionId !== "null"),
  ]);
  return kept;
}

/** What answers say of a version's id: nothing in a bucket that never kept versions. */
export function shownVersion(bucket: Bucket, version: Version): string | undefined {
  return bucket.versioning === undefined ? undefined : version.versionId;
}
