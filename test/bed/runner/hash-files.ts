/** The `hashFiles()` function: SHA-256 over the SHA-256 of each file that matches, in path order. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { passes } from "./pattern.ts";

/** Hashes the files of a workspace; the empty string if none matches. `!` excludes. */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const wanted = patterns.map((pattern) => pattern.replace(/^(!?)(?:\.\/)?/, "$1"));
  const files = readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(".git/") && passes(wanted, path))
    .sort();
  if (files.length === 0) return "";
  const total = createHash("sha256");
  for (const path of files)
    total.update(
      createHash("sha256")
        .update(readFileSync(join(workspace, path)))
        .digest(),
    );
  return total.digest("hex");
}
