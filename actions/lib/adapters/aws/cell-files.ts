import type { Files } from "../../ports/files.ts";
import type { Connection } from "./cell.ts";
import { bucketClient } from "./cell-records.ts";
import { s3Versions } from "./s3-versions.ts";

/** A cell's files: the objects of its tenants' buckets. */
export function cellFiles(connection: Connection): Files {
  return s3Versions(bucketClient(connection));
}
