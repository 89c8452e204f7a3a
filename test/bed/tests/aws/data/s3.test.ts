import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { settingsFor } from "../front/client-settings.ts";

let bed: AwsBed;
let s3: S3Client;
let Bucket = "";
let number = 0;
beforeAll(async () => {
  bed = await startAwsBed();
  s3 = new S3Client(settingsFor(bed));
});
afterAll(() => bed.stop());
beforeEach(async () => {
  number += 1;
  Bucket = `tenant-data-${number}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const put = (Key: string, Body: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, VersionId?: string): Promise<string | undefined> =>
  (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
const versioned = () =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));

describe("conditional writes", () => {
  test("only one of many writers takes a lease with If-None-Match", async () => {
    const takers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => put("lease", `${index}`, { IfNoneMatch: "*" })),
    );
    const refused = takers.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(9);
    expect(refused[0]).toMatchObject({ reason: { name: "PreconditionFailed", $metadata: { httpStatusCode: 412 } } });
  });

  test("If-Match replaces what the writer read, and nothing else", async () => {
    const { ETag } = await put("record", "one");
    const second = await put("record", "two", { IfMatch: ETag });
    await expect(put("record", "three", { IfMatch: ETag })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("absent", "x", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await text("record")).toBe("two");
    await expect(s3.send(new DeleteObjectCommand({ Bucket, Key: "record", IfMatch: ETag }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "record", IfMatch: second.ETag }));
    await put("record", "again", { IfNoneMatch: "*" });
  });

  test("a deleted object may be written anew", async () => {
    await versioned();
    await put("lease", "a", { IfNoneMatch: "*" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "lease" }));
    await put("lease", "b", { IfNoneMatch: "*" });
    expect(await text("lease")).toBe("b");
  });
});

describe("versions", () => {
  beforeEach(versioned);

  test("old versions stay readable below a delete marker, and can be copied forward", async () => {
    const first = await put("plan.json", "first");
    await put("plan.json", "second");
    const gone = await s3.send(new DeleteObjectCommand({ Bucket, Key: "plan.json" }));
    expect(gone).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    await expect(text("plan.json")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await text("plan.json", first.VersionId)).toBe("first");
    await expect(text("plan.json", gone.VersionId)).rejects.toMatchObject({ name: "MethodNotAllowed" });

    const copy = await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: "plan.json",
        CopySource: `${Bucket}/plan.json?versionId=${first.VersionId}`,
      }),
    );
    expect(copy.CopySourceVersionId).toBe(first.VersionId);
    expect(await text("plan.json")).toBe("first");
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ IsLatest }) => IsLatest)).toEqual([true, false, false]);
    expect(DeleteMarkers).toHaveLength(1);
  });

  test("a list of versions goes on where its page ended", async () => {
    for (const key of ["a", "b"]) for (const body of ["1", "2", "3"]) await put(key, body);
    const seen: string[] = [];
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      seen.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key}/${VersionId}`));
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    expect(new Set(seen).size).toBe(6);
    expect(seen).toHaveLength(6);
  });
  const list = (from: object) => s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...from }));

  test("a bucket with only markers left is not empty", async () => {
    await put("a", "1");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "NotFound" });
  });
});

test("a list has pages, prefixes, delimiters and a start, in the order of UTF-8", async () => {
  for (const key of ["a/1", "a/2", "b/1", "c", "d +&é"]) await put(key, key);
  const keys = async (more: object): Promise<unknown> => {
    const {
      Contents = [],
      CommonPrefixes = [],
      NextContinuationToken,
    } = await s3.send(new ListObjectsV2Command({ Bucket, ...more }));
    return {
      keys: Contents.map(({ Key }) => Key),
      prefixes: CommonPrefixes.map(({ Prefix }) => Prefix),
      more: NextContinuationToken !== undefined,
    };
  };
  expect(await keys({ Delimiter: "/" })).toEqual({ keys: ["c", "d +&é"], prefixes: ["a/", "b/"], more: false });
  expect(await keys({ Prefix: "a/", StartAfter: "a/1" })).toEqual({ keys: ["a/2"], prefixes: [], more: false });
  expect(await keys({ MaxKeys: 3, Delimiter: "/" })).toEqual({ keys: ["c"], prefixes: ["a/", "b/"], more: true });
  const { NextContinuationToken } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 3, Delimiter: "/" }));
  expect(await keys({ ContinuationToken: NextContinuationToken, Delimiter: "/" })).toEqual({
    keys: ["d +&é"],
    prefixes: [],
    more: false,
  });
  expect(await text("d +&é")).toBe("d +&é");
});

test("metadata, content type, ranges and conditions on reads come back right", async () => {
  const { ETag } = await put("file.txt", "0123456789", {
    ContentType: "text/plain",
    Metadata: { operation: "op-1" },
    CacheControl: "no-store",
  });
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "file.txt" }));
  expect(head).toMatchObject({
    ContentLength: 10,
    ContentType: "text/plain",
    Metadata: { operation: "op-1" },
    CacheControl: "no-store",
    ETag,
    ServerSideEncryption: "AES256",
  });
  const part = await s3.send(new GetObjectCommand({ Bucket, Key: "file.txt", Range: "bytes=2-4" }));
  expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(["234", "bytes 2-4/10"]);
  await expect(s3.send(new GetObjectCommand({ Bucket, Key: "file.txt", Range: "bytes=20-" }))).rejects.toMatchObject({
    name: "InvalidRange",
  });
  await expect(s3.send(new GetObjectCommand({ Bucket, Key: "file.txt", IfNoneMatch: ETag }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  });
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({ name: "NotFound" });
});

test("a stream of unknown length arrives whole, with its trailing checksum verified", async () => {
  const body = "x".repeat(200_000);
  await s3.send(
    new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from([body]), ContentLength: body.length }),
  );
  expect(await text("stream")).toBe(body);
});

test("a wrong checksum is refused", async () => {
  await expect(put("bad", "body", { ChecksumSHA256: Buffer.alloc(32).toString("base64") })).rejects.toMatchObject({
    name: "BadDigest",
  });
});

test("an upload in parts becomes one object, and small parts are refused", async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
  const upload = async (PartNumber: number, Body: string) => ({
    PartNumber,
    ETag: (await s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber, Body }))).ETag,
  });
  const large = await upload(1, "a".repeat(5 * 1024 * 1024));
  const small = await upload(2, "b");
  const complete = (Parts: readonly { PartNumber: number; ETag: string | undefined }[]) =>
    s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload: { Parts: [...Parts] } }),
    );
  await expect(complete([large, { ...small, PartNumber: 3 }])).rejects.toMatchObject({ name: "InvalidPart" });
  await expect(complete([{ ...large, ETag: small.ETag }, small])).rejects.toMatchObject({ name: "InvalidPart" });
  const tiny = await upload(3, "c");
  await expect(complete([small, tiny])).rejects.toMatchObject({ name: "EntityTooSmall" });
  expect((await complete([large, small])).ETag).toMatch(/-2"$/);
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "big" }))).ContentLength).toBe(5 * 1024 * 1024 + 1);
  await expect(complete([large, small])).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("keys outside the basic plane sort by their bytes", async () => {
  for (const key of ["\u{1f3e5}", "\uff21", "z"]) await put(key, "x");
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(["z", "\uff21", "\u{1f3e5}"]);
});
