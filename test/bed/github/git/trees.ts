import { git, gitAnswer, gitBytes } from "./command.ts";
import { gitDate, type Signature } from "./commits.ts";

export type TreeEntryType = "blob" | "tree" | "commit";

export interface TreeEntry {
  readonly mode: string;
  readonly type: TreeEntryType;
  readonly sha: string;
  /** Bytes; only blobs have a size. */
  readonly size: number | undefined;
  readonly path: string;
}

export interface FileChange {
  readonly path: string;
  /** `undefined` removes the file. */
  readonly content: string | Buffer | undefined;
  readonly executable?: boolean;
}

/**
 * Entries of a tree.
 *
 * @param paths with `recursive` off: a path lists itself, a path with a slash at its end lists what it holds
 * @returns undefined when there is no such tree
 */
export async function listTree(
  dir: string,
  treeish: string,
  options: { readonly recursive?: boolean; readonly paths?: readonly string[] } = {},
): Promise<readonly TreeEntry[] | undefined> {
  const flags = options.recursive === true ? ["-r", "-t"] : [];
  const answer = await gitAnswer(dir, ["ls-tree", "-z", "-l", ...flags, treeish, "--", ...(options.paths ?? [])]);
  if (answer.code !== 0) return undefined;
  return answer.stdout
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [meta = "", path = ""] = line.split("\t");
      const [mode = "", type = "blob", sha = "", size = "-"] = meta.split(/ +/);
      return { mode, type: treeType(type), sha, size: size === "-" ? undefined : Number(size), path };
    });
}

function treeType(text: string): TreeEntryType {
  if (text === "blob" || text === "tree" || text === "commit") return text;
  throw new Error(`git listed an entry of type ${text}`);
}

/** The bytes of a blob, or undefined when the object is missing or is no blob. */
export async function readBlob(dir: string, sha: string): Promise<Buffer | undefined> {
  const answer = await gitAnswer(dir, ["cat-file", "blob", sha]);
  return answer.code === 0 ? answer.stdout : undefined;
}

/** Writes a blob and returns its SHA. */
export function writeBlob(dir: string, content: Buffer): Promise<string> {
  return git(dir, ["hash-object", "-w", "--stdin"], { input: content });
}

export interface FilesCommit {
  readonly parent: string | undefined;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: Signature;
  readonly committer?: Signature;
}

let scratch = 0;

/**
 * Writes a commit that changes some files of its parent, with one git process whatever the number of files. No branch moves.
 * A file that exists keeps its mode.
 *
 * @returns the commit's SHA
 */
export async function commitFiles(dir: string, commit: FilesCommit): Promise<string> {
  const ref = `refs/bed/scratch/${process.pid}-${++scratch}`;
  const modes = await existingModes(dir, commit);
  const parts: Buffer[] = [];
  const text = (line: string): void => void parts.push(Buffer.from(line));
  const data = (content: string | Buffer): void => {
    const bytes = Buffer.from(content);
    text(`data ${bytes.length}\n`);
    parts.push(bytes);
    text("\n");
  };
  text(`commit ${ref}\nmark :1\n`);
  text(`author ${ident(commit.author)}\ncommitter ${ident(commit.committer ?? commit.author)}\n`);
  data(commit.message);
  if (commit.parent !== undefined) text(`from ${commit.parent}\n`);
  for (const change of commit.changes) {
    const path = JSON.stringify(change.path);
    if (change.content === undefined) {
      text(`D ${path}\n`);
      continue;
    }
    const mode = change.executable === true ? "100755" : (modes.get(change.path) ?? "100644");
    text(`M ${mode} inline ${path}\n`);
    data(change.content);
  }
  text("get-mark :1\ndone\n");
  const sha = (
    await gitBytes(dir, ["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], {
      input: Buffer.concat(parts),
    })
  )
    .toString("utf8")
    .trim();
  await git(dir, ["update-ref", "-d", ref]);
  return sha;
}

async function existingModes(dir: string, commit: FilesCommit): Promise<ReadonlyMap<string, string>> {
  if (commit.parent === undefined || commit.changes.length === 0) return new Map();
  const paths = commit.changes.length > 500 ? [] : commit.changes.map((change) => change.path);
  const entries = await listTree(dir, commit.parent, { recursive: true, paths });
  return new Map((entries ?? []).filter((entry) => entry.type === "blob").map((entry) => [entry.path, entry.mode]));
}

function ident(signature: Signature): string {
  return `${signature.name.replace(/[<>\n]/g, "")} <${signature.email.replace(/[<>\n]/g, "")}> ${gitDate(signature.at).slice(1)}`;
}
