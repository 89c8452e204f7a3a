import { git, gitAnswer } from "./command.ts";

/** The all-zero object name by which git says "no such ref". */
export const NO_COMMIT = "0".repeat(40);

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch; git keeps whole seconds. */
  readonly at: number;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer?: Signature;
}

const FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00%x01";

/** The commit a revision names (branch, tag, full ref or SHA), or undefined. */
export async function resolveCommit(dir: string, revision: string): Promise<string | undefined> {
  // A revision that starts with a dash would be an option, and GitHub knows no such ref either.
  if (revision.startsWith("-") || revision === "") return undefined;
  const answer = await gitAnswer(dir, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : undefined;
}

/** One commit by its SHA. */
export async function readCommit(dir: string, sha: string): Promise<Commit> {
  const [commit] = await log(dir, ["-1", sha]);
  if (commit === undefined) throw new Error(`no commit ${sha} in ${dir}`);
  return commit;
}

/**
 * Commits reachable by the given `git log` arguments, newest first.
 *
 * @param args revisions and limits, such as `["-30", "main"]` or `["base..head", "--", "tenants/a.yml"]`
 */
export async function log(dir: string, args: readonly string[]): Promise<readonly Commit[]> {
  const text = await git(dir, ["log", `--format=${FORMAT}`, ...args]);
  return text
    .split("\u0001")
    .map((entry) => entry.replace(/^\n/, "").split("\0"))
    .filter((fields) => fields.length >= 10)
    .map(
      ([sha = "", tree = "", parents = "", an = "", ae = "", at = "0", cn = "", ce = "", ct = "0", message = ""]) => ({
        sha,
        tree,
        parents: parents === "" ? [] : parents.split(" "),
        author: { name: an, email: ae, at: Number(at) * 1000 },
        committer: { name: cn, email: ce, at: Number(ct) * 1000 },
        message: message.replace(/\n+$/, ""),
      }),
    );
}

/** Writes a commit object; no ref moves. Returns its SHA. */
export async function writeCommit(dir: string, commit: NewCommit): Promise<string> {
  const committer = commit.committer ?? commit.author;
  return git(dir, ["commit-tree", commit.tree, ...commit.parents.flatMap((parent) => ["-p", parent])], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: gitDate(commit.author.at),
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: gitDate(committer.at),
    },
  });
}

/** A moment as git writes it: `@1790000000 +0000`. */
export function gitDate(milliseconds: number): string {
  return `@${Math.floor(milliseconds / 1000)} +0000`;
}

/** The best common ancestor of two commits, or undefined when their histories have nothing in common. */
export async function mergeBase(dir: string, one: string, other: string): Promise<string | undefined> {
  const answer = await gitAnswer(dir, ["merge-base", one, other]);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : undefined;
}

/** Whether everything in `ancestor` is already in `descendant`. */
export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await gitAnswer(dir, ["merge-base", "--is-ancestor", ancestor, descendant])).code === 0;
}

/** How many commits each side has that the other has not. */
export async function aheadBehind(
  dir: string,
  base: string,
  head: string,
): Promise<{ readonly ahead: number; readonly behind: number }> {
  const [behind = "0", ahead = "0"] = (
    await git(dir, ["rev-list", "--left-right", "--count", `${base}...${head}`])
  ).split(/\s+/);
  return { ahead: Number(ahead), behind: Number(behind) };
}
