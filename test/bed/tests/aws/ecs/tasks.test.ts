import type { RunTaskRequest, Task } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installEcr } from "../../../aws/services/ecr/install.ts";
import { behaves, ecsControls } from "../../../aws/services/ecs/controls.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { installSecretsManager } from "../../../aws/services/secrets-manager/install.ts";
import { installSsm } from "../../../aws/services/ssm/install.ts";
import { ACCOUNT, CALL, type EcsWorld, ecsWorld } from "./ecs-world.ts";
import { logLines } from "./one-off.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([
    installLogs,
    installSecretsManager,
    installSsm,
    (world) => installEcr(world, () => "http://127.0.0.1"),
  ]);
  await bed.world.invoke("cloudwatch-logs", "CreateLogGroup", { logGroupName: "/mate/st-marys" }, CALL);
});
afterEach(() => bed.stop());

const LOGS = {
  logDriver: "awslogs",
  options: { "awslogs-group": "/mate/st-marys", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "migrate" },
} as const;

async function run(
  taskDefinition: string,
  more: Partial<RunTaskRequest> = {},
): Promise<{ tasks: Task[]; failures: object[] }> {
  return bed.ecs("RunTask", {
    cluster: "mate",
    taskDefinition,
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    ...more,
  });
}

async function stopped(arn: string | undefined): Promise<Task> {
  return bed.until(async () => {
    const task = await bed.task(arn);
    return task.lastStatus === "STOPPED" ? task : undefined;
  });
}

function logged(task: Task): Promise<string[]> {
  return logLines(bed, task);
}

function migration(container: object = {}): Promise<string> {
  return bed.define("migrate", "app:v1", {
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
    containerDefinitions: [{ name: "app", image: "app:v1", logConfiguration: LOGS, ...container }],
  });
}

test("a migration runs, exits with 0 and its output is in the logs when it has stopped", async () => {
  const { tasks } = await run(await migration());
  expect(tasks[0]).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "RUNNING" });

  const task = await stopped(tasks[0]?.taskArn);

  expect(task).toMatchObject({
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
  });
  expect(task.containers?.[0]).toMatchObject({ exitCode: 0, lastStatus: "STOPPED" });
  expect(await logged(task)).toContain("Running migrations:");
});

test("a migration that fails carries its exit code, its reason and its last lines", async () => {
  behaves(
    bed.world,
    { command: "migrate" },
    {
      exitCode: 7,
      afterMs: 3_000,
      reason: "OutOfMemoryError: Container killed due to memory usage",
      lines: ["django.db.utils.ProgrammingError: column exists"],
    },
  );

  const { tasks } = await run(await migration(), {
    overrides: { containerOverrides: [{ name: "app", command: ["python", "manage.py", "migrate"] }] },
  });
  const task = await stopped(tasks[0]?.taskArn);

  expect(task.containers?.[0]).toMatchObject({
    exitCode: 7,
    reason: "OutOfMemoryError: Container killed due to memory usage",
  });
  expect(await logged(task)).toEqual(["django.db.utils.ProgrammingError: column exists"]);
});

test("a task that never starts has no exit code and no start time", async () => {
  behaves(
    bed.world,
    { image: "app:v1" },
    { neverStarts: "Timeout waiting for network interface provisioning to complete." },
  );

  const { tasks } = await run(await migration());
  const task = await stopped(tasks[0]?.taskArn);

  expect(task).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: "Timeout waiting for network interface provisioning to complete.",
  });
  expect(task.startedAt).toBeUndefined();
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
});

test("an image that is not in its repository cannot be pulled", async () => {
  await bed.world.invoke("ecr", "CreateRepository", { repositoryName: "mate" }, CALL);
  const image = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/mate:v9`;

  const { tasks } = await run(await migration({ image }));
  const task = await stopped(tasks[0]?.taskArn);

  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toBe(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  );
});

test.for([
  [
    "a log group",
    { logConfiguration: { ...LOGS, options: { ...LOGS.options, "awslogs-group": "/mate/none" } } },
    "The specified log group does not exist",
  ],
  [
    "a secret",
    { secrets: [{ name: "DB", valueFrom: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:none-a1b2c3` }] },
    "unable to retrieve secret from asm",
  ],
  ["a parameter", { secrets: [{ name: "DB", valueFrom: "/mate/none" }] }, "unable to retrieve secret from ssm"],
] as const)("a task does not start without %s it needs", async ([, container, reason]) => {
  const { tasks } = await run(await migration(container));
  const task = await stopped(tasks[0]?.taskArn);

  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(/^ResourceInitializationError: /);
  expect(task.stoppedReason).toContain(reason);
});

