import type { Task } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { steerEcs } from "../../../aws/services/ecs/steering.ts";
import { installIam } from "../../../aws/services/iam/install.ts";
import { CALL, type EcsWorld, ecsWorld, finished } from "./ecs-world.ts";
import { runToEnd } from "./one-off.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installCloudWatch, installIam]);
});
afterEach(() => bed.stop());

test("scripts given together apply in their order, later ones before earlier ones", async () => {
  steerEcs(bed.world, {
    scripts: [
      { match: { image: "app:v2" }, behaviour: { exitCode: 2 } },
      { match: {}, behaviour: { exitCode: 1 } },
    ],
  });
  expect((await runToEnd(bed, await bed.define("a", "app:v2"))).containers?.[0]?.exitCode).toBe(2);
  expect((await runToEnd(bed, await bed.define("b", "app:v1"))).containers?.[0]?.exitCode).toBe(1);

  steerEcs(bed.world, { scripts: [{ match: { family: "b" }, behaviour: { exitCode: 3 } }] });
  expect((await runToEnd(bed, "b")).containers?.[0]?.exitCode).toBe(3);

  steerEcs(bed.world, { forget: true });
  expect((await runToEnd(bed, "b")).containers?.[0]?.exitCode).toBe(0);
});

test("a misspelt control is refused and named", () => {
  expect(() => steerEcs(bed.world, { neverStarts: 0.02 })).toThrow(/neverStarts/);
});

test("a share of tasks never starts although nothing is wrong with them", async () => {
  steerEcs(bed.world, { neverStart: 1 });
  const task = await runToEnd(bed, await bed.define("migrate", "app:v1"));

  expect(task).toMatchObject({ stopCode: "TaskFailedToStart" });
  expect(task.startedAt).toBeUndefined();
});

test("Fargate's launch rate spreads starts over time", async () => {
  steerEcs(bed.world, { launches: { burst: 2, perSecond: 0.1 } });
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { desiredCount: 4 });
  await finished(bed, created.currentServiceDeployment);

  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", { cluster: "mate" });
  const { tasks } = await bed.ecs<{ tasks: Task[] }>("DescribeTasks", { cluster: "mate", tasks: taskArns });
  const starts = tasks.map((task) => task.startedAt?.getTime() ?? 0).sort((a, b) => a - b);
  expect((starts[3] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(15_000);
});

test("a role that nobody made fails the task when the bed is to mind", async () => {
  steerEcs(bed.world, { unknownRoles: "refuse" });
  const executionRoleArn = "arn:aws:iam::123456789012:role/execution";
  const definition = await bed.define("migrate", "app:v1", { executionRoleArn });
  expect((await runToEnd(bed, definition)).stoppedReason).toContain(
    `ECS was unable to assume the role '${executionRoleArn}'`,
  );

  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });
  await bed.world.invoke("iam", "CreateRole", { RoleName: "execution", AssumeRolePolicyDocument }, CALL);
  expect((await runToEnd(bed, definition)).containers?.[0]?.exitCode).toBe(0);
});

test("under alarms a deployment bakes before it is successful", async () => {
  await bed.world.invoke("cloudwatch", "PutMetricAlarm", { AlarmName: "errors" }, CALL);
  const deploymentConfiguration = {
    bakeTimeInMinutes: 5,
    alarms: { enable: true, rollback: true, alarmNames: ["errors"] },
  };
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { deploymentConfiguration });
  const stable = await bed.until(async () =>
    (await bed.deployment(created.currentServiceDeployment)).lifecycleStage === "BAKE_TIME"
      ? bed.world.clock.now()
      : undefined,
  );

  const { finishedAt, status } = await finished(bed, created.currentServiceDeployment);

  expect(status).toBe("SUCCESSFUL");
  expect((finishedAt?.getTime() ?? 0) - stable).toBeGreaterThan(4 * 60_000);
});

test("what the bed does not model is refused, not ignored", async () => {
  const definition = await bed.define("web", "app:v1");
  await expect(
    bed.createService("web", definition, { serviceConnectConfiguration: { enabled: true } }),
  ).rejects.toMatchObject({ message: "The bed does not model serviceConnectConfiguration." });
  await expect(
    bed.createService("web", definition, { deploymentConfiguration: { strategy: "BLUE_GREEN" } }),
  ).rejects.toMatchObject({ code: "InvalidParameterException" });
});
