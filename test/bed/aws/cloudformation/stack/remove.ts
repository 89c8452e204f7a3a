import { enter, type Work } from "./events.ts";
import { importersOf } from "./exports.ts";
import { end, runInOrder } from "./operation.ts";
import { needsOf, reversed } from "./order.ts";
import { failedTo } from "./reasons.ts";
import { removeResource } from "./remove-resource.ts";
import type { Stack, StackResource } from "./state.ts";

export interface RemovalOrder {
  /** Logical ids to leave behind, whatever their policy. */
  readonly keep: ReadonlySet<string>;
  /** FORCE_DELETE_STACK: what cannot be deleted is left behind. */
  readonly force: boolean;
  /** Absent for a nested stack, which its parent deletes. */
  readonly reason: string | undefined;
}

/**
 * Deletes a stack's resources in reverse order of their dependencies, and then the stack. A stack whose exports are in use has not
 * failed: it is again what it was before, with the reason (github.com/rlister/stax issue 40, github.com/USSBA/aws-cft-tools
 * issue 27; waiters for a deletion therefore end at UPDATE_COMPLETE).
 */
export async function removeStack(work: Work, { keep, force, reason }: RemovalOrder): Promise<void> {
  const { stack, world } = work;
  const before = { status: stack.status, deletedAt: stack.deletedAt, changeSetId: stack.changeSetId };
  stack.deletedAt = world.clock.now();
  stack.changeSetId = undefined;
  const others = stack.operations.filter((operation) => operation !== work.operation);
  enter(work, "DELETE_IN_PROGRESS", reason);
  do await world.clock.sleep(1000);
  while (others.some(({ endedAt }) => endedAt === undefined));
  const inUse = exportInUse(work);
  if (inUse !== undefined) {
    end(work, true);
    // What its parent makes of it is not known, so a nested stack stays as failed as its parent will be.
    if (reason === undefined) return enter(work, "DELETE_FAILED", inUse);
    stack.deletedAt = before.deletedAt;
    stack.changeSetId = before.changeSetId;
    return enter(work, before.status, inUse);
  }
  const left = [...stack.resources.values()].filter(isLeft);
  const failed = await runInOrder(
    reversed(needsOf(left)),
    async (logicalId) => {
      const resource = stack.resources.get(logicalId);
      if (resource === undefined) return true;
      const { deletionPolicy } = resource.declared;
      const removal = {
        former: false,
        keep: keep.has(logicalId) || deletionPolicy === "Retain" || deletionPolicy === "RetainExceptOnCreate",
        snapshot: deletionPolicy === "Snapshot",
      };
      if (await removeResource(work, resource, removal)) return true;
      return force && removeResource(work, resource, { ...removal, keep: true });
    },
    false,
  );
  end(work, failed.length > 0);
  if (failed.length > 0) return enter(work, "DELETE_FAILED", failedTo("delete", failed));
  finishRemoval(work, stack);
}

function finishRemoval(work: Work, stack: Stack): void {
  stack.deletedAt = work.world.clock.now();
  for (const changeSet of stack.changeSets) if (changeSet.execution === "AVAILABLE") changeSet.execution = "OBSOLETE";
  enter(work, "DELETE_COMPLETE");
}

/** True while something of the resource may exist. */
export function isLeft(resource: StackResource): boolean {
  return resource.status !== "DELETE_COMPLETE" && resource.status !== "DELETE_SKIPPED";
}

function exportInUse(work: Work): string | undefined {
  for (const { exportName } of work.stack.outputs) {
    if (exportName === undefined) continue;
    const users = importersOf(exportName, work).filter((name) => name !== work.stack.name);
    if (users.length > 0) return `Export ${exportName} cannot be deleted as it is in use by ${users.join(", ")}`;
  }
  return undefined;
}
