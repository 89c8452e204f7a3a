import type { Operation } from "../../kernel.ts";
import { accountOf, type Stack, type StackEvent, type StackResource } from "../stack/state.ts";
import { refuse } from "../template/read.ts";
import { changeSetEvents } from "./change-set-events.ts";
import { findStack, needChangeSet, needStack, type Where } from "./find.ts";
import { page } from "./paging.ts";
import { describeStack, resourceShape, summarizeStack } from "./stack-shape.ts";

const STACKS_PER_PAGE = 100;
const EVENTS_PER_PAGE = 100;
const RESOURCES_PER_PAGE = 100;

interface Named {
  readonly StackName: string;
  readonly NextToken?: string;
}

/** The operations that look at stacks, in a world. */
export function describeOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    DescribeStacks: (input: Partial<Named>, call) => {
      if (input.StackName !== undefined)
        return { Stacks: [describeStack(needStack(input.StackName, { world, call }))] };
      const all = [...accountOf(world, call.caller).stacks.values()]
        .filter((stack) => stack.status !== "DELETE_COMPLETE")
        .reverse();
      const { entries, NextToken } = page(all, input.NextToken, STACKS_PER_PAGE);
      return { Stacks: entries.map(describeStack), ...(NextToken !== undefined && { NextToken }) };
    },
    ListStacks: (input: { StackStatusFilter?: readonly string[]; NextToken?: string }, call) => {
      const wanted = input.StackStatusFilter ?? [];
      const all = [...accountOf(world, call.caller).stacks.values()]
        .filter((stack) => wanted.length === 0 || wanted.includes(stack.status))
        .reverse();
      const { entries, NextToken } = page(all, input.NextToken, STACKS_PER_PAGE);
      return { StackSummaries: entries.map(summarizeStack), ...(NextToken !== undefined && { NextToken }) };
    },
    DescribeStackEvents: (input: Partial<Named>, call) => {
      if (input.StackName === undefined)
        refuse(
          "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null",
        );
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const { entries, NextToken } = page(stack.events.toReversed(), input.NextToken, EVENTS_PER_PAGE);
      return { StackEvents: entries, ...(NextToken !== undefined && { NextToken }) };
    },
    DescribeEvents: (input: DescribeEventsInput, call) => describeEvents(input, { world, call }),
    DescribeStackResource: (input: Named & { LogicalResourceId: string }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in quotes");
      const resource = stack.resources.get(input.LogicalResourceId);
      if (
        resource === undefined ||
        resource.status === "CREATE_FAILED" ||
        (isGone(resource) && stack.status !== "DELETE_COMPLETE")
      )
        return refuse(`Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`);
      const { Timestamp, ...shape } = resourceShape(stack, resource);
      return {
        StackResourceDetail: {
          ...shape,
          LastUpdatedTimestamp: Timestamp,
          Metadata: JSON.stringify(resource.metadata ?? {}),
        },
      };
    },
    DescribeStackResources: (
      input: { StackName?: string; PhysicalResourceId?: string; LogicalResourceId?: string },
      call,
    ) => {
      const stack = stackOfResource(input, { world, call });
      const chosen = sorted(stack).filter(
        ({ logicalId, physicalId }) =>
          (input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId) &&
          (input.PhysicalResourceId === undefined ||
            input.StackName === undefined ||
            physicalId === input.PhysicalResourceId),
      );
      return { StackResources: chosen.map((resource) => resourceShape(stack, resource)) };
    },
    ListStackResources: (input: Named, call) => {
      const stack = needStack(input.StackName, { world, call });
      const { entries, NextToken } = page(sorted(stack), input.NextToken, RESOURCES_PER_PAGE);
      const summaries = entries.map((resource) => {
        const { Timestamp, StackId: _id, StackName: _name, ...shape } = resourceShape(stack, resource);
        return { ...shape, LastUpdatedTimestamp: Timestamp };
      });
      return { StackResourceSummaries: summaries, ...(NextToken !== undefined && { NextToken }) };
    },
  };
}

