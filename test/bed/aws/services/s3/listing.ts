/** Lists of objects and of their versions, in UTF-8 order, with prefix, delimiter and pages. */
import type {
  ListObjectsCommandInput,
  ListObjectsV2CommandInput,
  ListObjectVersionsCommandInput,
} from "@aws-sdk/client-s3";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { type Bucket, bucketFor, type Version } from "./bucket.ts";

interface Page<T> {
  readonly items: readonly T[];
  readonly prefixes: readonly string[];
  /** Key or common prefix that the page ends with, if more follows. */
  readonly last: string | undefined;
  readonly lastItem: T | undefined;
}

export function listObjectsV2(world: World, input: ListObjectsV2CommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const token = input.ContinuationToken;
  const after = token === undefined ? input.StartAfter : Buffer.from(token, "base64").toString("utf8");
  if (token === "") throw new AwsError("InvalidArgument", "The continuation token provided is incorrect");
  const page = pageOf(current(bucket), { ...input, isAfter: (key) => isPast(key, after) });
  return {
    ...described(input, page.items),
    KeyCount: page.items.length + page.prefixes.length,
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: shown(Prefix, input) })),
    ContinuationToken: token,
    StartAfter: input.StartAfter,
    IsTruncated: page.last !== undefined,
    NextContinuationToken: page.last === undefined ? undefined : Buffer.from(page.last).toString("base64"),
  };
}

export function listObjects(world: World, input: ListObjectsCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const page = pageOf(current(bucket), { ...input, isAfter: (key) => isPast(key, input.Marker) });
  return {
    ...described(input, page.items),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: shown(Prefix, input) })),
    Marker: input.Marker ?? "",
    IsTruncated: page.last !== undefined,
    NextMarker: input.Delimiter === undefined ? undefined : page.last,
  };
}

export function listObjectVersions(world: World, input: ListObjectVersionsCommandInput, call: Call): object {
  const bucket = bucketFor(world, input, call);
  const { KeyMarker, VersionIdMarker } = input;
  const all = keysOf(bucket).flatMap((key) => bucket.objects.get(key) ?? []);
  const at = all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker);
  const rest = VersionIdMarker === undefined ? all : all.slice(at + 1);
  const isAfter = (key: string): boolean => VersionIdMarker !== undefined || isPast(key, KeyMarker);
  const page = pageOf(rest, { ...input, isAfter });
  const entry = (version: Version): object => ({
    Key: shown(version.key, input),
    VersionId: version.versionId,
    IsLatest: bucket.objects.get(version.key)?.[0] === version,
    LastModified: version.at,
    Owner: { ID: bucket.owner },
    ...(!version.isMarker && {
      ETag: version.etag,
      Size: version.body.length,
      StorageClass: version.properties.StorageClass ?? "STANDARD",
    }),
  });
  return {
    Name: bucket.name,
    Prefix: input.Prefix ?? "",
    Delimiter: input.Delimiter,
    KeyMarker: KeyMarker ?? "",
    VersionIdMarker: VersionIdMarker ?? "",
    MaxKeys: input.MaxKeys ?? 1000,
    EncodingType: input.EncodingType,
    Versions: page.items.filter(({ isMarker }) => !isMarker).map(entry),
    DeleteMarkers: page.items.filter(({ isMarker }) => isMarker).map(entry),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: shown(Prefix, input) })),
    IsTruncated: page.last !== undefined,
    NextKeyMarker: page.last,
    NextVersionIdMarker: page.last === undefined ? undefined : page.lastItem?.versionId,
  };
}

function described(input: ListObjectsV2CommandInput | ListObjectsCommandInput, items: readonly Version[]): object {
  return {
    Name: input.Bucket,
    Prefix: input.Prefix ?? "",
    Delimiter: input.Delimiter,
    MaxKeys: input.MaxKeys ?? 1000,
    EncodingType: input.EncodingType,
    Contents: items.map((version) => ({
      Key: shown(version.key, input),
      LastModified: version.at,
      ETag: version.etag,
      Size: version.body.length,
      StorageClass: version.properties.StorageClass ?? "STANDARD",
    })),
  };
}

/** Keys below a prefix with the delimiter in them fold into one common prefix, which counts as one item of the page. */
function pageOf<T extends { readonly key: string }>(
  all: readonly T[],
  wanted: {
    readonly Prefix?: string | undefined;
    readonly Delimiter?: string | undefined;
    readonly MaxKeys?: number | undefined;
    readonly isAfter: (key: string) => boolean;
  },
): Page<T> {
  const { Prefix: prefix = "", Delimiter: delimiter } = wanted;
  const most = Math.min(wanted.MaxKeys ?? 1000, 1000);
  const items: T[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let lastItem: T | undefined;
  for (const item of all) {
    if (!item.key.startsWith(prefix)) continue;
    const cut = delimiter === undefined || delimiter === "" ? -1 : item.key.indexOf(delimiter, prefix.length);
    const folded = cut === -1 ? undefined : item.key.slice(0, cut + (delimiter ?? "").length);
    if (!wanted.isAfter(folded ?? item.key) || (folded !== undefined && folded === prefixes.at(-1))) continue;
    if (items.length + prefixes.length >= most)
      return { items, prefixes, last: most === 0 ? undefined : last, lastItem };
    if (folded === undefined) items.push(item);
    else prefixes.push(folded);
    last = folded ?? item.key;
    lastItem = item;
  }
  return { items, prefixes, last: undefined, lastItem: undefined };
}

function current(bucket: Bucket): readonly Version[] {
  return keysOf(bucket)
    .flatMap((key) => bucket.objects.get(key)?.[0] ?? [])
    .filter(({ isMarker }) => !isMarker);
}

function keysOf(bucket: Bucket): readonly string[] {
  const keys = [...bucket.objects.keys()];
  // Text sorts like its UTF-8 bytes unless there are surrogates in it.
  if (!keys.some((key) => /[\ud800-\udfff]/.test(key))) return keys.sort();
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function isPast(key: string, marker: string | undefined): boolean {
  return marker === undefined || marker === "" || Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;
}

function shown(key: string, input: { readonly EncodingType?: string | undefined }): string {
  return input.EncodingType === "url" ? encodeURIComponent(key).replaceAll("%2F", "/") : key;
}
