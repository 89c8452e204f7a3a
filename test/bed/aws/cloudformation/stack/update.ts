import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { isTaggable } from "../resources/facts.ts";
import { canonical } from "../template/value.ts";
import { failResource, resolvedResource, updateResource } from "./change-resource.ts";
import { publishOutputs } from "./create.ts";
import { enter, note, type Work } from "./events.ts";
import type { Import } from "./import/existing.ts";
import { importResource, settleImports } from "./import/import-resource.ts";
import { createResource, replaceResource } from "./make-resource.ts";
import { end, runInOrder } from "./operation.ts";
import { needsOf, reversed } from "./order.ts";
import { denial } from "./policy.ts";
import { failedTo } from "./reasons.ts";
import { removeResource } from "./remove-resource.ts";
import { changedProperties, NESTED, recreation, standingName } from "./replacement.ts";
import { openingComplaint } from "./resolve.ts";
import { asFound, goneOf, settleDrift } from "./revert/in-line.ts";
import type { LiveStates } from "./revert/live.ts";
import { rollBackUpdate } from "./rollback.ts";
import type { StackOptions, StackResource, Undo } from "./state.ts";

export interface UpdateOrder {
  readonly blueprint: Blueprint;
  readonly options: StackOptions;
  /** New resources that exist already and are taken over, by logical id. */
  readonly imports?: ReadonlyMap<string, Import>;
  /** Of a drift-aware change set: the resources as they are, to be brought in line. */
  readonly live?: LiveStates;
}

/** Makes the stack what a blueprint says; rolls back when something fails, unless the stack is not to be. */
export async function updateStack(work: Work, { blueprint, options, imports, live }: UpdateOrder): Promise<void> {
  const { stack, world } = work;
  stack.origin ??= { blueprint: stack.blueprint ?? blueprint, options: stack.options };
  const tagsBefore = canonical(stack.options.tags.map(({ Key, Value }) => [Key, Value]));
  const tagsChanged = tagsBefore !== canonical(options.tags.map(({ Key, Value }) => [Key, Value]));
  stack.blueprint = blueprint;
  stack.options = options;
  stack.updatedAt = world.clock.now();
  enter(work, "UPDATE_IN_PROGRESS", "User Initiated");
  await world.clock.sleep(1000);
  const problem =
    openingComplaint(work, blueprint) ??
    refuseRemovals(work, blueprint) ??
    (await changeResources(work, { blueprint, tagsChanged, imports: imports ?? new Map(), live: live ?? new Map() })) ??
    (await publishOutputs(work, blueprint));
  if (problem !== undefined) {
    end(work, true);
    if (stack.disableRollback && !work.operation.cancelledByUser) return enter(work, "UPDATE_FAILED", problem);
    return rollBackUpdate(work, problem);
  }
  await cleanUp(work, blueprint);
  end(work);
  stack.undo = [];
  stack.origin = undefined;
  stack.policyDuringUpdate = undefined;
  settleImports(stack);
  if (live !== undefined) settleDrift(work, live);
  enter(work, "UPDATE_COMPLETE");
}

/** Removals that the stack's policy forbids, all at once: nothing has been touched by then. */
function refuseRemovals(work: Work, blueprint: Blueprint): string | undefined {
  const refused = [...work.stack.resources.values()].flatMap((resource) => {
    const reason = blueprint.resources.has(resource.logicalId)
      ? undefined
      : denial(work.stack, resource.declared, "Update:Delete");
    return reason === undefined ? [] : [{ resource, reason }];
  });
  for (const { resource, reason } of refused) fail(work, resource, reason);
  return refused.length === 0
    ? undefined
    : failedTo(
        "update",
        refused.map(({ resource }) => resource.logicalId),
      );
}

async function changeResources(work: Work, order: Omit<Change, "declared">): Promise<string | undefined> {
  const { blueprint } = order;
  const failed = await runInOrder(
    [...blueprint.resources.values()].map(({ logicalId, needs }) => ({ id: logicalId, after: needs })),
    async (logicalId) => {
      const declared = blueprint.resources.get(logicalId);
      const good = declared === undefined || (await changeResource(work, { ...order, declared }));
      if (!good) work.operation.stop.abort();
      return good;
    },
    true,
  );
  if (work.operation.cancelledByUser) return "User Initiated";
  if (failed.length === 0) return undefined;
  const created = failed.filter((logicalId) => work.stack.resources.get(logicalId)?.status === "CREATE_FAILED");
  const updated = failed.filter((logicalId) => !created.includes(logicalId));
  return (
    (created.length > 0 ? failedTo("create", created) : "") + (updated.length > 0 ? failedTo("update", updated) : "")
  );
}

