import type { MadeResource } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { unattached } from "../resources/at-least-one.ts";
import { durationOf } from "../resources/durations.ts";
import { factsOf } from "../resources/facts.ts";
import { generatedName } from "../resources/names.ts";
import { complaint } from "../resources/shape.ts";
import { resolvedResource } from "./change-resource.ts";
import { awaitSignals } from "./creation-policy.ts";
import { note, type Work } from "./events.ts";
import { finish, ResourceFailure, reasonOf, strike } from "./failure.ts";
import { contextOf, handlerOf, wire } from "./handlers.ts";
import { callHooks } from "./hooks.ts";
import type { StackResource } from "./state.ts";
import { unmade } from "./unmade.ts";

const INITIATED = "Resource creation Initiated";
const REPLACING = "Requested update requires the creation of a new physical resource; hence creating one.";

/** Creates a resource and waits until it is there. False if it failed; the event says why. */
export async function createResource(work: Work, blueprint: Blueprint, declared: DeclaredResource): Promise<boolean> {
  const blank = unmade(work, declared);
  let resource = blank;
  try {
    const resolved = await resolvedResource(work, blueprint, declared);
    resource = note(work, { ...blank, ...resolved }, { status: "CREATE_IN_PROGRESS" });
    resource = await make(work, resource, "CREATE_IN_PROGRESS");
    note(work, resource, { status: "CREATE_COMPLETE" });
    return true;
  } catch (cause) {
    resource = work.stack.resources.get(declared.logicalId) ?? resource;
    note(work, resource, { status: "CREATE_FAILED", reason: reasonOf(work, cause, { declared, verb: "creation" }) });
    return false;
  }
}

/** Makes a new resource in place of an old one, which stays for the clean-up. False if it failed; the event says why. */
export async function replaceResource(work: Work, before: StackResource, after: StackResource): Promise<boolean> {
  const { declared } = after;
  const noted = note(
    work,
    { ...after, physicalId: before.physicalId, attributes: before.attributes },
    { status: "UPDATE_IN_PROGRESS", reason: REPLACING },
  );
  try {
    const made = await make(work, noted, "UPDATE_IN_PROGRESS");
    note(work, made, { status: "UPDATE_COMPLETE" });
    return true;
  } catch (cause) {
    const now = work.stack.resources.get(declared.logicalId) ?? noted;
    note(work, now, { status: "UPDATE_FAILED", reason: reasonOf(work, cause, { declared, verb: "update" }) });
    return false;
  }
}

async function make(
  work: Work,
  resource: StackResource,
  status: "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS",
): Promise<StackResource> {
  const { declared } = resource;
  const began = work.world.clock.now();
  let told = false;
  const initiated = (made: Partial<MadeResource>): StackResource => {
    const known = { ...(work.stack.resources.get(declared.logicalId) ?? resource), ...made };
    if (told) return known;
    told = true;
    return note(work, known, { status, reason: INITIATED });
  };
  await callHooks(work, resource, status);
  await strike(work, declared.logicalId, status === "CREATE_IN_PROGRESS" ? "create" : "update");
  const facts = factsOf(declared.type);
  const wrong = facts === undefined ? undefined : complaint(resource.properties, facts);
  if (wrong !== undefined) throw new ResourceFailure(wrong);
  const context = { ...contextOf(work, declared), started: (physicalId: string) => void initiated({ physicalId }) };
  const loose = unattached(declared.type, resource.properties);
  if (loose !== undefined) {
    initiated({ physicalId: generatedName(work.world, declared.type, context) });
    throw new ResourceFailure(loose);
  }
  const made = await handlerOf(work.world, declared.type).create(await wire(work, resource), context);
  const known = initiated({ physicalId: made.physicalId, attributes: made.attributes });
  const ready = { ...known, physicalId: made.physicalId, attributes: made.attributes };
  work.stack.resources.set(declared.logicalId, ready);
  await awaitSignals(work, declared);
  await finish(work, durationOf(declared.type).create, began);
  return ready;
}
