#!/usr/bin/env node
/**
 * Writes the files that are made from code, or with `--check` says which are out of date and exits with 1.
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "./command-line.ts";
import { repositoryDocs } from "./docs/repository-docs.ts";

const root = join(import.meta.dirname, "..");
const usage = `node scripts/docs.ts [--check]: writes the files, and the parts of files, that are made from code

  --check  changes nothing, and ends with 1 if one of them is out of date`;
const { values } = commandLine({ usage }, { options: { check: { type: "boolean", default: false } } });

const stale: string[] = [];
for (const { path, content } of await repositoryDocs(root)) {
  const file = join(root, path);
  if ((await readFile(file, "utf8").catch(absent)) === content) continue;
  stale.push(path);
  if (!values.check) await writeFile(file, content);
}
if (stale.length > 0)
  console.log(values.check ? `out of date, run scripts/docs.ts:\n${indented(stale)}` : `written:\n${indented(stale)}`);
if (values.check && stale.length > 0) process.exitCode = 1;

function indented(paths: readonly string[]): string {
  return paths.map((path) => `  ${path}`).join("\n");
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
