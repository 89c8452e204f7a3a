import type { Cell } from "./cell.ts";
import type { Databases } from "./databases.ts";
import type { Files } from "./files.ts";

/** What of an environment's AWS a restore works with. No images: a restore runs what ran before. */
export interface RestoreCell extends Pick<Cell, "environment" | "stacks" | "services" | "tasks" | "records"> {
  readonly databases: Databases;
  readonly files: Files;
}
