import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ecsControls } from "../../../aws/services/ecs/controls.ts";
import { dockerDriver } from "../../../aws/services/ecs/drivers/docker.ts";
import { installLogs } from "../../../aws/services/logs/install.ts";
import { bedClock } from "../../../clock.ts";
import { ACCOUNT, CALL, type EcsWorld, ecsWorld } from "./ecs-world.ts";
import { logLines, runToEnd } from "./one-off.ts";

/** Any local image with a shell, such as one made of busybox; without it there is nothing to test with. */
const IMAGE = process.env.BED_DOCKER_TEST_IMAGE;

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installLogs], bedClock(100));
  await bed.world.invoke("cloudwatch-logs", "CreateLogGroup", { logGroupName: "/mate/st-marys" }, CALL);
  ecsControls(bed.world).driver = dockerDriver({ reference: () => IMAGE ?? "" });
});
afterEach(async () => {
  await ecsControls(bed.world).driver.close();
  bed.stop();
});

function definition(command: string, container: object = {}): Promise<string> {
  const options = {
    "awslogs-group": "/mate/st-marys",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "migrate",
  };
  return bed.define("migrate", "app:v1", {
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/execution`,
    containerDefinitions: [
      {
        name: "app",
        image: "app:v1",
        entryPoint: ["/bin/sh", "-c"],
        command: [command],
        logConfiguration: { logDriver: "awslogs", options },
        ...container,
      },
    ],
  });
}

test.runIf(IMAGE)("a container's exit code and output come back and nothing is left in the engine", async () => {
  const environment = [
    { name: "TENANT", value: "st-marys" },
    { name: "HOME", value: "/home/mate" },
  ];
  const task = await runToEnd(bed, await definition("echo $TENANT $HOME; exit 9", { environment }));

  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 9 }] });
  expect(await logLines(bed, task)).toEqual(["st-marys /home/mate"]);
  const left = execFileSync("docker", [
    "ps",
    "--all",
    "--quiet",
    "--filter",
    `label=bed.task=${task.taskArn}`,
  ]).toString();
  expect(left).toBe("");
});

test.runIf(IMAGE)("an image that the engine cannot have is a failed pull", async () => {
  ecsControls(bed.world).driver = dockerDriver({ reference: () => "127.0.0.1:9/none:v1" });
  const task = await runToEnd(bed, await definition("true"));

  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(/^CannotPullContainerError: /);
});

test.runIf(IMAGE)("a container that is stopped gets its signal", async () => {
  const taskDefinition = await definition("trap 'exit 4' TERM; while true; do sleep 0.1; done");
  const network = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
  const { tasks } = await bed.ecs<{ tasks: { taskArn: string }[] }>("RunTask", {
    cluster: "mate",
    taskDefinition,
    networkConfiguration: network,
  });
  const task = tasks[0]?.taskArn;
  await bed.until(async () => ((await bed.task(task)).lastStatus === "RUNNING" ? true : undefined));
  ecsControls(bed.world).durations.deactivating = 50_000;
  await bed.ecs("StopTask", { cluster: "mate", task });

  const stopped = await bed.until(async () => {
    const now = await bed.task(task);
    return now.lastStatus === "STOPPED" ? now : undefined;
  });
  expect(stopped.containers?.[0]?.exitCode).toBe(4);
});

test.runIf(IMAGE)(
  "a driver that is closed starts nothing any more, and leaves nothing of what was about to start",
  async () => {
    const driver = ecsControls(bed.world).driver;
    const taskDefinition = await definition("sleep 60");
    const network = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const { tasks } = await bed.ecs<{ tasks: { taskArn: string }[] }>("RunTask", {
      cluster: "mate",
      taskDefinition,
      networkConfiguration: network,
    });
    const [{ taskArn } = { taskArn: "" }] = tasks;
    await bed.until(async () => ((await bed.task(taskArn)).lastStatus === "RUNNING" ? true : undefined));

    await driver.close();

    const label = `label=bed.task=${taskArn}`;
    expect(execFileSync("docker", ["ps", "--all", "--quiet", "--filter", label]).toString()).toBe("");
    const again = await runToEnd(bed, taskDefinition);
    expect(again).toMatchObject({ stopCode: "TaskFailedToStart" });
    expect(again.stoppedReason).toBe("CannotStartContainerError: the driver is closed");
  },
);