interface Change {
  readonly blueprint: Blueprint;
  readonly declared: DeclaredResource;
  readonly tagsChanged: boolean;
  readonly imports: ReadonlyMap<string, Import>;
  readonly live: LiveStates;
}

async function changeResource(
  work: Work,
  { blueprint, declared, tagsChanged, imports, live }: Change,
): Promise<boolean> {
  const { stack } = work;
  const { logicalId, type } = declared;
  const known = stack.resources.get(logicalId);
  const before = asFound(known, live);
  if (before === undefined || before.physicalId === "" || before.status.startsWith("DELETE_")) {
    const wanted = imports.get(logicalId);
    if (wanted !== undefined) remember(work, { kind: "imported", logicalId });
    else remember(work, { kind: "created", logicalId, ...(goneOf(known, live) && { insteadOf: known }) });
    if (wanted !== undefined) return importResource(work, blueprint, wanted);
    return createResource(work, blueprint, declared);
  }
  try {
    const after: StackResource = { ...before, declared, ...(await resolvedResource(work, blueprint, declared)) };
    const names = changedProperties(before.properties, after.properties);
    const metadataChanged = canonical(before.metadata ?? null) !== canonical(after.metadata ?? null);
    const retried = before.status === "UPDATE_FAILED";
    if (names.length === 0 && !metadataChanged && !retried && !(tagsChanged && isTaggable(type)) && type !== NESTED) {
      stack.resources.set(logicalId, after);
      return true;
    }
    const replaces = names.some((name) => recreation(type, name) === "yes");
    const refusal = denial(stack, declared, replaces ? "Update:Replace" : "Update:Modify");
    if (refusal !== undefined) return fail(work, after, refusal);
    if (!replaces) {
      remember(work, {
        kind: "updated",
        logicalId,
        before,
        ...(known !== undefined && { deployed: known.properties }),
      });
      return updateResource(work, before, after, "update");
    }
    const name = standingName(type, before.properties, after.properties);
    if (name !== undefined) {
      const advice = "CloudFormation cannot update a stack when a custom-named resource requires replacing.";
      return fail(work, after, `${advice} Rename ${name} and update the stack again.`);
    }
    remember(work, { kind: "replaced", logicalId, before });
    return replaceResource(work, before, after);
  } catch (cause) {
    failResource(work, { ...before, declared }, cause);
    return false;
  }
}

function fail(work: Work, resource: StackResource, reason: string): boolean {
  remember(work, {
    kind: "updated",
    logicalId: resource.logicalId,
    before: work.stack.resources.get(resource.logicalId) ?? resource,
  });
  note(work, resource, { status: "UPDATE_FAILED", reason });
  return false;
}

/** The first thing done to a resource is the one to go back before: a second attempt does not change that. */
function remember({ stack }: Work, undo: Undo): void {
  if (!stack.undo.some(({ logicalId }) => logicalId === undo.logicalId)) stack.undo = [...stack.undo, undo];
}

async function cleanUp(work: Work, blueprint: Blueprint): Promise<void> {
  const { stack } = work;
  enter(work, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  const replaced = stack.undo.flatMap((undo) => (undo.kind === "replaced" ? [undo.before] : []));
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !blueprint.resources.has(logicalId));
  const old = new Map([...removed, ...replaced].map((resource) => [resource.logicalId, resource]));
  await runInOrder(
    reversed(needsOf([...old.values()])),
    async (logicalId) => {
      const resource = old.get(logicalId);
      if (resource === undefined || resource.physicalId === "") return true;
      const wasReplaced = blueprint.resources.has(logicalId);
      const policy = wasReplaced
        ? stack.resources.get(logicalId)?.declared.updateReplacePolicy
        : resource.declared.deletionPolicy;
      const removal = {
        former: true,
        keep: policy === "Retain" || policy === "RetainExceptOnCreate",
        snapshot: policy === "Snapshot",
      };
      // AWS tries three times, and then leaves the resource behind: the stack is complete all the same.
      for (let attempt = 1; attempt <= 3; attempt++) if (await removeResource(work, resource, removal)) break;
      return true;
    },
    false,
  );
  for (const { logicalId } of removed) stack.resources.delete(logicalId);
}
