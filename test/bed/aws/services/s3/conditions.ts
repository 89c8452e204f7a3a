/** Requests that only go through if the object is, or is not, what the caller thinks it is. */
import { AwsError } from "../../kernel.ts";
import type { Bucket, Version } from "./bucket.ts";

/** The newest version of a key; undefined if there is none or it is deleted. */
export function currentOf(bucket: Bucket, key: string): Version | undefined {
  const newest = bucket.objects.get(key)?.[0];
  return newest?.isMarker === true ? undefined : newest;
}

/**
 * Refuses a write whose condition does not hold: `If-None-Match: *` where the object exists, `If-Match` with another ETag.
 *
 * @throws AwsError PreconditionFailed; NoSuchKey for If-Match on nothing
 */
export function assertWritable(
  current: Version | undefined,
  condition: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): void {
  if (condition.IfNoneMatch !== undefined) {
    if (condition.IfNoneMatch !== "*")
      throw new AwsError("NotImplemented", "A header you provided implies functionality that is not implemented", 501, {
        Header: "If-None-Match",
      });
    if (current !== undefined) throw preconditionFailed("If-None-Match");
  }
  if (condition.IfMatch !== undefined) {
    if (current === undefined) throw noSuchKey(undefined);
    if (condition.IfMatch !== "*" && bare(condition.IfMatch) !== bare(current.etag))
      throw preconditionFailed("If-Match");
  }
}

/**
 * Refuses a read whose condition does not hold; 304 where the caller already has what it asks for.
 *
 * @throws AwsError PreconditionFailed, NotModified
 */
export function assertReadable(
  version: Version,
  condition: {
    IfMatch?: string | undefined;
    IfNoneMatch?: string | undefined;
    IfModifiedSince?: Date | undefined;
    IfUnmodifiedSince?: Date | undefined;
  },
): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = condition;
  const seconds = Math.floor(version.at.getTime() / 1000) * 1000;
  const has = (tags: string): boolean =>
    tags === "*" || tags.split(",").some((tag) => bare(tag) === bare(version.etag));
  if (IfMatch !== undefined && !has(IfMatch)) throw preconditionFailed("If-Match");
  if (IfMatch === undefined && IfUnmodifiedSince !== undefined && seconds > IfUnmodifiedSince.getTime())
    throw preconditionFailed("If-Unmodified-Since");
  const isKnown = IfNoneMatch !== undefined && has(IfNoneMatch);
  const isOld = IfNoneMatch === undefined && IfModifiedSince !== undefined && seconds <= IfModifiedSince.getTime();
  if (isKnown || isOld) throw new AwsError("NotModified", "Not Modified", 304);
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412, {
    Condition: condition,
  });
}

export function noSuchKey(key: string | undefined): AwsError {
  return new AwsError("NoSuchKey", "The specified key does not exist.", 404, key === undefined ? {} : { Key: key });
}

function bare(etag: string): string {
  return etag.trim().replace(/^W\//, "").replace(/^"|"$/g, "");
}
