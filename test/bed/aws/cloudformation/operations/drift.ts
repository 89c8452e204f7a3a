import { AwsError, type Operation } from "../../kernel.ts";
import { compareLive, type Found } from "../stack/compare.ts";
import { launch } from "../stack/launch.ts";
import { accountOf, type Stack, type StackResource } from "../stack/state.ts";
import { needStack, type Where } from "./find.ts";
import { page } from "./paging.ts";

/** Milliseconds of bed time that a detection takes. */
const DETECTION = 10_000;
const PER_PAGE = 100;

/** Drift detection, in a world: compares what CloudFormation remembers with what the services say. */
export function driftOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    DetectStackDrift: (input: { StackName: string; LogicalResourceIds?: readonly string[] }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const id = world.uuid();
      const startedAt = world.clock.now();
      accountOf(world, call.caller).drifts.set(id, { stackId: stack.id, startedAt, doneAt: startedAt + DETECTION });
      world.clock.after(DETECTION, () => launch(detect(stack, input.LogicalResourceIds, { world, call })));
      return { StackDriftDetectionId: id };
    },
    DescribeStackDriftDetectionStatus: (input: { StackDriftDetectionId: string }, call) => {
      const { drifts, stacks } = accountOf(world, call.caller);
      const run = drifts.get(input.StackDriftDetectionId);
      const stack = run === undefined ? undefined : stacks.get(run.stackId);
      if (run === undefined || stack === undefined)
        throw new AwsError("ValidationError", `StackDriftDetectionId ${input.StackDriftDetectionId} does not exist`);
      const done = world.clock.now() >= run.doneAt && stack.drift.at !== undefined && stack.drift.at >= run.startedAt;
      const drifted = [...stack.resources.values()].filter(
        ({ drift }) => drift.status === "MODIFIED" || drift.status === "DELETED",
      );
      return {
        StackId: stack.id,
        StackDriftDetectionId: input.StackDriftDetectionId,
        DetectionStatus: done ? "DETECTION_COMPLETE" : "DETECTION_IN_PROGRESS",
        ...(done && { StackDriftStatus: stack.drift.status, DriftedStackResourceCount: drifted.length }),
        Timestamp: new Date(run.startedAt),
      };
    },
    DescribeStackResourceDrifts: async (
      input: {
        StackName: string;
        StackResourceDriftStatusFilters?: readonly string[];
        NextToken?: string;
        MaxResults?: number;
      },
      call,
    ) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      const wanted = input.StackResourceDriftStatusFilters ?? [];
      const shapes: object[] = [];
      for (const resource of stack.resources.values()) {
        if (resource.drift.status === "NOT_CHECKED") continue;
        const found = await compareLive(stack, resource, { world, call });
        if (found === undefined || (wanted.length > 0 && !wanted.includes(resource.drift.status))) continue;
        shapes.push(driftShape(stack, resource, found));
      }
      const { entries, NextToken } = page(shapes, input.NextToken, input.MaxResults ?? PER_PAGE);
      return { StackResourceDrifts: entries, ...(NextToken !== undefined && { NextToken }) };
    },
    DetectStackResourceDrift: async (input: { StackName: string; LogicalResourceId: string }, call) => {
      const stack = needStack(input.StackName, { world, call }, "in brackets");
      await detect(stack, [input.LogicalResourceId], { world, call });
      const resource = stack.resources.get(input.LogicalResourceId);
      const found = resource === undefined ? undefined : await compareLive(stack, resource, { world, call });
      if (resource === undefined || found === undefined)
        throw new AwsError(
          "ValidationError",
          `Drift detection is not supported for resource ${input.LogicalResourceId}`,
        );
      return { StackResourceDrift: driftShape(stack, resource, found) };
    },
  };
}

async function detect(stack: Stack, only: readonly string[] | undefined, where: Where): Promise<void> {
  const at = where.world.clock.now();
  for (const resource of stack.resources.values()) {
    if (only !== undefined && only.length > 0 && !only.includes(resource.logicalId)) continue;
    const found = await compareLive(stack, resource, where);
    if (found === undefined) continue;
    stack.resources.set(resource.logicalId, { ...resource, drift: { status: found.status, at } });
  }
  const drifted = [...stack.resources.values()].some(
    ({ drift }) => drift.status === "MODIFIED" || drift.status === "DELETED",
  );
  stack.drift = { status: drifted ? "DRIFTED" : "IN_SYNC", at };
}

function driftShape(stack: Stack, resource: StackResource, { actual, differences }: Found): object {
  return {
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.declared.type,
    ExpectedProperties: JSON.stringify(resource.properties),
    ...(actual !== undefined && { ActualProperties: JSON.stringify(actual) }),
    PropertyDifferences: differences,
    StackResourceDriftStatus: resource.drift.status,
    Timestamp: new Date(resource.drift.at ?? 0),
  };
}
