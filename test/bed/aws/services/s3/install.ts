/** S3: buckets, objects with versions and conditional writes, lists, uploads in parts, settings. */
import type { CreateBucketCommandInput, ListBucketsCommandInput } from "@aws-sdk/client-s3";
import type { Call, World } from "../../kernel.ts";
import { bucketFor, bucketsOf, createBucket, deleteBucket } from "./bucket.ts";
import { copyObject } from "./copy.ts";
import { listObjects, listObjectsV2, listObjectVersions } from "./listing.ts";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from "./multipart.ts";
import {
  deleteObject,
  deleteObjects,
  getObject,
  getObjectTagging,
  headObject,
  putObject,
  putObjectTagging,
} from "./objects.ts";
import { installS3Resources } from "./resources.ts";
import { settingOperations } from "./settings.ts";

export function installS3(world: World): void {
  const on =
    <I>(operation: (world: World, input: I, call: Call) => object) =>
    (input: I, call: Call): object =>
      operation(world, input, call);
  world.services.set("s3", {
    name: "s3",
    operations: {
      ...settingOperations(world),
      CreateBucket: (input: CreateBucketCommandInput, { caller }: Call) => {
        const region = input.CreateBucketConfiguration?.LocationConstraint ?? "us-east-1";
        createBucket(world, input.Bucket ?? "", { account: caller.account, region });
        return { Location: `/${input.Bucket}` };
      },
      DeleteBucket: (input, call) => {
        deleteBucket(world, bucketFor(world, input, call));
        return {};
      },
      HeadBucket: (input, call) => ({ BucketRegion: bucketFor(world, input, call).region }),
      ListBuckets: (input: ListBucketsCommandInput, { caller }: Call) => ({
        Owner: { ID: caller.account },
        Buckets: [...bucketsOf(world).values()]
          .filter(({ owner, name }) => owner === caller.account && name.startsWith(input.Prefix ?? ""))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, at, region }) => ({ Name: name, CreationDate: at, BucketRegion: region })),
      }),
      PutObject: on(putObject),
      GetObject: on(getObject),
      HeadObject: on(headObject),
      DeleteObject: on(deleteObject),
      DeleteObjects: on(deleteObjects),
      CopyObject: on(copyObject),
      GetObjectTagging: on(getObjectTagging),
      PutObjectTagging: on(putObjectTagging),
      ListObjects: on(listObjects),
      ListObjectsV2: on(listObjectsV2),
      ListObjectVersions: on(listObjectVersions),
      CreateMultipartUpload: on(createMultipartUpload),
      UploadPart: on(uploadPart),
      UploadPartCopy: on(uploadPartCopy),
      CompleteMultipartUpload: on(completeMultipartUpload),
      AbortMultipartUpload: on(abortMultipartUpload),
      ListParts: on(listParts),
      ListMultipartUploads: on(listMultipartUploads),
    },
  });
  installS3Resources(world);
}
