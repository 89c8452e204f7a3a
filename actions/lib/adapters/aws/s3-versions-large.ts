import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { FileVersion } from "../../domain/restore-files.ts";
import { copySource, writable } from "./s3-versions-source.ts";

/** One CopyObject call copies 5 GiB at most (Amazon S3 API reference, CopyObject). */
export const largestCopy = 5 * 1024 ** 3;

/** Parts of a copy: at most 10,000 of them reach 5 TiB, the largest object there can be. */
const ordinaryPart = 600 * 1024 ** 2;

/**
 * Copies a larger object part by part. Unlike CopyObject this takes neither metadata nor tags along by itself. An upload that is not
 * completed leaves nothing that is seen, and the bucket's lifecycle removes it.
 *
 * @param partBytes at least 5 MiB
 */
export async function copyInParts(
  s3: S3Client,
  {
    bucket,
    from,
    partBytes = ordinaryPart,
  }: { readonly bucket: string; readonly from: FileVersion; readonly partBytes?: number },
): Promise<void> {
  const place = { Bucket: bucket, Key: from.key };
  const source = { ...place, VersionId: from.version };
  const [properties, { TagSet }] = await Promise.all([
    s3.send(new HeadObjectCommand(source)),
    s3.send(new GetObjectTaggingCommand(source)),
  ]);
  const tags = new URLSearchParams(
    (TagSet ?? []).map(({ Key = "", Value = "" }): [string, string] => [Key, Value]),
  ).toString();
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = properties;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...place,
      ...{ CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata },
      StorageClass: writable(from.storageClass),
      ...(tags !== "" && { Tagging: tags }),
    }),
  );
  const upload = { ...place, UploadId };
  try {
    const Parts = [];
    for (let start = 0, PartNumber = 1; start < from.bytes; start += partBytes, PartNumber++) {
      const end = Math.min(start + partBytes, from.bytes) - 1;
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber,
          CopySource: copySource(bucket, from),
          CopySourceRange: `bytes=${start}-${end}`,
        }),
      );
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(upload));
    throw error;
  }
}
