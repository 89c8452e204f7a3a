import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Records } from "../../ports/records.ts";
import { hasCode } from "./client.ts";

/** Records as objects of the environment's bucket. */
export function s3Records(client: S3Client, bucket: string): Records {
  return {
    get: async (key) => {
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const text = (await object.Body?.transformToString()) ?? "null";
        return { value: JSON.parse(text) as unknown, tag: object.ETag ?? "" };
      } catch (error) {
        if (hasCode(error, "NoSuchKey")) return undefined;
        throw error;
      }
    },

    put: async (key, value, condition) => {
      try {
        const { ETag } = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: JSON.stringify(value),
            ContentType: "application/json",
            ...(condition !== undefined && "ifAbsent" in condition && { IfNoneMatch: "*" }),
            ...(condition !== undefined && "ifTag" in condition && { IfMatch: condition.ifTag }),
          }),
        );
        return ETag ?? "";
      } catch (error) {
        // 412: the condition does not hold. 409: somebody else writes this key right now. 404 with IfMatch: it is gone.
        // (Amazon S3 user guide, "Conditional writes".)
        const lost = hasCode(error, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey");
        if (condition !== undefined && lost) return undefined;
        throw error;
      }
    },

    delete: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },

    list: async (prefix) => {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return keys;
    },
  };
}
