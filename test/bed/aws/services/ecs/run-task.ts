/** RunTask: one-off tasks, once per client token. */
import type { RunTaskRequest, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import { AwsError, type Call, type World } from "../../kernel.ts";
import { chooseProvider, hasCapacity, NO_CAPACITY } from "./capacity.ts";
import { findCluster } from "./clusters.ts";
import { clientError, invalidParameter } from "./failures.ts";
import { launch } from "./launch.ts";
import { checkNetwork, refuseNotModelled } from "./service-check.ts";
import { type ClusterRecord, ecsState, type TaskRecord } from "./state.ts";
import { definitionToRun } from "./task-definitions.ts";
import { show } from "./tasks.ts";

/** Characters of overrides that RunTask takes, JSON included (Amazon ECS API reference). */
const OVERRIDES_LIMIT = 8_192;

/** Starts the tasks asked for; those without capacity become `failures`. */
export function runTask(world: World, input: RunTaskRequest, call: Call): object {
  const cluster = findCluster(world, call, input.cluster);
  const state = ecsState(world, call);
  const token = input.clientToken === undefined ? undefined : `${cluster.name}/${input.clientToken}`;
  const request = JSON.stringify({ ...input, clientToken: undefined });
  const earlier = token === undefined ? undefined : state.runs.get(token);
  if (earlier !== undefined) {
    if (earlier.request !== request) {
      throw new AwsError("ConflictException", "The client token was already used with different parameters.", 400, {
        resourceIds: earlier.tasks.map((task) => task.arn),
      });
    }
    return { tasks: earlier.tasks.map((task) => show(world, task, true)), failures: [] };
  }
  const definition = definitionToRun(world, call, input.taskDefinition);
  check(input, definition, cluster);
  const tasks: TaskRecord[] = [];
  const failures: object[] = [];
  for (let at = 0; at < (input.count ?? 1); at++) {
    const task = startOne(world, { input, call, definition, cluster, started: tasks });
    if (task === undefined) failures.push({ reason: NO_CAPACITY });
    else tasks.push(task);
  }
  if (token !== undefined && tasks.length > 0) state.runs.set(token, { request, tasks });
  return { tasks: tasks.map((task) => show(world, task, true)), failures };
}

function check(input: RunTaskRequest, definition: TaskDefinition, cluster: ClusterRecord): void {
  const { count = 1 } = input;
  refuseNotModelled(input);
  if (count < 1 || count > 10) throw invalidParameter("Count must be between 1 and 10.");
  if (input.launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  }
  for (const { capacityProvider = "" } of input.capacityProviderStrategy ?? []) {
    if (!(cluster.shown.capacityProviders ?? []).includes(capacityProvider)) {
      throw invalidParameter(
        `The specified capacity provider '${capacityProvider}' was not found. Specify a valid name or ARN and try again.`,
      );
    }
  }
  if (input.propagateTags === "SERVICE") throw invalidParameter("Invalid value for propagateTags");
  if (JSON.stringify(input.overrides ?? {}).length > OVERRIDES_LIMIT) {
    throw invalidParameter("Container Overrides length must be at most 8192");
  }
  for (const override of input.overrides?.containerOverrides ?? []) {
    if (!definition.containerDefinitions?.some((container) => container.name === override.name)) {
      throw invalidParameter(`Override for container named ${override.name} is not a container in the TaskDefinition.`);
    }
  }
  if (input.startedBy !== undefined && !/^[a-zA-Z0-9/_-]{1,128}$/.test(input.startedBy))
    throw invalidParameter("Invalid startedBy.");
  if (input.clientToken !== undefined && !/^[!-~]{1,64}$/.test(input.clientToken))
    throw invalidParameter("Invalid clientToken.");
  if (
    input.enableExecuteCommand === true &&
    definition.taskRoleArn === undefined &&
    input.overrides?.taskRoleArn === undefined
  ) {
    throw clientError(
      "The service couldn't be updated because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    );
  }
  checkNetwork(definition, input.networkConfiguration);
}

function startOne(
  world: World,
  of: {
    readonly input: RunTaskRequest;
    readonly call: Call;
    readonly definition: TaskDefinition;
    readonly cluster: ClusterRecord;
    readonly started: readonly TaskRecord[];
  },
): TaskRecord | undefined {
  const { input, definition, cluster } = of;
  const fromCluster = input.launchType === undefined ? (cluster.shown.defaultCapacityProviderStrategy ?? []) : [];
  const strategy = input.capacityProviderStrategy ?? fromCluster;
  const placed = new Map<string, number>();
  for (const { shown } of of.started)
    placed.set(shown.capacityProviderName ?? "", (placed.get(shown.capacityProviderName ?? "") ?? 0) + 1);
  const provider = strategy.length === 0 ? undefined : chooseProvider(strategy, placed);
  if (!hasCapacity(world, provider ?? "FARGATE")) return undefined;
  const { tags } = ecsState(world, of.call);
  const inherited: readonly Tag[] =
    input.propagateTags === "TASK_DEFINITION" ? (tags.get(definition.taskDefinitionArn ?? "") ?? []) : [];
  return launch(world, {
    cluster,
    definition,
    changed: () => {},
    placement: provider === undefined ? { launchType: "FARGATE" } : { capacityProvider: provider },
    network: input.networkConfiguration,
    overrides: structuredClone(input.overrides ?? {}),
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags: [...inherited, ...(input.tags ?? [])],
  });
}
