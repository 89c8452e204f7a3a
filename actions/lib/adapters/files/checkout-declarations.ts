import { OperatorError } from "../../domain/operator-error.ts";
import type { Declarations } from "../../ports/declarations.ts";
import { commitNamed } from "./commit-files.ts";
import { loadDeclarations, toDeclarations } from "./declarations.ts";
import { loadCommit } from "./repository.ts";

/**
 * What the repository would declare after a merge, and what it declares now. The clone at `path` has the merge commit that
 * GitHub made of the pull request; its first parent is the branch it would be merged into. Both are read from git's store, so
 * nothing of the pull request is ever in a working tree that something could run.
 *
 * @param base commit to hold it against, if not the first parent: of a merge group the branch it would be put on
 */
export async function mergeDeclarations(
  path: string,
  base = "HEAD^1",
): Promise<{ readonly head: Declarations; readonly base: Declarations }> {
  const [after, before] = await Promise.all([loadCommit(path, "HEAD"), loadCommit(path, base)]);
  return { head: toDeclarations(after), base: toDeclarations(before) };
}

/**
 * The files a plan is made from.
 *
 * @param workspace checkout of the branch the pull request is for
 * @param path clone with the merge commit; a closed pull request needs none
 */
export function planFiles(
  workspace: string,
  path: string | undefined,
): {
  readonly merge: (base?: string) => ReturnType<typeof mergeDeclarations>;
  readonly merges: () => Promise<string>;
  readonly now: () => Promise<Declarations>;
} {
  const clone = (): string => {
    if (path !== undefined) return path;
    throw new OperatorError("wrong-input", "input merge-commit: needed to plan; only a closed pull request has none");
  };
  return {
    merge: async (base) => await mergeDeclarations(clone(), base),
    // The second parent is what is merged, the first what it is merged into.
    merges: async () => await commitNamed(clone(), "HEAD^2"),
    now: () => loadDeclarations(workspace),
  };
}
