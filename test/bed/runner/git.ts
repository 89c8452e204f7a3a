/** Reads of a bare repository through the git program: files at a commit, changed paths, messages. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs git in a repository; text out. Fails with git's own message. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute("git", ["-C", directory, ...args], { maxBuffer: 1 << 28 });
  return stdout;
}

/** The commit a ref names, or nothing if there is no such ref. */
export async function commitOf(directory: string, ref: string): Promise<string | undefined> {
  const found = await git(directory, "rev-list", "-1", "--ignore-missing", "--end-of-options", ref, "--").catch(
    (error: { code?: unknown }) => {
      // 128 is what git answers for a revision it cannot resolve.
      if (error.code === 128) return "";
      throw error;
    },
  );
  return found.trim() || undefined;
}

/** The text of a file at a commit, or nothing if it is not there. */
export async function fileAt(directory: string, commit: string, path: string): Promise<string | undefined> {
  const entry = await git(directory, "ls-tree", commit, "--", path);
  return entry === "" ? undefined : git(directory, "show", `${commit}:${path}`);
}

/** Paths of the workflow files at a commit. */
export async function workflowPaths(directory: string, commit: string): Promise<readonly string[]> {
  const names = await git(directory, "ls-tree", "-z", "--name-only", commit, "--", ".github/workflows/");
  return names.split("\0").filter((name) => /\.ya?ml$/.test(name));
}

/** Paths that differ between two commits, or, from the point where they parted, in the second (`since: "merge-base"`). */
export async function changedPaths(
  directory: string,
  range: { readonly from: string; readonly to: string; readonly since: "from" | "merge-base" },
): Promise<readonly string[]> {
  const spec = range.since === "from" ? [range.from, range.to] : [`${range.from}...${range.to}`];
  const names = await git(directory, "diff", "-z", "--name-only", "--no-renames", ...spec, "--");
  return names.split("\0").filter((name) => name !== "");
}

/** All paths of a commit, for a branch that was just created. */
export async function pathsAt(directory: string, commit: string): Promise<readonly string[]> {
  return (await git(directory, "ls-tree", "-r", "-z", "--name-only", commit)).split("\0").filter((name) => name !== "");
}

/** The message of a commit. */
export function messageOf(directory: string, commit: string): Promise<string> {
  return git(directory, "log", "-1", "--format=%B", commit);
}
