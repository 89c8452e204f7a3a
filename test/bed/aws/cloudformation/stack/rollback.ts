import { updateResource } from "./change-resource.ts";
import { enter, note, type Work } from "./events.ts";
import { runInOrder } from "./operation.ts";
import { needsOf, reversed } from "./order.ts";
import { failedTo } from "./reasons.ts";
import { removeResource } from "./remove-resource.ts";
import { resolvedOutputs } from "./resolve.ts";
import type { StackResource, Undo } from "./state.ts";

/** Puts every resource that an update touched back to what it was. */
export async function rollBackUpdate(
  work: Work,
  reason: string | undefined,
  skip: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { stack, world } = work;
  const ended = { ...work, operation: { ...work.operation, stop: new AbortController() } };
  enter(work, "UPDATE_ROLLBACK_IN_PROGRESS", reason);
  await world.clock.sleep(1000);
  const remaining = new Map(stack.undo.map((undo) => [undo.logicalId, undo]));
  const failed = await runInOrder(
    stack.undo.map(({ logicalId }) => ({
      id: logicalId,
      after: stack.resources.get(logicalId)?.declared.needs ?? new Set<string>(),
    })),
    async (logicalId) => {
      const undo = remaining.get(logicalId);
      if (undo === undefined) return true;
      const good = await undoOne(ended, undo, skip);
      if (good) stack.undo = stack.undo.filter((other) => other !== undo);
      return good;
    },
    false,
  );
  if (failed.length > 0) return enter(work, "UPDATE_ROLLBACK_FAILED", failedTo("update", failed));
  if (stack.origin !== undefined) {
    stack.blueprint = stack.origin.blueprint;
    stack.options = stack.origin.options;
  }
  enter(work, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
  await removeNew(ended, stack.leftovers);
  stack.leftovers = [];
  if (stack.blueprint !== undefined) stack.outputs = await resolvedOutputs(work, stack.blueprint);
  stack.undo = [];
  stack.origin = undefined;
  stack.policyDuringUpdate = undefined;
  enter(work, "UPDATE_ROLLBACK_COMPLETE");
}

async function undoOne(work: Work, undo: Undo, skip: ReadonlySet<string>): Promise<boolean> {
  const { stack } = work;
  const { logicalId } = undo;
  const now = stack.resources.get(logicalId);
  if (now === undefined) return true;
  switch (undo.kind) {
    case "imported":
      note(work, now, { status: "DELETE_SKIPPED" });
      stack.resources.delete(logicalId);
      return true;
    case "created":
      stack.leftovers = [
        ...stack.leftovers,
        { ...now, ...(undo.insteadOf !== undefined && { insteadOf: undo.insteadOf }) },
      ];
      return true;
    case "replaced":
      if (now.physicalId !== undo.before.physicalId) stack.leftovers = [...stack.leftovers, now];
      note(work, undo.before, { status: "UPDATE_COMPLETE" });
      return true;
    case "updated":
      if (skip.has(logicalId)) {
        note(work, undo.before, { status: "UPDATE_COMPLETE", reason: "Resource update skipped" });
        return true;
      }
      return putBack(work, now, undo);
  }
}

async function putBack(work: Work, now: StackResource, undo: Extract<Undo, { kind: "updated" }>): Promise<boolean> {
  const { before, deployed = before.properties } = undo;
  const back = { ...before, physicalId: now.physicalId, attributes: now.attributes };
  if (!(await updateResource(work, now, back, "rollback"))) return false;
  const settled = work.stack.resources.get(undo.logicalId) ?? back;
  // Drift that was there before is there again, and is still drift.
  work.stack.resources.set(undo.logicalId, { ...settled, properties: deployed });
  return true;
}

async function removeNew(work: Work, news: readonly StackResource[]): Promise<void> {
  const { stack } = work;
  const byId = new Map(news.map((resource) => [resource.logicalId, resource]));
  await runInOrder(
    reversed(needsOf(news)),
    async (logicalId) => {
      const resource = byId.get(logicalId);
      if (resource === undefined) return true;
      const replaced = stack.resources.get(logicalId)?.physicalId !== resource.physicalId;
      if (resource.physicalId !== "")
        await removeResource(work, resource, { former: replaced, keep: false, snapshot: false });
      if (resource.insteadOf !== undefined) stack.resources.set(logicalId, resource.insteadOf);
      else if (!replaced) stack.resources.delete(logicalId);
      return true;
    },
    false,
  );
}
