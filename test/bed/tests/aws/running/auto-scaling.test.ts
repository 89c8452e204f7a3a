import type { ScalableTarget, ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installApplicationAutoScaling } from "../../../aws/services/application-auto-scaling/install.ts";
import { nextRun } from "../../../aws/services/application-auto-scaling/schedule.ts";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { CALL, type EcsWorld, ecsWorld, finished } from "../ecs/ecs-world.ts";

const WEB = { ServiceNamespace: "ecs", ResourceId: "service/mate/web", ScalableDimension: "ecs:service:DesiredCount" };
const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installApplicationAutoScaling, installCloudWatch]);
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
});
afterEach(() => bed.stop());

function scaling<T>(operation: string, input: object): Promise<T> {
  return bed.world.invoke<T>("application-auto-scaling", operation, input, CALL);
}

async function desired(): Promise<number | undefined> {
  return (await bed.service("web")).desiredCount;
}

async function alarm(side: "High" | "Low"): Promise<void> {
  const { MetricAlarms } = await bed.world.invoke<{ MetricAlarms: { AlarmName: string }[] }>(
    "cloudwatch",
    "DescribeAlarms",
    {},
    CALL,
  );
  const AlarmName = MetricAlarms.find((one) => one.AlarmName.includes(`-Alarm${side}-`))?.AlarmName;
  await bed.world.invoke("cloudwatch", "SetAlarmState", { AlarmName, StateValue: "ALARM", StateReason: "load" }, CALL);
}

test("registering a target brings the service into its range", async () => {
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 4, MaxCapacity: 10 });
  expect(await desired()).toBe(4);

  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 1, MaxCapacity: 3 });
  expect(await desired()).toBe(3);

  const { ScalingActivities } = await scaling<{ ScalingActivities: ScalingActivity[] }>(
    "DescribeScalingActivities",
    WEB,
  );
  expect(ScalingActivities.map((one) => one.Description)).toEqual([
    "Setting desired count to 3.",
    "Setting desired count to 4.",
  ]);
});

test("a target keeps what an update does not name, and clamps even then", async () => {
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 2, MaxCapacity: 10 });
  await bed.ecs("UpdateService", { cluster: "mate", service: "web", desiredCount: 0 });
  await scaling("RegisterScalableTarget", { ...WEB, SuspendedState: { DynamicScalingInSuspended: true } });

  expect(await desired()).toBe(2);
  const { ScalableTargets } = await scaling<{ ScalableTargets: ScalableTarget[] }>("DescribeScalableTargets", {
    ServiceNamespace: "ecs",
  });
  expect(ScalableTargets[0]).toMatchObject({
    MinCapacity: 2,
    MaxCapacity: 10,
    SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false },
  });
});

test("a suspended service stays at zero although its alarm rings", async () => {
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 2, MaxCapacity: 10 });
  await scaling("PutScalingPolicy", cpuPolicy());
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 0, SuspendedState: SUSPENDED });
  await bed.ecs("UpdateService", { cluster: "mate", service: "web", desiredCount: 0 });
  await alarm("High");

  expect(await desired()).toBe(0);
  await bed.until(async () => ((await bed.service("web")).runningCount === 0 ? true : undefined));
});

test("a target tracking policy scales out by its alarm and not in while a deployment runs", async () => {
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 2, MaxCapacity: 3 });
  await scaling("PutScalingPolicy", cpuPolicy());
  await alarm("High");
  expect(await desired()).toBe(3);

  await bed.ecs("UpdateService", { cluster: "mate", service: "web", forceNewDeployment: true });
  await alarm("Low");
  expect(await desired()).toBe(3);
});

test("a scheduled action changes the range at its time", async () => {
  await scaling("RegisterScalableTarget", { ...WEB, MinCapacity: 2, MaxCapacity: 3 });
  const at = new Date(bed.world.clock.now() + 120_000).toISOString().slice(0, 19);
  await scaling("PutScheduledAction", {
    ...WEB,
    ScheduledActionName: "morning",
    Schedule: `at(${at})`,
    ScalableTargetAction: { MinCapacity: 3 },
  });
  expect(await desired()).toBe(2);
  await bed.world.clock.sleep(180_000);

  expect(await desired()).toBe(3);
});

test.for([
  ["rate(5 minutes)", "2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z"],
  ["cron(0 18 ? * MON-FRI *)", "2026-02-28T12:00:00Z", "2026-03-02T18:00:00Z"],
  ["cron(30 6 1 * ? *)", "2026-03-01T07:00:00Z", "2026-04-01T06:30:00Z"],
  ["cron(0/15 * * * ? *)", "2026-03-01T12:01:00Z", "2026-03-01T12:15:00Z"],
  ["at(2026-03-01T13:00:00)", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"],
])("%s after %s runs at %s", ([schedule = "", after = "", next = ""]) => {
  expect(nextRun(schedule, Date.parse(after))).toBe(Date.parse(next));
});

test("a service that is not there cannot be registered", async () => {
  await expect(
    scaling("RegisterScalableTarget", { ...WEB, ResourceId: "service/mate/none", MinCapacity: 1, MaxCapacity: 2 }),
  ).rejects.toMatchObject({
    code: "ValidationException",
    message: "ECS service doesn't exist: service/mate/none",
  });
});

function cpuPolicy(): object {
  const PredefinedMetricSpecification = { PredefinedMetricType: "ECSServiceAverageCPUUtilization" };
  return {
    ...WEB,
    PolicyName: "cpu",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 60, PredefinedMetricSpecification },
  };
}
