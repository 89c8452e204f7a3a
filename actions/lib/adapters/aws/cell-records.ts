import { S3Client } from "@aws-sdk/client-s3";
import { recordsBucket } from "../../domain/environment-names.ts";
import type { Records } from "../../ports/records.ts";
import type { Connection } from "./cell.ts";
import { s3Records } from "./s3-records.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's records. */
export function cellRecords(connection: Connection): Records {
  return s3Records(bucketClient(connection), recordsBucket(connection.environment));
}

/** On AWS a bucket is addressed by name; at an endpoint of one's own, as on a test bed, by path. */
export function bucketClient({ client, trace, calls }: Connection): S3Client {
  const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
  return scheduled(trace.follow(new S3Client({ ...scheduledSettings(client), forcePathStyle })), calls);
}
