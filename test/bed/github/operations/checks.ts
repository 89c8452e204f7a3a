import type { CheckRun, Doer, Repository, Status } from "../records.ts";
import { checkRunShape, statusShape } from "../shapes/check.ts";
import type { World } from "../world.ts";
import { announce } from "./announce.ts";
import { autoMergeReady } from "./auto-merge.ts";

/** Records a check run that was made or changed, tells the world, and merges what waited for it. */
export async function saveCheck(
  world: World,
  repository: Repository,
  { check, action, doer }: { readonly check: CheckRun; readonly action: "created" | "completed"; readonly doer: Doer },
): Promise<void> {
  repository.checkRuns.set(check.id, check);
  await announce(world, repository, {
    name: "check_run",
    action,
    doer,
    payload: { check_run: checkRunShape(world, repository, check) },
  });
  if (check.status === "completed") await autoMergeReady(world, repository, check.headSha);
}

/** Records a commit status, tells the world, and merges what waited for it. */
export async function saveStatus(world: World, repository: Repository, status: Status, doer: Doer): Promise<void> {
  repository.statuses.push(status);
  await announce(world, repository, {
    name: "status",
    doer,
    payload: { ...statusShape(world, repository, status), sha: status.sha, name: repository.fullName },
  });
  if (status.state === "success") await autoMergeReady(world, repository, status.sha);
}
