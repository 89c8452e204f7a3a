import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ecsControls } from "../../../aws/services/ecs/controls.ts";
import { processDriver } from "../../../aws/services/ecs/drivers/process.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { installSsm } from "../../../aws/services/ssm/install.ts";
import { bedClock } from "../../../clock.ts";
import { ACCOUNT, CALL, type EcsWorld, ecsWorld } from "./ecs-world.ts";
import { logLines, runToEnd } from "./one-off.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installLogs, installSsm], bedClock(200));
  await bed.world.invoke("cloudwatch-logs", "CreateLogGroup", { logGroupName: "/mate/st-marys" }, CALL);
  ecsControls(bed.world).driver = processDriver({ clock: bed.world.clock, directory: tmpdir() });
});
afterEach(async () => {
  await ecsControls(bed.world).driver.close();
  bed.stop();
});

function definition(script: string, container: object = {}): Promise<string> {
  return bed.define("migrate", "app:v1", {
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
    containerDefinitions: [
      {
        name: "app",
        image: "app:v1",
        entryPoint: [process.execPath, "--eval"],
        command: [script],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/mate/st-marys",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "migrate",
          },
        },
        ...container,
      },
    ],
  });
}

test("a real command's exit code and output come back, with environment and secrets in it", async () => {
  const parameter = { Name: "/mate/password", Value: "hunter2", Type: "SecureString" };
  await bed.world.invoke("ssm", "PutParameter", parameter, CALL);
  const script = "console.log(process.env.TENANT, process.env.PASSWORD); console.error('broken'); process.exit(5)";
  const task = await runToEnd(
    bed,
    await definition(script, {
      environment: [{ name: "TENANT", value: "st-marys" }],
      secrets: [{ name: "PASSWORD", valueFrom: "/mate/password" }],
    }),
  );

  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 5 }] });
  expect((await logLines(bed, task)).sort()).toEqual(["broken", "st-marys hunter2"]);
});

test("a command that is not there is a task that failed to start", async () => {
  const task = await runToEnd(bed, await definition("", { entryPoint: ["/no/such/program"], command: [] }));

  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toContain("CannotStartContainerError: spawn /no/such/program ENOENT");
  expect(task.containers?.[0]?.exitCode).toBeUndefined();
});

test("a process that is stopped ends with 143", async () => {
  // Without a handler of its own it is ended by the signal itself: how soon a busy machine lets it run makes no difference.
  const taskDefinition = await definition("", { entryPoint: ["sleep"], command: ["600"] });
  const { tasks } = await bed.ecs<{ tasks: { taskArn: string }[] }>("RunTask", {
    cluster: "mate",
    taskDefinition,
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
  });
  const task = tasks[0]?.taskArn;
  await bed.until(async () => ((await bed.task(task)).lastStatus === "RUNNING" ? true : undefined));
  await bed.ecs("StopTask", { cluster: "mate", task });

  const stopped = await bed.until(async () => {
    const now = await bed.task(task);
    return now.lastStatus === "STOPPED" ? now : undefined;
  });
  expect(stopped).toMatchObject({ stopCode: "UserInitiated", containers: [{ exitCode: 143 }] });
});
