import { GitError, git, gitAnswer } from "./command.ts";
import { log, type Signature, writeCommit } from "./commits.ts";

export type MergedTree =
  | { readonly outcome: "clean"; readonly tree: string }
  | { readonly outcome: "conflict"; readonly paths: readonly string[] };

/** Merges two commits without a work tree and without moving anything. Needs git 2.38. */
export async function mergeTrees(dir: string, ours: string, theirs: string): Promise<MergedTree> {
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs];
  const answer = await gitAnswer(dir, args);
  // 0 is a clean merge, 1 a conflict; anything else is git failing.
  if (answer.code > 1) throw new GitError(args, answer);
  const [tree = "", ...paths] = answer.stdout.toString("utf8").split("\0");
  return answer.code === 0
    ? { outcome: "clean", tree: tree.trim() }
    : { outcome: "conflict", paths: paths.filter((path) => path.trim() !== "") };
}

export type Rebased =
  | { readonly outcome: "clean"; readonly head: string }
  | { readonly outcome: "conflict"; readonly paths: readonly string[] };

/**
 * Replays the commits of `head` that `onto` lacks, one after another, as "Rebase and merge" does: authors stay, the committer
 * is who merges.
 */
export async function rebaseCommits(
  dir: string,
  { onto, head, committer }: { readonly onto: string; readonly head: string; readonly committer: Signature },
): Promise<Rebased> {
  const commits = [...(await log(dir, ["--no-merges", `${onto}..${head}`]))].reverse();
  let tip = onto;
  for (const commit of commits) {
    const [parent] = commit.parents;
    if (parent === undefined) return { outcome: "conflict", paths: [] };
    // A commit with our tree on their parent makes that parent the merge base: a cherry-pick in terms of a merge.
    const ours = await writeCommit(dir, {
      tree: await git(dir, ["rev-parse", `${tip}^{tree}`]),
      parents: [parent],
      message: "merge base for a replayed commit",
      author: committer,
    });
    const merged = await mergeTrees(dir, ours, commit.sha);
    if (merged.outcome === "conflict") return merged;
    const { message, author } = commit;
    tip = await writeCommit(dir, { tree: merged.tree, parents: [tip], message, author, committer });
  }
  return { outcome: "clean", head: tip };
}
