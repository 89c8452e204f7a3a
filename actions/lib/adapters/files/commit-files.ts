/**
 * The repository's files as a commit has them, read from git's own store: nothing is checked out, so nothing of a pull request can run.
 */

import { spawn } from "node:child_process";
import { OperatorError } from "../../domain/operator-error.ts";
import { isReadable, type SourceFile } from "./source-file.ts";

/** Everything under `tenants/` and `infra/` at `commit`, a full SHA or a name git resolves, of the clone at `repository`. */
export async function commitFiles(repository: string, commit: string): Promise<readonly SourceFile[]> {
  const listing = await git(repository, [
    "ls-tree",
    "-r",
    "-l",
    "-z",
    "--full-tree",
    "--end-of-options",
    commit,
    "tenants",
    "infra",
  ]);
  const entries = listing
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map(entryOf);
  const wanted = entries.filter(({ path, kind, size }) => kind === "file" && isReadable(path, size));
  const objects = [...new Set(wanted.map(({ object }) => object))];
  const contents = objects.length === 0 ? new Map<string, Uint8Array>() : await blobs(repository, objects);
  return entries.map(({ object, ...entry }) => {
    const bytes = isReadable(entry.path, entry.size) ? contents.get(object) : undefined;
    return { ...entry, ...(bytes !== undefined && { bytes }) };
  });
}

/**
 * The full SHA of what git resolves `name` to, in the clone at `repository`.
 *
 * @throws OperatorError `git-failed` when git knows no such commit
 */
export async function commitNamed(repository: string, name: string): Promise<string> {
  const answer = await git(repository, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]);
  return answer.toString("utf8").trim();
}

interface TreeEntry {
  readonly path: string;
  readonly kind: SourceFile["kind"];
  readonly size: number;
  readonly object: string;
}

/** One line of `git ls-tree -l -z`: `<mode> <type> <object> <size>\t<path>`. */
function entryOf(line: string): TreeEntry {
  const tab = line.indexOf("\t");
  const [mode = "", , object = "", size = ""] = line.slice(0, tab).split(/ +/);
  const kind = mode === "120000" ? "link" : mode.startsWith("100") ? "file" : "other";
  return { path: line.slice(tab + 1), kind, size: Number.parseInt(size, 10) || 0, object };
}

/** The answer of `git cat-file --batch`: for each object `<object> blob <size>\n<bytes>\n`. */
async function blobs(repository: string, objects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const answer = await git(repository, ["cat-file", "--batch"], `${objects.join("\n")}\n`);
  const contents = new Map<string, Uint8Array>();
  let at = 0;
  while (at < answer.length) {
    const headEnd = answer.indexOf(10, at);
    const [object = "", type, size = ""] = answer.toString("utf8", at, headEnd).split(" ");
    if (type !== "blob") throw new Error(`git has no object ${object}, which its own tree names`);
    const end = headEnd + 1 + Number(size);
    contents.set(object, answer.subarray(headEnd + 1, end));
    at = end + 1;
  }
  return contents;
}

function git(repository: string, args: readonly string[], input = ""): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", repository, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else
        reject(
          new OperatorError("git-failed", `git ${args[0]} failed: ${Buffer.concat(complaint).toString("utf8").trim()}`),
        );
    });
    // A child that dies early closes the pipe; its exit code tells the story then.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
