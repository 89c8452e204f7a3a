import { AwsError, type MadeResource, type ResourceContext, type ResourceHandler, type World } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { unattached } from "../resources/at-least-one.ts";
import { durationOf } from "../resources/durations.ts";
import { factsOf } from "../resources/facts.ts";
import { genericResource } from "../resources/generic.ts";
import { generatedName } from "../resources/names.ts";
import { coerced, complaint } from "../resources/shape.ts";
import { throughApi } from "../resources/through-api.ts";
import type { Section } from "../template/value.ts";
import { withDynamicReferences } from "./dynamic-references.ts";
import { note, noteOnly, type Work } from "./events.ts";
import { cloudFormationFaults, type FaultPhase } from "./faults.ts";
import { waitOrStop } from "./operation.ts";
import { handlerFailure } from "./reasons.ts";
import { resolvedMetadata, resolvedProperties } from "./resolve.ts";
import type { StackResource } from "./state.ts";

const INITIATED = "Resource creation Initiated";
const REPLACING = "Requested update requires the creation of a new physical resource; hence creating one.";

/** The handler of a type: its own, or the generic one. */
export function handlerOf(world: World, type: string): ResourceHandler {
  return world.resources.get(type) ?? throughApi(world, type) ?? genericResource(type);
}

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
    await strike(work, declared.logicalId, phase);
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

/** How a resource leaves a stack. */
export interface Removal {
  /** The stack does not count it as its own any more: removed or replaced by an update. */
  readonly former: boolean;
  /** Keep what exists, whatever the policy says. */
  readonly keep: boolean;
  /** Take a last snapshot first. */
  readonly snapshot: boolean;
}

/** Removes a resource, or skips it. False if it failed; the event says why. */
export async function removeResource(work: Work, resource: StackResource, removal: Removal): Promise<boolean> {
  const tell = (
    status: "DELETE_IN_PROGRESS" | "DELETE_COMPLETE" | "DELETE_SKIPPED" | "DELETE_FAILED",
    reason?: string,
  ): void => {
    const change = { status, ...(reason !== undefined && { reason }) };
    if (removal.former) noteOnly(work, resource, { ...change, bare: true });
    else note(work, resource, change);
  };
  if (removal.keep) {
    tell("DELETE_SKIPPED");
    return true;
  }
  tell("DELETE_IN_PROGRESS");
  try {
    const { declared } = resource;
    const began = work.world.clock.now();
    await strike(work, declared.logicalId, "remove");
    const loose = unattached(declared.type, resource.properties);
    if (loose !== undefined) throw new ResourceFailure(loose);
    if (resource.physicalId !== "") {
      const context = {
        ...contextOf(work, declared),
        ...(removal.snapshot && { finalSnapshotId: snapshotId(work, declared) }),
      };
      await handlerOf(work.world, declared.type).remove(madeOf(resource), await wire(work, resource), context);
      await work.world.clock.sleep(
        Math.max(0, durationOf(declared.type).remove * 1000 - (work.world.clock.now() - began)),
      );
    }
    tell("DELETE_COMPLETE");
    return true;
  } catch (cause) {
    tell("DELETE_FAILED", reasonOf(work, cause, { declared: resource.declared, verb: "deletion" }));
    return false;
  }
}

/** A resource before anything has been done about it. */
function unmade(work: Work, declared: DeclaredResource): StackResource {
  return {
    logicalId: declared.logicalId,
    declared,
    physicalId: "",
    properties: {},
    attributes: {},
    metadata: undefined,
    status: "CREATE_IN_PROGRESS",
    reason: undefined,
    at: work.world.clock.now(),
    drift: { status: "NOT_CHECKED", at: undefined },
  };
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
  await strike(work, declared.logicalId, status === "CREATE_IN_PROGRESS" ? "create" : "update");
  if (declared.creationPolicy !== undefined)
    throw new ResourceFailure(`the bed does not model the CreationPolicy of ${declared.logicalId}`);
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
  await finish(work, durationOf(declared.type).create, began);
  return ready;
}

/** A failure whose message is the event's reason as it stands. */
class ResourceFailure extends Error {}
class Cancelled extends Error {}

async function strike(work: Work, logicalId: string, phase: FaultPhase): Promise<void> {
  const fault = cloudFormationFaults(work.world).strike({ stack: work.stack.name, logicalId, phase });
  if (fault === undefined) return;
  await work.world.clock.sleep((fault.afterSeconds ?? 0) * 1000);
  throw new ResourceFailure(fault.message);
}

/** Waits for the rest of the time that the type usually takes. */
async function finish(work: Work, seconds: number, began: number): Promise<void> {
  const left = seconds - (work.world.clock.now() - began) / 1000;
  if (await waitOrStop(work, left)) throw new Cancelled();
}

function reasonOf(
  work: Work,
  cause: unknown,
  { declared, verb }: { readonly declared: DeclaredResource; readonly verb: "creation" | "update" | "deletion" },
): string {
  if (cause instanceof Cancelled) return `Resource ${verb} cancelled`;
  if (cause instanceof ResourceFailure) return cause.message;
  if (cause instanceof AwsError) return handlerFailure(cause, { world: work.world, type: declared.type });
  throw cause;
}

function contextOf(work: Work, declared: DeclaredResource): ResourceContext {
  const { world, call, stack } = work;
  const own = [
    { Key: "aws:cloudformation:stack-name", Value: stack.name },
    { Key: "aws:cloudformation:stack-id", Value: stack.id },
    { Key: "aws:cloudformation:logical-id", Value: declared.logicalId },
  ];
  return {
    world,
    call,
    stackId: stack.id,
    stackName: stack.name,
    logicalId: declared.logicalId,
    tags: [...stack.options.tags, ...own],
  };
}

function madeOf({ physicalId, attributes }: StackResource): MadeResource {
  return { physicalId, attributes };
}

/** Properties as the service gets them: secrets filled in, numbers and booleans as its schema wants them. */
async function wire(work: Work, { properties, declared }: StackResource): Promise<Section> {
  const filled: Section = await withDynamicReferences(properties, "secret", work);
  const facts = factsOf(declared.type);
  return facts === undefined ? filled : coerced(filled, facts);
}

function snapshotId({ world, stack }: Work, declared: DeclaredResource): string {
  return `${stack.name}-snapshot-${declared.logicalId}-${world.hex(12)}`.toLowerCase();
}
