import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { editScalar } from "./edit-scalar.ts";

/** A file of the checkout with its `release` set to another; every comment and blank stays. */
export async function raiseRelease(checkout: string, file: string, release: string): Promise<string> {
  return editScalar(await readFile(join(checkout, file), "utf8"), ["release"], release);
}
