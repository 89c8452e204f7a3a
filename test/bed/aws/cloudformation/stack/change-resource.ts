import { AwsError } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { durationOf } from "../resources/durations.ts";
import { factsOf } from "../resources/facts.ts";
import { complaint } from "../resources/shape.ts";
import { note, type Work } from "./events.ts";
import { finish, ResourceFailure, reasonOf, strike } from "./failure.ts";
import type { FaultPhase } from "./faults.ts";
import { contextOf, handlerOf, madeOf, wire } from "./handlers.ts";
import { callHooks } from "./hooks.ts";
import { resolvedMetadata, resolvedProperties } from "./resolve.ts";
import type { StackResource } from "./state.ts";

/** Changes a resource in place. False if it failed; the event says why. */
export async function updateResource(
  work: Work,
  before: StackResource,
  after: StackResource,
  phase: FaultPhase,
): Promise<boolean> {
  const { declared } = after;
  const noted = note(
    work,
    { ...after, physicalId: before.physicalId, attributes: before.attributes },
    { status: "UPDATE_IN_PROGRESS" },
  );
  try {
    const duration = durationOf(declared.type).update;
    const began = work.world.clock.now();
    // What is put back was looked at when it was first made.
    if (phase !== "rollback") await callHooks(work, noted, "UPDATE_IN_PROGRESS");
    await strike(work, declared.logicalId, phase);
    const facts = factsOf(declared.type);
    const wrong = facts === undefined ? undefined : complaint(after.properties, facts);
    if (wrong !== undefined) throw new ResourceFailure(wrong);
    const handler = handlerOf(work.world, declared.type);
    const made = await handler.update(
      madeOf(before),
      await wire(work, before),
      await wire(work, after),
      contextOf(work, declared),
    );
    const changed: StackResource = { ...noted, physicalId: made.physicalId, attributes: made.attributes };
    work.stack.resources.set(declared.logicalId, changed);
    if (phase !== "rollback") await finish(work, duration, began);
    note(work, changed, { status: "UPDATE_COMPLETE" });
    return true;
  } catch (cause) {
    const now = work.stack.resources.get(declared.logicalId) ?? noted;
    note(work, now, { status: "UPDATE_FAILED", reason: reasonOf(work, cause, { declared, verb: "update" }) });
    return false;
  }
}

/**
 * A resource's properties and metadata with functions carried out.
 *
 * @throws ResourceFailure in the words of the function that could not be
 */
export async function resolvedResource(
  work: Work,
  blueprint: Blueprint,
  declared: DeclaredResource,
): Promise<Pick<StackResource, "properties" | "metadata">> {
  try {
    const properties = await resolvedProperties(work, blueprint, declared);
    return { properties, metadata: resolvedMetadata(work, blueprint, declared) };
  } catch (cause) {
    if (cause instanceof AwsError) throw new ResourceFailure(cause.message, { cause });
    throw cause;
  }
}

/** Records that a resource failed before its service was asked. */
export function failResource(work: Work, resource: StackResource, cause: unknown): void {
  note(work, resource, {
    status: "UPDATE_FAILED",
    reason: reasonOf(work, cause, { declared: resource.declared, verb: "update" }),
  });
}
