import { AwsError } from "../../kernel.ts";
import type { Blueprint } from "../blueprint.ts";
import { enter, note, type Work } from "./events.ts";
import { exportConflict } from "./exports.ts";
import type { Import } from "./import/existing.ts";
import { importResource, settleImports } from "./import/import-resource.ts";
import { createResource } from "./make-resource.ts";
import { end, runInOrder } from "./operation.ts";
import { needsOf, reversed } from "./order.ts";
import { failedTo } from "./reasons.ts";
import { removeStack } from "./remove.ts";
import { removeResource } from "./remove-resource.ts";
import { openingComplaint, resolvedOutputs } from "./resolve.ts";
import type { OnFailure, StackResource } from "./state.ts";

/** Seconds of bed time between the stack's first event and the first resource's. */
const LEAD = 1;

/** Makes everything a blueprint holds, along its dependencies; rolls back, stops or deletes when something fails. */
export async function createStack(
  work: Work,
  blueprint: Blueprint,
  onFailure: OnFailure,
  imports: ReadonlyMap<string, Import> = new Map(),
): Promise<void> {
  const { stack, world } = work;
  enter(work, "CREATE_IN_PROGRESS", "User Initiated");
  await world.clock.sleep(LEAD * 1000);
  const complaint = openingComplaint(work, blueprint);
  const problem =
    complaint ?? (await createResources(work, blueprint, imports)) ?? (await publishOutputs(work, blueprint));
  if (work.operation.superseded) return end(work, true);
  if (problem === undefined) {
    stack.origin = undefined;
    settleImports(stack);
    enter(work, "CREATE_COMPLETE");
    return end(work);
  }
  stack.changeSetId = undefined;
  end(work, true);
  switch (onFailure) {
    case "DO_NOTHING":
      return enter(work, "CREATE_FAILED", problem);
    case "DELETE":
      return removeStack(work, {
        keep: new Set(),
        force: false,
        reason: `${problem.trimEnd()} Delete requested by user.`.trim(),
      });
    case "ROLLBACK":
      return rollBackCreation(work, `${problem.trimEnd()} Rollback requested by user.`);
  }
}

/** Deletes what a failed creation has made, in reverse order. */
export async function rollBackCreation(work: Work, reason: string): Promise<void> {
  const { stack, world } = work;
  enter(work, "ROLLBACK_IN_PROGRESS", reason);
  stack.deletedAt = world.clock.now();
  const made = [...stack.resources.values()].filter(
    (resource) => resource.status !== "DELETE_COMPLETE" && resource.status !== "DELETE_SKIPPED",
  );
  const failed = await runInOrder(
    reversed(needsOf(made)),
    async (logicalId) => {
      const resource = stack.resources.get(logicalId);
      return resource === undefined || takeBack(work, resource);
    },
    false,
  );
  stack.outputs = [];
  if (failed.length > 0) return enter(work, "ROLLBACK_FAILED", failedTo("delete", failed));
  enter(work, "ROLLBACK_COMPLETE");
  stack.reason = undefined;
}

async function takeBack(work: Work, resource: StackResource): Promise<boolean> {
  if (resource.physicalId === "" && resource.status === "CREATE_FAILED") {
    // Nothing exists; AWS still tells the deletion of what it had begun.
    note(work, resource, { status: "DELETE_COMPLETE" });
    return true;
  }
  const { deletionPolicy } = resource.declared;
  if (resource.imported === true) return removeResource(work, resource, { former: false, keep: true, snapshot: false });
  const keep = deletionPolicy === "Retain" && !work.stack.retainExceptOnCreate;
  return removeResource(work, resource, { former: false, keep, snapshot: false });
}

async function createResources(
  work: Work,
  blueprint: Blueprint,
  imports: ReadonlyMap<string, Import>,
): Promise<string | undefined> {
  const failed = await runInOrder(
    [...blueprint.resources.values()].map(({ logicalId, needs }) => ({ id: logicalId, after: needs })),
    async (logicalId) => {
      const declared = blueprint.resources.get(logicalId);
      if (declared === undefined) return true;
      const wanted = imports.get(logicalId);
      const good = await (wanted === undefined
        ? createResource(work, blueprint, declared)
        : importResource(work, blueprint, wanted));
      if (!good) work.operation.stop.abort();
      return good;
    },
    true,
  );
  if (work.operation.cancelledByUser && failed.length > 0) return "User Initiated";
  return failed.length > 0 ? failedTo("create", failed) : undefined;
}

/** Takes over the new outputs, unless they cannot be had or clash with what other stacks export or import. */
export async function publishOutputs(work: Work, blueprint: Blueprint): Promise<string | undefined> {
  try {
    const outputs = await resolvedOutputs(work, blueprint);
    const conflict = exportConflict(work.stack, outputs, work);
    if (conflict === undefined) work.stack.outputs = outputs;
    return conflict === undefined ? undefined : `${conflict}. `;
  } catch (cause) {
    if (cause instanceof AwsError) return `${cause.message}. `;
    throw cause;
  }
}
