import { AwsError, type Operation } from "../../kernel.ts";
import { factsOf } from "../resources/facts.ts";
import { coerced } from "../resources/shape.ts";
import { handlerOf } from "../stack/handlers.ts";
import { launch } from "../stack/launch.ts";
import { accountOf, type DriftStatus, type Stack, type StackResource } from "../stack/state.ts";
import { asText, canonical, isList, isSection, type Section, type Value } from "../template/value.ts";
import { needStack, type Where } from "./find.ts";
import { page } from "./paging.ts";

/** Milliseconds of bed time that a detection takes. */
const DETECTION = 10_000;
const PER_PAGE = 100;

interface Difference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL";
}

interface Found {
  readonly status: DriftStatus;
  readonly actual: Section | undefined;
  readonly differences: readonly Difference[];
}

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
        const found = await compare(stack, resource, { world, call });
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
      const found = resource === undefined ? undefined : await compare(stack, resource, { world, call });
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
    const found = await compare(stack, resource, where);
    if (found === undefined) continue;
    stack.resources.set(resource.logicalId, { ...resource, drift: { status: found.status, at } });
  }
  const drifted = [...stack.resources.values()].some(
    ({ drift }) => drift.status === "MODIFIED" || drift.status === "DELETED",
  );
  stack.drift = { status: drifted ? "DRIFTED" : "IN_SYNC", at };
}

/** Only properties that the template sets count, as on AWS. undefined: the type does not take part in drift detection. */
async function compare(stack: Stack, resource: StackResource, { world, call }: Where): Promise<Found | undefined> {
  const { declared, logicalId, properties, physicalId, attributes } = resource;
  const handler = handlerOf(world, declared.type);
  if (handler.read === undefined) return undefined;
  const facts = factsOf(declared.type);
  const context = { world, call, stackId: stack.id, stackName: stack.name, logicalId, tags: stack.options.tags };
  const wire = facts === undefined ? properties : coerced(properties, facts);
  const actual = (await handler.read({ physicalId, attributes }, wire, context)) as Section | undefined;
  if (actual === undefined) return { status: "DELETED", actual, differences: [] };
  const differences = differ(asText(wire), asText(actual), "");
  return { status: differences.length > 0 ? "MODIFIED" : "IN_SYNC", actual, differences };
}

function differ(expected: Value, actual: Value | undefined, path: string): readonly Difference[] {
  if (isSection(expected) && isSection(actual))
    return Object.entries(expected).flatMap(([key, value]) => differ(value, actual[key], `${path}/${key}`));
  if (isList(expected) && isList(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) => {
      const [was, is] = [expected[index], actual[index]];
      const at = `${path}/${index}`;
      return was === undefined
        ? [{ PropertyPath: at, ExpectedValue: "null", ActualValue: text(is), DifferenceType: "ADD" as const }]
        : differ(was, is, at);
    });
  }
  if (actual === undefined)
    return [{ PropertyPath: path, ExpectedValue: text(expected), ActualValue: "null", DifferenceType: "REMOVE" }];
  if (canonical(expected) === canonical(actual)) return [];
  return [
    { PropertyPath: path, ExpectedValue: text(expected), ActualValue: text(actual), DifferenceType: "NOT_EQUAL" },
  ];
}

function text(value: Value | undefined): string {
  return isList(value) || isSection(value) ? JSON.stringify(value) : String(value);
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
