import type { Declarations } from "../../ports/declarations.ts";
import { toDeclarations } from "./declarations.ts";
import { loadCommit } from "./repository.ts";

/**
 * What the repository would declare after a merge, and what it declares now. The clone at `path` has the merge commit that
 * GitHub made of the pull request; its first parent is the branch it would be merged into. Both are read from git's store, so
 * nothing of the pull request is ever in a working tree that something could run.
 */
export async function mergeDeclarations(
  path: string,
): Promise<{ readonly head: Declarations; readonly base: Declarations }> {
  const [head, base] = await Promise.all([loadCommit(path, "HEAD"), loadCommit(path, "HEAD^1")]);
  return { head: toDeclarations(head), base: toDeclarations(base) };
}