function sorted(stack: Stack): readonly StackResource[] {
  const begun = [...stack.resources.values()];
  return begun.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}

function isGone(resource: StackResource): boolean {
  return resource.status === "DELETE_COMPLETE" || resource.status === "DELETE_SKIPPED";
}

function stackOfResource(
  input: { readonly StackName?: string; readonly PhysicalResourceId?: string },
  where: Where,
): Stack {
  if (input.StackName !== undefined) return needStack(input.StackName, where);
  const physicalId = input.PhysicalResourceId;
  if (physicalId === undefined) return refuse("Either stackName or physicalResourceId must be specified");
  const { stacks } = accountOf(where.world, where.call.caller);
  const found = [...stacks.values()].find((stack) =>
    [...stack.resources.values()].some((resource) => resource.physicalId === physicalId),
  );
  return found ?? refuse(`Stack for ${physicalId} does not exist`);
}

interface DescribeEventsInput {
  readonly StackName?: string;
  readonly ChangeSetName?: string;
  readonly OperationId?: string;
  readonly Filters?: { readonly FailedEvents?: boolean };
  readonly NextToken?: string;
}

/** Events by operation, newest first, with the start and the end of each operation that is over. */
function describeEvents(input: DescribeEventsInput, where: Where): object {
  if (input.ChangeSetName !== undefined) return describeChangeSetEvents(input, where);
  const stacks = [...accountOf(where.world, where.call.caller).stacks.values()];
  const named = input.StackName === undefined ? undefined : needStack(input.StackName, where, "in brackets");
  const byOperation = stacks.find((stack) => stack.operations.some(({ id }) => id === input.OperationId));
  const stack = named ?? byOperation ?? findStack(input.StackName ?? "", where);
  if (stack === undefined) return refuse("One of ChangeSetName, OperationId or StackName must be specified");
  const events = stack.events
    .filter((event) => input.OperationId === undefined || event.OperationId === input.OperationId)
    .map((event) => operationEvent(stack, event));
  const chosen =
    input.Filters?.FailedEvents === true ? events.filter((event) => /FAILED$/.test(event.ResourceStatus)) : events;
  const { entries, NextToken } = page(chosen.toReversed(), input.NextToken, EVENTS_PER_PAGE);
  return { OperationEvents: entries, ...(NextToken !== undefined && { NextToken }) };
}

/** Why a change set failed. By its name alone AWS does not find one, as if nothing had been named (cloudformation-cli issue 1116). */
function describeChangeSetEvents(input: DescribeEventsInput, where: Where): object {
  const { ChangeSetName = "", StackName, NextToken: token } = input;
  if (!ChangeSetName.startsWith("arn:") && StackName === undefined)
    return refuse("One of ChangeSetName, OperationId or StackName must be specified");
  const found = needChangeSet({ ChangeSetName, ...(StackName !== undefined && { StackName }) }, where);
  const { entries, NextToken } = page(changeSetEvents(found), token, EVENTS_PER_PAGE);
  return { OperationEvents: entries, ...(NextToken !== undefined && { NextToken }) };
}

function operationEvent(
  stack: Stack,
  { StackName: _name, ...event }: StackEvent,
): Omit<StackEvent, "StackName"> & Readonly<Record<string, unknown>> {
  const operation = stack.operations.find(({ id }) => id === event.OperationId);
  const failed = event.ResourceStatus.endsWith("FAILED");
  return {
    ...event,
    EventType: failed ? "PROVISIONING_ERROR" : "STACK_EVENT",
    ...(operation !== undefined && {
      OperationType: operation.type,
      OperationStatus: operation.endedAt === undefined ? "IN_PROGRESS" : operation.failed ? "FAILED" : "SUCCEEDED",
      StartTime: new Date(operation.startedAt),
      ...(operation.endedAt !== undefined && { EndTime: new Date(operation.endedAt) }),
    }),
  };
}
