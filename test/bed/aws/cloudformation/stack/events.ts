import type { Call, World } from "../../kernel.ts";
import { asText, type Section } from "../template/value.ts";
import { masked } from "./masking.ts";
import type { Operation, ResourceStatus, Stack, StackEvent, StackResource, StackStatus } from "./state.ts";

/** What works on a stack: where, for whom, on which stack, and as part of which operation. */
export interface Work {
  readonly world: World;
  readonly call: Call;
  readonly stack: Stack;
  readonly operation: Operation;
}

/** Moves the stack to a status and records the event. A status without a reason clears the one before. */
export function enter(work: Work, status: StackStatus, reason?: string): void {
  const { stack, world } = work;
  stack.status = status;
  stack.reason = reason;
  add(work, {
    EventId: world.uuid(),
    LogicalResourceId: stack.name,
    PhysicalResourceId: stack.id,
    ResourceType: "AWS::CloudFormation::Stack",
    ResourceStatus: status,
    ...(reason !== undefined && { ResourceStatusReason: reason }),
  });
}

/** Remembers the resource in its new status and records the event. Deletions that an update makes show no properties. */
export function note(
  work: Work,
  resource: StackResource,
  change: { readonly status: ResourceStatus; readonly reason?: string },
): StackResource {
  const now = work.world.clock.now();
  const noted: StackResource = { ...resource, status: change.status, reason: change.reason, at: now };
  work.stack.resources.set(resource.logicalId, noted);
  noteOnly(work, noted, change);
  return noted;
}

/** Records an event of a resource that the stack no longer counts as its own: one replaced or removed by an update. */
export function noteOnly(
  work: Work,
  resource: StackResource,
  change: { readonly status: ResourceStatus; readonly reason?: string; readonly bare?: boolean },
): void {
  const now = new Date(work.world.clock.now());
  const { logicalId } = resource;
  add(work, {
    EventId:
      change.bare === true ? `${logicalId}-${work.world.uuid()}` : `${logicalId}-${change.status}-${now.toISOString()}`,
    LogicalResourceId: logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.declared.type,
    ResourceStatus: change.status,
    ...(change.reason !== undefined && { ResourceStatusReason: change.reason }),
    ...(change.bare !== true && {
      ResourceProperties: propertiesText(work, resource),
    }),
  });
}

/** Records what a hook does about a resource: an event of that resource, in the status it has. */
export function noteHook(
  work: Work,
  { resource, status }: { readonly resource: StackResource; readonly status: ResourceStatus },
  hook: Pick<StackEvent, "HookType" | "HookStatus" | "HookStatusReason" | "HookInvocationPoint" | "HookFailureMode">,
): void {
  add(work, {
    EventId: work.world.uuid(),
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.declared.type,
    ResourceStatus: status,
    ...hook,
  });
}

/** The events of one resource share one text: a fleet has a hundred thousand of them. */
const texts = new WeakMap<Section, string>();

function propertiesText({ stack }: Work, { properties, declared }: StackResource): string {
  const known = texts.get(properties);
  if (known !== undefined) return known;
  const text = JSON.stringify(asText(masked(properties, declared, stack.blueprint)));
  texts.set(properties, text);
  return text;
}

function add(
  work: Work,
  event: Omit<StackEvent, "StackId" | "StackName" | "Timestamp" | "OperationId" | "ClientRequestToken">,
): void {
  const { stack, operation, world } = work;
  stack.events.push({
    ...event,
    StackId: stack.id,
    StackName: stack.name,
    OperationId: operation.id,
    Timestamp: new Date(world.clock.now()),
    ...(operation.token !== undefined && { ClientRequestToken: operation.token }),
  });
}
