/** The files of this repository, as git knows them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The top of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths of the files that are committed or about to be: not ignored, and there. Sorted. */
export function repositoryFiles(): readonly string[] {
  return gitPaths("--cached", "--others", "--exclude-standard").filter((path) => existsSync(`${root}${path}`));
}

/** Paths of the files git tracks. Sorted. */
export function trackedFiles(): readonly string[] {
  return gitPaths("--cached");
}

/** The text of a file by its path from the top. */
export function textOf(path: string): string {
  return readFileSync(`${root}${path}`, "utf8");
}

function gitPaths(...options: readonly string[]): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return [...new Set(listed.split("\0").filter((path) => path !== ""))].sort();
}
