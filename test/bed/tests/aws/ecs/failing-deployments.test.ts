import { afterEach, beforeEach, expect, test } from "vitest";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { behaves } from "../../../aws/services/ecs/controls.ts";
import { CALL, type EcsWorld, ecsWorld, finished, roll } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installCloudWatch]);
});
afterEach(() => bed.stop());

test("a first deployment that fails has nothing to go back to", async () => {
  behaves(bed.world, { image: "app:v1" }, { exitCode: 1, afterMs: 1_000 });
  const created = await bed.createService("web", await bed.define("web", "app:v1"));

  expect(await finished(bed, created.currentServiceDeployment)).toMatchObject({
    status: "ROLLBACK_FAILED",
    statusReason: "No rollback candidate was found to run the rollback.",
  });
});

test("with rollback off a failing release stops, and the old tasks stay", async () => {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { deploymentConfiguration });
  await finished(bed, created.currentServiceDeployment);
  behaves(bed.world, { image: "app:v2" }, { exitCode: 1, afterMs: 1_000 });

  const updated = await roll(bed, await bed.define("web", "app:v2"));
  const deployment = await finished(bed, updated.currentServiceDeployment);

  expect(deployment).toMatchObject({ status: "STOPPED", deploymentCircuitBreaker: { status: "TRIGGERED" } });
  const service = await bed.service("web");
  expect(service.deployments?.map((one) => [one.rolloutState, one.runningCount])).toEqual([
    ["FAILED", 0],
    ["COMPLETED", 2],
  ]);
});

test("COUNT thresholds make the breaker trip sooner", async () => {
  const thresholdConfiguration = { type: "COUNT", value: 1 } as const;
  const deploymentConfiguration = {
    deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration },
  };
  const created = await bed.createService("web", await bed.define("web", "app:v1"), {
    desiredCount: 1,
    deploymentConfiguration,
  });
  await finished(bed, created.currentServiceDeployment);
  behaves(bed.world, { image: "app:v2" }, { exitCode: 1, afterMs: 1_000 });

  const updated = await roll(bed, await bed.define("web", "app:v2"));

  expect((await finished(bed, updated.currentServiceDeployment)).deploymentCircuitBreaker).toMatchObject({
    failureCount: 1,
    threshold: 1,
  });
});

test("StopServiceDeployment rolls back on request, once", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
  const updated = await roll(bed, await bed.define("web", "app:v2"));
  const serviceDeploymentArn = updated.currentServiceDeployment;

  await bed.ecs("StopServiceDeployment", { serviceDeploymentArn, stopType: "ROLLBACK" });
  expect((await bed.deployment(serviceDeploymentArn)).status).toBe("ROLLBACK_REQUESTED");
  await expect(bed.ecs("StopServiceDeployment", { serviceDeploymentArn })).rejects.toMatchObject({
    code: "ConflictException",
  });

  expect((await finished(bed, serviceDeploymentArn)).status).toBe("ROLLBACK_SUCCESSFUL");
  expect((await bed.service("web")).taskDefinition).toBe(created.taskDefinition);
});

test("an alarm during a deployment rolls it back", async () => {
  await bed.world.invoke("cloudwatch", "PutMetricAlarm", { AlarmName: "errors" }, CALL);
  const deploymentConfiguration = { alarms: { enable: true, rollback: true, alarmNames: ["errors"] } };
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { deploymentConfiguration });
  await finished(bed, created.currentServiceDeployment);

  const updated = await roll(bed, await bed.define("web", "app:v2"));
  await bed.world.invoke(
    "cloudwatch",
    "SetAlarmState",
    { AlarmName: "errors", StateValue: "ALARM", StateReason: "test" },
    CALL,
  );

  expect(await finished(bed, updated.currentServiceDeployment)).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    alarms: { status: "TRIGGERED", triggeredAlarmNames: ["errors"] },
  });
});
