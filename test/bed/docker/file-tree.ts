/** Files as they are in a build context or an image: path without a leading slash → entry. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export type Entry =
  | { readonly kind: "folder"; readonly mode: number }
  | { readonly kind: "file"; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: "link"; readonly mode: number; readonly target: string };

export type FileTree = ReadonlyMap<string, Entry>;

/** Reads a folder, without what is ignored; links are kept as links. */
export function readTree(root: string, ignored: (path: string) => boolean): FileTree {
  const tree = new Map<string, Entry>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const full = join(root, path);
      const stat = lstatSync(full);
      const left = ignored(path);
      // Below an ignored folder something may be taken back.
      if (stat.isDirectory()) {
        if (!left) tree.set(path, { kind: "folder", mode: stat.mode & 0o777 });
        walk(path);
      } else if (left) continue;
      else if (stat.isSymbolicLink()) tree.set(path, { kind: "link", mode: 0o777, target: readlinkSync(full) });
      else if (stat.isFile()) tree.set(path, { kind: "file", mode: stat.mode & 0o777, content: readFileSync(full) });
    }
  };
  walk("");
  return tree;
}

/** The folders a path is in, from the top. */
export function parents(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
