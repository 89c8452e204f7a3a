/**
 * The repository's files as they lie in a folder, without following a single link: a link could lead anywhere on the machine.
 */

import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isReadable, type SourceFile } from "./source-file.ts";

/** Enough to keep the disk busy, few enough for any limit on open files. */
const readsAtOnce = 128;

/** Everything under `tenants/` and `infra/` of the checkout at `root`. */
export async function folderFiles(root: string): Promise<readonly SourceFile[]> {
  const top = await readdir(root, { withFileTypes: true });
  const found = await Promise.all(
    top.filter(({ name }) => name === "tenants" || name === "infra").map((entry) => walk(root, "", entry)),
  );
  const entries = found.flat();
  const files: SourceFile[] = [];
  for (let from = 0; from < entries.length; from += readsAtOnce) {
    files.push(...(await Promise.all(entries.slice(from, from + readsAtOnce).map((entry) => read(root, entry)))));
  }
  return files;
}

interface Entry {
  readonly path: string;
  readonly kind: SourceFile["kind"];
}

async function walk(root: string, folder: string, entry: Dirent): Promise<readonly Entry[]> {
  const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
  if (entry.isSymbolicLink()) return [{ path, kind: "link" }];
  if (!entry.isDirectory()) return [{ path, kind: entry.isFile() ? "file" : "other" }];
  const inside = await readdir(join(root, path), { withFileTypes: true });
  return (await Promise.all(inside.map((child) => walk(root, path, child)))).flat();
}

async function read(root: string, { path, kind }: Entry): Promise<SourceFile> {
  if (kind !== "file") return { path, kind, size: 0 };
  const { size } = await lstat(join(root, path));
  return isReadable(path, size) ? { path, kind, size, bytes: await readFile(join(root, path)) } : { path, kind, size };
}
