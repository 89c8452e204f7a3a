import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure } from "../failure.ts";
import { NO_COMMIT, resolveCommit } from "../git/commits.ts";
import { commitFiles, type FileChange } from "../git/trees.ts";
import type { Doer, Repository } from "../records.ts";
import type { World } from "../world.ts";
import { moveRef } from "./refs.ts";

export interface FilePush {
  readonly branch: string;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly doer: Doer;
  /** Where a branch that does not exist yet begins; the default branch if not said. */
  readonly from?: string;
}

/**
 * Commits files on top of a branch and moves the branch there. Call it inside `world.alone`.
 *
 * @returns the new commit's SHA
 * @throws GitHubFailure 409 when the branch is protected, 403 when an App may not touch workflows
 */
export async function pushFiles(world: World, repository: Repository, push: FilePush): Promise<string> {
  refuseProtected(world, repository, push.branch, push.doer);
  if (!push.doer.mayChangeWorkflows && push.changes.some((change) => change.path.startsWith(".github/workflows/"))) {
    throw new GitHubFailure(403, "Resource not accessible by integration");
  }
  const ref = `refs/heads/${push.branch}`;
  const before = await resolveCommit(repository.dir, ref);
  const start = before ?? (await resolveCommit(repository.dir, push.from ?? `refs/heads/${repository.defaultBranch}`));
  const after = await commitFiles(repository.dir, {
    parent: start,
    changes: push.changes,
    message: push.message,
    author: world.signature(push.doer.user),
  });
  await moveRef(world, repository, { ref, before: before ?? NO_COMMIT, after }, push.doer);
  return after;
}

/** @throws GitHubFailure 409 when this person may change the branch only through a pull request */
function refuseProtected(world: World, repository: Repository, branch: string, doer: Doer): void {
  if (!isRefusedBy(world, repository, branch, doer)) return;
  throw new GitHubFailure(409, "Could not update file: Changes must be made through a pull request.");
}

/** Whether protection keeps this person from moving the branch directly. */
export function isRefusedBy(world: World, repository: Repository, branch: string, doer: Doer): boolean {
  const protection = repository.protections.get(branch);
  if (protection === undefined) return false;
  return protection.enforceAdmins || !atLeast(roleOf(world, repository, doer.user), "admin");
}
