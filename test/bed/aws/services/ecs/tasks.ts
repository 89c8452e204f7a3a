/** The operations on tasks. */
import type { DescribeTasksRequest, ListTasksRequest, StopTaskRequest, Task } from "@aws-sdk/client-ecs";
import type { Call, Operation, World } from "../../kernel.ts";
import { findCluster } from "./clusters.ts";
import { invalidParameter } from "./failures.ts";
import { ecsArn, shortName } from "./names.ts";
import { page } from "./paging.ts";
import { runTask } from "./run-task.ts";
import { findService } from "./services.ts";
import { ecsState, type TaskRecord } from "./state.ts";
import { endTask } from "./task-life.ts";

/** Task operations by name. */
export function taskOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    RunTask: (input, call) => runTask(world, input, call),
    StopTask: (input: StopTaskRequest, call) => {
      const cluster = findCluster(world, call, input.cluster);
      const task = cluster.tasks.get(shortName(input.task ?? ""));
      if (task === undefined) throw invalidParameter("The referenced task was not found.");
      endTask(task, { code: "UserInitiated", reason: input.reason ?? "Task stopped by user", wanted: true });
      return { task: show(world, task, false) };
    },
    DescribeTasks: (input: DescribeTasksRequest, call) => describe(world, input, call),
    ListTasks: (input: ListTasksRequest, call) => list(world, input, call),
  };
}

function describe(world: World, input: DescribeTasksRequest, call: Call): object {
  const cluster = findCluster(world, call, input.cluster);
  const asked = input.tasks ?? [];
  if (asked.length === 0) throw invalidParameter("Tasks cannot be empty.");
  if (asked.length > 100) throw invalidParameter("Tasks cannot have more than 100 elements.");
  const tasks: Task[] = [];
  const failures: object[] = [];
  for (const idOrArn of asked) {
    const task = cluster.tasks.get(shortName(idOrArn));
    if (task === undefined || task.visibleFrom > world.clock.now()) {
      failures.push({ arn: ecsArn(call.caller, `task/${cluster.name}/${shortName(idOrArn)}`), reason: "MISSING" });
    } else tasks.push(show(world, task, input.include?.includes("TAGS") === true));
  }
  return { tasks, failures };
}

function list(world: World, input: ListTasksRequest, call: Call): object {
  const cluster = findCluster(world, call, input.cluster);
  const service = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
  const status = input.desiredStatus ?? "RUNNING";
  // A stopped task keeps RUNNING in the filter only until it is asked to stop: the filter is on the desired status.
  const arns = [...cluster.tasks.values()]
    .filter((task) => task.visibleFrom <= world.clock.now())
    .filter((task) => task.shown.desiredStatus === (status === "PENDING" ? "RUNNING" : status))
    .filter((task) => service === undefined || task.service === service)
    .filter((task) => input.family === undefined || task.definition.family === input.family)
    .filter((task) => input.startedBy === undefined || task.shown.startedBy === input.startedBy)
    .filter((task) => input.launchType === undefined || task.shown.launchType === input.launchType)
    .map((task) => task.arn);
  const { items, nextToken } = page(arns, input);
  return { taskArns: items, ...(nextToken !== undefined && { nextToken }) };
}

/** A task as DescribeTasks shows it. */
export function show(world: World, task: TaskRecord, withTags: boolean): Task {
  const tags = ecsState(world, task.cluster.call).tags.get(task.arn) ?? [];
  return structuredClone({ ...task.shown, tags: withTags ? [...tags] : [] });
}
