import type { Blueprint } from "../../blueprint.ts";
import { factsOf } from "../../resources/facts.ts";
import { complaint } from "../../resources/shape.ts";
import { resolvedResource } from "../change-resource.ts";
import { note, type Work } from "../events.ts";
import { Cancelled, finish, ResourceFailure, reasonOf, strike } from "../failure.ts";
import { contextOf, handlerOf, wire } from "../handlers.ts";
import type { Stack, StackResource } from "../state.ts";
import { unmade } from "../unmade.ts";
import { existingResource, type Import, importObstacle } from "./existing.ts";

/** Seconds of bed time that taking over a resource takes, and marking it as its stack's own: as shown by consoles of AWS users. */
const TAKING_OVER = 1;
const TAGGING = 5;

/**
 * Takes a resource that exists over into the stack: it stays as it is, but for the stack's tags. False if it failed; the event
 * says why.
 */
export async function importResource(work: Work, blueprint: Blueprint, wanted: Import): Promise<boolean> {
  const declared = blueprint.resources.get(wanted.logicalId);
  if (declared === undefined) return true;
  let resource: StackResource = { ...unmade(work, declared), imported: true };
  try {
    const began = work.world.clock.now();
    const place = { world: work.world, call: work.call, stack: work.stack };
    resource = { ...resource, ...(await resolvedResource(work, blueprint, declared)) };
    const obstacle = await importObstacle(wanted, place);
    const made = await existingResource(wanted, place);
    resource = note(
      work,
      { ...resource, physicalId: made?.physicalId ?? Object.values(wanted.identifier).join("|") },
      { status: "IMPORT_IN_PROGRESS", reason: "Resource import started." },
    );
    await strike(work, declared.logicalId, "create");
    const facts = factsOf(declared.type);
    const wrong = facts === undefined ? undefined : complaint(resource.properties, facts);
    if (obstacle !== undefined || made === undefined || wrong !== undefined)
      throw new ResourceFailure(obstacle ?? wrong ?? "");
    await finish(work, TAKING_OVER, began);
    resource = note(
      work,
      { ...resource, attributes: made.attributes },
      { status: "IMPORT_COMPLETE", reason: "Resource import completed." },
    );
  } catch (cause) {
    const reason = reasonOf(work, cause, { declared, verb: "import" });
    note(work, resource, { status: "IMPORT_FAILED", reason });
    return false;
  }
  return markAsOwn(work, resource);
}

/** From now on what was imported is the stack's like everything else. */
export function settleImports(stack: Stack): void {
  for (const { imported, ...resource } of stack.resources.values())
    if (imported === true) stack.resources.set(resource.logicalId, resource);
}

/** Gives an imported resource its stack's tags and nothing else: what differs from the template stays, as drift. */
async function markAsOwn(work: Work, resource: StackResource): Promise<boolean> {
  const { declared, physicalId, attributes } = resource;
  const reason = "Apply stack-level tags to imported resource if applicable.";
  const noted = note(work, resource, { status: "UPDATE_IN_PROGRESS", reason });
  try {
    const began = work.world.clock.now();
    const handler = handlerOf(work.world, declared.type);
    const context = contextOf(work, declared);
    const live = await handler.read?.({ physicalId, attributes }, await wire(work, noted), context);
    if (live !== undefined && factsOf(declared.type)?.tagProperty !== undefined)
      await handler.update({ physicalId, attributes }, live, live, context);
    await finish(work, TAGGING, began);
    note(work, noted, { status: "UPDATE_COMPLETE" });
    return true;
  } catch (cause) {
    if (cause instanceof Cancelled) {
      // The resource is in already; only its tags were under way.
      note(work, noted, { status: "UPDATE_COMPLETE" });
      return true;
    }
    note(work, noted, { status: "UPDATE_FAILED", reason: reasonOf(work, cause, { declared, verb: "update" }) });
    return false;
  }
}
