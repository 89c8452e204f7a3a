import { get } from "node:http";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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

test("what is set on a bucket is what is got from it", async () => {
  await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: "NoSuchBucketPolicy" });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
  const Rules = [
    {
      ID: "old",
      Status: "Enabled" as const,
      Filter: { Prefix: "plans/" },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe(
    "AES256",
  );
});

test("a bucket may be in the host name", async () => {
  const { port } = new URL(bed.url);
  await s3.send(new PutObjectCommand({ Bucket, Key: "dir/hosted.txt", Body: "by host" }));
  const body = await new Promise<string>((resolve, reject) => {
    const headers = {
      Host: `${Bucket}.localhost:${port}`,
      Authorization: "AWS4-HMAC-SHA256 Credential=AKIA123456789012TEST/20261127/us-east-1/s3/aws4_request, Signature=0",
    };
    const request = get({ host: "127.0.0.1", port, path: "/dir/hosted.txt", headers }, (response) => {
      response.setEncoding("utf8");
      response.on("data", resolve);
    });
    request.on("error", reject);
  });
  expect(body).toBe("by host");
});

test("another account's bucket is closed", async () => {
  const other = new S3Client(settingsFor(bed, { accessKeyId: "AKIA210987654321TEST", secretAccessKey: "x" }));
  await expect(other.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(other.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketAlreadyExists" });
  await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
});