test("a task goes on when somebody deletes its log group", async () => {
  behaves(bed.world, { image: "app:v1" }, { exitCode: 0, afterMs: 60_000 });
  const task = (await run(await migration())).tasks[0]?.taskArn;
  await bed.until(async () => ((await bed.task(task)).lastStatus === "RUNNING" ? true : undefined));
  await bed.world.invoke("cloudwatch-logs", "DeleteLogGroup", { logGroupName: "/mate/st-marys" }, CALL);

  expect((await stopped(task)).containers?.[0]?.exitCode).toBe(0);
});

test("the same client token starts one task; other parameters are a conflict that names it", async () => {
  const definition = await migration();
  const first = await run(definition, { clientToken: "run-1" });
  const again = await run(definition, { clientToken: "run-1" });

  expect(again.tasks[0]?.taskArn).toBe(first.tasks[0]?.taskArn);
  await expect(run(definition, { clientToken: "run-1", count: 2 })).rejects.toMatchObject({
    code: "ConflictException",
    members: { resourceIds: [first.tasks[0]?.taskArn] },
  });
});

test("without capacity RunTask answers failures, not tasks", async () => {
  ecsControls(bed.world).exhausted.add("FARGATE_SPOT");
  const answer = await run(await migration(), {
    capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });

  expect(answer.tasks).toEqual([]);
  expect(answer.failures).toHaveLength(1);
});

test("overrides longer than 8,192 characters are refused", async () => {
  const environment = [{ name: "TEXT", value: "x".repeat(8_200) }];
  await expect(
    run(await migration(), { overrides: { containerOverrides: [{ name: "app", environment }] } }),
  ).rejects.toMatchObject({
    code: "InvalidParameterException",
    message: "Container Overrides length must be at most 8192",
  });
});

test("a task is missing for a moment when the bed is eventually consistent", async () => {
  ecsControls(bed.world).durations.taskVisible = 20_000;
  const { tasks } = await run(await migration());
  const describe = (): Promise<{ tasks: Task[]; failures: object[] }> =>
    bed.ecs("DescribeTasks", { cluster: "mate", tasks: [tasks[0]?.taskArn] });

  expect((await describe()).failures).toMatchObject([{ reason: "MISSING" }]);
  await bed.world.clock.sleep(30_000);
  expect((await describe()).tasks).toHaveLength(1);
});

test.for([
  ["143 after its signal", {}, 143],
  ["137 when it does not listen", { ignoresSignal: true }, 137],
] as const)("StopTask ends a task with %s", async ([, behaviour, exitCode]) => {
  behaves(bed.world, { image: "app:v1" }, { forEver: true, ...behaviour });
  const task = (await run(await migration({ stopTimeout: 60 }))).tasks[0]?.taskArn;
  await bed.until(async () => ((await bed.task(task)).lastStatus === "RUNNING" ? true : undefined));
  await bed.ecs("StopTask", { cluster: "mate", task, reason: "operator" });

  expect(await stopped(task)).toMatchObject({
    stopCode: "UserInitiated",
    stoppedReason: "operator",
    containers: [{ exitCode }],
  });
});

test("tasks are listed by family, by who started them and by desired status", async () => {
  const { tasks } = await run(await migration(), { startedBy: "op-17", count: 2 });
  const list = async (filter: object): Promise<number> =>
    (await bed.ecs<{ taskArns: string[] }>("ListTasks", { cluster: "mate", ...filter })).taskArns.length;

  expect(await list({ family: "migrate" })).toBe(2);
  expect(await list({ startedBy: "op-17" })).toBe(2);
  expect(await list({ startedBy: "op-18" })).toBe(0);
  await stopped(tasks[0]?.taskArn);
  await stopped(tasks[1]?.taskArn);
  expect(await list({ startedBy: "op-17" })).toBe(0);
  expect(await list({ startedBy: "op-17", desiredStatus: "STOPPED" })).toBe(2);
});

test("a stopped task is forgotten when its time is over, an hour unless told otherwise", async () => {
  const { durations } = ecsControls(bed.world);
  expect(durations.stoppedKept).toBe(3_600_000);
  durations.stoppedKept = 120_000;
  const { tasks } = await run(await migration());
  await stopped(tasks[0]?.taskArn);
  await bed.world.clock.sleep(150_000);

  const answer = await bed.ecs<{ tasks: Task[] }>("DescribeTasks", { cluster: "mate", tasks: [tasks[0]?.taskArn] });
  expect(answer.tasks).toEqual([]);
});
