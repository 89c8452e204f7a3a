import { unprocessable } from "../failure.ts";
import type { AutoMerge } from "../issue-records.ts";
import type { Doer, Repository } from "../records.ts";
import { isPull, type PullIssue, type World } from "../world.ts";
import { mergePull } from "./merge.ts";
import { announcePull, refreshPull } from "./pull-state.ts";
import { mergeBlock } from "./requirements.ts";

const inWords = { merge: "merge commits are", squash: "squash merging is", rebase: "rebase merging is" } as const;

/**
 * Lets a pull request merge itself as soon as nothing blocks it.
 *
 * @throws GitHubFailure 422 when the repository does not allow it or its method, or when nothing blocks the merge now
 */
export async function enableAutoMerge(
  world: World,
  repository: Repository,
  { issue, how }: { readonly issue: PullIssue; readonly how: AutoMerge },
): Promise<void> {
  if (!repository.settings.allowAutoMerge) {
    throw unprocessable("Pull request Auto merge is not allowed for this repository");
  }
  if (issue.state !== "open") throw unprocessable("Pull request is closed");
  const { allowMergeCommit: merge, allowSquashMerge: squash, allowRebaseMerge: rebase } = repository.settings;
  if (!{ merge, squash, rebase }[how.method])
    throw unprocessable(`Merge method ${inWords[how.method]} not allowed on this repository`);
  const block = await mergeBlock(world, repository, { issue });
  if (block === undefined) throw unprocessable("Pull request Pull request is in clean status");
  issue.pull.autoMerge = how;
  const at = world.clock.now();
  issue.timeline.push({ at, by: how.by.user, kind: "auto-merge", text: `enabled auto-merge (${how.method})` });
  await announcePull(world, repository, { issue, action: "auto_merge_enabled", doer: how.by });
}

/** Merges the pull requests with this head whose auto-merge waited for nothing else. */
export async function autoMergeReady(world: World, repository: Repository, headSha: string): Promise<void> {
  for (const issue of [...repository.issues.values()]) {
    if (!isPull(issue) || issue.state !== "open" || issue.pull.headSha !== headSha) continue;
    const waiting = issue.pull.autoMerge;
    if (waiting === undefined) continue;
    await world.alone(repository, async () => {
      if (issue.pull.mergeable === undefined) await refreshPull(world, repository, issue);
      if (issue.state !== "open" || (await mergeBlock(world, repository, { issue })) !== undefined) return;
      const { by, method, title, message } = waiting;
      await mergePull(world, repository, { issue, doer: by, method, title, message });
    });
  }
}

/** Takes the wish to merge back. */
export async function disableAutoMerge(
  world: World,
  repository: Repository,
  { issue, doer }: { readonly issue: PullIssue; readonly doer: Doer },
): Promise<void> {
  issue.pull.autoMerge = undefined;
  await announcePull(world, repository, { issue, action: "auto_merge_disabled", doer });
}
