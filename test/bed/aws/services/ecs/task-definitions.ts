/** Task definitions: families of numbered revisions that never change once registered. */
import type {
  DeleteTaskDefinitionsRequest,
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Call, Operation, World } from "../../kernel.ts";
import { clientError, invalidParameter } from "./failures.ts";
import { cpuUnits, memoryMib } from "./fargate-sizes.ts";
import { ecsArn, familyAndRevision } from "./names.ts";
import { page } from "./paging.ts";
import { ecsState } from "./state.ts";
import { checkDefinition } from "./task-definition-check.ts";

/** Task definition operations by name. */
export function taskDefinitionOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    RegisterTaskDefinition: (input: RegisterTaskDefinitionRequest, call) => register(world, input, call),
    DescribeTaskDefinition: (input: DescribeTaskDefinitionRequest, call) => {
      const taskDefinition = findDefinition(world, call, input.taskDefinition);
      const tags = ecsState(world, call).tags.get(taskDefinition.taskDefinitionArn ?? "") ?? [];
      return { taskDefinition, ...(input.include?.includes("TAGS") && { tags }) };
    },
    DeregisterTaskDefinition: (input: DeregisterTaskDefinitionRequest, call) => {
      if (familyAndRevision(input.taskDefinition ?? "").revision === undefined)
        throw invalidParameter("Revision is missing");
      const taskDefinition = findDefinition(world, call, input.taskDefinition);
      taskDefinition.status = "INACTIVE";
      taskDefinition.deregisteredAt = new Date(world.clock.now());
      return { taskDefinition };
    },
    DeleteTaskDefinitions: (input: DeleteTaskDefinitionsRequest, call) => deleteAll(world, input, call),
    ListTaskDefinitions: (input: ListTaskDefinitionsRequest, call) => {
      const status = input.status ?? "ACTIVE";
      const found = [...ecsState(world, call).families]
        .filter(([family]) => input.familyPrefix === undefined || family === input.familyPrefix)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, revisions]) => revisions.filter((one) => one?.status === status))
        .map((definition) => definition?.taskDefinitionArn);
      const { items, nextToken } = page(input.sort === "DESC" ? found.reverse() : found, input);
      return { taskDefinitionArns: items, ...(nextToken !== undefined && { nextToken }) };
    },
    ListTaskDefinitionFamilies: (input: ListTaskDefinitionFamiliesRequest, call) => {
      const status = input.status ?? "ALL";
      const found = [...ecsState(world, call).families]
        .filter(([family]) => family.startsWith(input.familyPrefix ?? ""))
        .filter(([, revisions]) => {
          const active = revisions.some((one) => one?.status === "ACTIVE");
          return status === "ALL" || active === (status === "ACTIVE");
        })
        .map(([family]) => family)
        .sort();
      const { items, nextToken } = page(found, input);
      return { families: items, ...(nextToken !== undefined && { nextToken }) };
    },
  };
}

/**
 * The task definition of a family (its newest active revision), a family:revision or an ARN.
 * Throws ClientException if there is none.
 */
function findDefinition(world: World, call: Call, nameOrArn: string | undefined): TaskDefinition {
  const { family, revision } = familyAndRevision(nameOrArn ?? "");
  const revisions = ecsState(world, call).families.get(family) ?? [];
  const found =
    revision === undefined ? revisions.findLast((one) => one?.status === "ACTIVE") : revisions[revision - 1];
  if (found === undefined) throw clientError("Unable to describe task definition.");
  return found;
}

/** As findDefinition, for running: an inactive revision is refused. */
export function definitionToRun(world: World, call: Call, nameOrArn: string | undefined): TaskDefinition {
  const { family, revision } = familyAndRevision(nameOrArn ?? "");
  const revisions = ecsState(world, call).families.get(family) ?? [];
  const found =
    revision === undefined ? revisions.findLast((one) => one?.status === "ACTIVE") : revisions[revision - 1];
  if (found === undefined) throw clientError("TaskDefinition not found.");
  if (found.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  return found;
}

function register(world: World, input: RegisterTaskDefinitionRequest, call: Call): object {
  checkDefinition(input);
  const state = ecsState(world, call);
  const { tags, family = "", ...content } = structuredClone(input);
  const revisions = state.families.get(family) ?? [];
  state.families.set(family, revisions);
  const revision = revisions.length + 1;
  const arn = ecsArn(call.caller, `task-definition/${family}:${revision}`);
  const taskDefinition: TaskDefinition = {
    ...content,
    taskDefinitionArn: arn,
    family,
    revision,
    status: "ACTIVE",
    containerDefinitions: (content.containerDefinitions ?? []).map((container) => ({
      cpu: 0,
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...container,
      portMappings: (container.portMappings ?? []).map((port) => ({
        ...port,
        hostPort: port.hostPort ?? port.containerPort ?? 0,
        protocol: port.protocol ?? ("tcp" as const),
      })),
    })),
    volumes: content.volumes ?? [],
    placementConstraints: content.placementConstraints ?? [],
    compatibilities: content.networkMode === "awsvpc" ? ["EC2", "FARGATE"] : ["EXTERNAL", "EC2"],
    ...(content.cpu !== undefined && { cpu: String(cpuUnits(content.cpu)) }),
    ...(content.memory !== undefined && { memory: String(memoryMib(content.memory)) }),
    registeredAt: new Date(world.clock.now()),
    registeredBy: call.caller.arn,
  };
  revisions.push(taskDefinition);
  const kept: readonly Tag[] = tags ?? [];
  state.tags.set(arn, kept);
  return { taskDefinition, ...(kept.length > 0 && { tags: kept }) };
}

function deleteAll(world: World, input: DeleteTaskDefinitionsRequest, call: Call): object {
  const state = ecsState(world, call);
  const taskDefinitions: TaskDefinition[] = [];
  const failures: object[] = [];
  for (const asked of input.taskDefinitions ?? []) {
    const { family, revision } = familyAndRevision(asked);
    const found = state.families.get(family)?.[(revision ?? 0) - 1];
    if (found === undefined) failures.push({ arn: asked, reason: "MISSING" });
    else if (found.status === "ACTIVE") {
      failures.push({
        arn: found.taskDefinitionArn,
        reason: "INVALID_STATE",
        detail: "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
      });
    } else {
      found.status = "DELETE_IN_PROGRESS";
      found.deleteRequestedAt = new Date(world.clock.now());
      taskDefinitions.push(found);
    }
  }
  return { taskDefinitions, failures };
}
