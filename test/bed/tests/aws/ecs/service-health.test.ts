import type { Service } from "@aws-sdk/client-ecs";
import type {
  Listener,
  LoadBalancer,
  TargetGroup,
  TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installCloudWatch } from "../../../aws/services/cloudwatch/install.ts";
import { behaves, ecsControls } from "../../../aws/services/ecs/controls.ts";
import { installLoadBalancing } from "../../../aws/services/elastic-load-balancing-v2/install.ts";
import { CALL, type EcsWorld, ecsWorld, finished } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installLoadBalancing, installCloudWatch]);
});
afterEach(() => bed.stop());

function elb<T>(operation: string, input: object): Promise<T> {
  return bed.world.invoke<T>("elastic-load-balancing-v2", operation, input, CALL);
}

async function targetGroup(): Promise<string> {
  const input = { Name: "web", Port: 8000, TargetType: "ip", HealthCheckIntervalSeconds: 10 };
  const { TargetGroups } = await elb<{ TargetGroups: [TargetGroup] }>("CreateTargetGroup", input);
  const TargetGroupArn = TargetGroups[0].TargetGroupArn ?? "";
  await elb("ModifyTargetGroupAttributes", {
    TargetGroupArn,
    Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }],
  });
  return TargetGroupArn;
}

async function behindLoadBalancer(TargetGroupArn: string): Promise<void> {
  const { LoadBalancers } = await elb<{ LoadBalancers: [LoadBalancer] }>("CreateLoadBalancer", {
    Name: "web",
    Subnets: ["subnet-1", "subnet-2"],
  });
  const { LoadBalancerArn } = LoadBalancers[0];
  await elb<{ Listeners: [Listener] }>("CreateListener", {
    LoadBalancerArn,
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "forward", TargetGroupArn }],
  });
}

async function health(TargetGroupArn: string): Promise<(string | undefined)[]> {
  const answer = await elb<{ TargetHealthDescriptions: TargetHealthDescription[] }>("DescribeTargetHealth", {
    TargetGroupArn,
  });
  return answer.TargetHealthDescriptions.map((one) => one.TargetHealth?.State);
}

async function roll(taskDefinition: string, more: object = {}): Promise<Service> {
  return (
    await bed.ecs<{ service: Service }>("UpdateService", { cluster: "mate", service: "web", taskDefinition, ...more })
  ).service;
}

test("a service cannot use a target group that no load balancer uses", async () => {
  const targetGroupArn = await targetGroup();
  const loadBalancers = [{ targetGroupArn, containerName: "app", containerPort: 8000 }];

  await expect(bed.createService("web", await bed.define("web", "app:v1"), { loadBalancers })).rejects.toMatchObject({
    code: "InvalidParameterException",
    message: `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
  });
});

test("targets follow the tasks: healthy, then draining when replaced", async () => {
  const targetGroupArn = await targetGroup();
  await behindLoadBalancer(targetGroupArn);
  const loadBalancers = [{ targetGroupArn, containerName: "app", containerPort: 8000 }];
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { loadBalancers });
  expect((await finished(bed, created.currentServiceDeployment)).status).toBe("SUCCESSFUL");
  expect(await health(targetGroupArn)).toEqual(["healthy", "healthy"]);

  const seen = new Set<string>();
  const updated = await roll(await bed.define("web", "app:v2"));
  await bed.until(async () => {
    for (const state of await health(targetGroupArn)) seen.add(state ?? "");
    return (await bed.deployment(updated.currentServiceDeployment)).finishedAt;
  });

  expect(seen).toContain("draining");
  expect(await health(targetGroupArn)).toEqual(["healthy", "healthy"]);
});

test("a release that fails the load balancer's health checks is rolled back", async () => {
  const targetGroupArn = await targetGroup();
  await behindLoadBalancer(targetGroupArn);
  const loadBalancers = [{ targetGroupArn, containerName: "app", containerPort: 8000 }];
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { loadBalancers });
  await finished(bed, created.currentServiceDeployment);
  behaves(bed.world, { image: "app:v2" }, { unhealthy: true });

  const updated = await roll(await bed.define("web", "app:v2"));
  expect((await finished(bed, updated.currentServiceDeployment)).status).toBe("ROLLBACK_SUCCESSFUL");

  const { tasks } = await stoppedTasks();
  expect(tasks[0]?.stoppedReason).toBe(`Task failed ELB health checks in (target-group ${targetGroupArn})`);
});

test("tasks cannot run behind a target group that somebody has deleted, and the service says so", async () => {
  const targetGroupArn = await targetGroup();
  await behindLoadBalancer(targetGroupArn);
  const loadBalancers = [{ targetGroupArn, containerName: "app", containerPort: 8000 }];
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { loadBalancers });
  await finished(bed, created.currentServiceDeployment);
  const { LoadBalancers } = await elb<{ LoadBalancers: [LoadBalancer] }>("DescribeLoadBalancers", {});
  await elb("DeleteLoadBalancer", { LoadBalancerArn: LoadBalancers[0].LoadBalancerArn });
  await elb("DeleteTargetGroup", { TargetGroupArn: targetGroupArn });

  const updated = await roll(await bed.define("web", "app:v2"));
  await bed.until(async () =>
    (await bed.service("web")).events?.find(
      ({ message }) =>
        message ===
        `(service web) failed to register targets in (target-group ${targetGroupArn}) with (error The specified target group does not exist.)`,
    ),
  );

  const { status } = await finished(bed, updated.currentServiceDeployment);
  expect(status).toMatch(/^ROLLBACK_/);
});

test("a container that fails its health check is replaced and counted", async () => {
  const healthCheck = { command: ["CMD", "true"], interval: 5, retries: 2 };
  const containers = (image: string) => ({ containerDefinitions: [{ name: "app", image, healthCheck }] });
  const created = await bed.createService("web", await bed.define("web", "app:v1", containers("app:v1")));
  await finished(bed, created.currentServiceDeployment);
  behaves(bed.world, { image: "app:v2" }, { unhealthy: true });

  const updated = await roll(await bed.define("web", "app:v2", containers("app:v2")));

  expect((await finished(bed, updated.currentServiceDeployment)).status).toBe("ROLLBACK_SUCCESSFUL");
  expect((await stoppedTasks()).tasks[0]?.stoppedReason).toBe("Task failed container health checks");
});

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

  const updated = await roll(await bed.define("web", "app:v2"));
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

  const updated = await roll(await bed.define("web", "app:v2"));

  expect((await finished(bed, updated.currentServiceDeployment)).deploymentCircuitBreaker).toMatchObject({
    failureCount: 1,
    threshold: 1,
  });
});

test("StopServiceDeployment rolls back on request, once", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
  const updated = await roll(await bed.define("web", "app:v2"));
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

  const updated = await roll(await bed.define("web", "app:v2"));
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

test("another capacity provider strategy has to be forced, and spreads tasks by base and weight", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { desiredCount: 4 });
  await finished(bed, created.currentServiceDeployment);
  const capacityProviderStrategy = [
    { capacityProvider: "FARGATE", base: 1, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", weight: 2 },
  ];
  await expect(roll(created.taskDefinition ?? "", { capacityProviderStrategy })).rejects.toMatchObject({
    code: "InvalidParameterException",
  });

  const updated = await roll(created.taskDefinition ?? "", { capacityProviderStrategy, forceNewDeployment: true });
  expect((await finished(bed, updated.currentServiceDeployment)).status).toBe("SUCCESSFUL");

  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", { cluster: "mate" });
  const { tasks } = await bed.ecs<{ tasks: { capacityProviderName: string }[] }>("DescribeTasks", {
    cluster: "mate",
    tasks: taskArns,
  });
  expect(tasks.map((task) => task.capacityProviderName).sort()).toEqual([
    "FARGATE",
    "FARGATE",
    "FARGATE_SPOT",
    "FARGATE_SPOT",
  ]);
});

test("without Spot capacity a service says so and goes on when there is some", async () => {
  const { exhausted } = ecsControls(bed.world);
  exhausted.add("FARGATE_SPOT");
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } };
  const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  const created = await bed.createService("web", await bed.define("web", "app:v1"), {
    capacityProviderStrategy,
    deploymentConfiguration,
  });
  await bed.until(async () =>
    (await bed.service("web")).events?.find((event) => event.message?.includes("was unable to place a task")),
  );
  exhausted.clear();

  expect((await finished(bed, created.currentServiceDeployment)).status).toBe("SUCCESSFUL");
});

test("a deleted service drains, becomes INACTIVE and can be made anew", async () => {
  const definition = await bed.define("web", "app:v1");
  const created = await bed.createService("web", definition);
  await finished(bed, created.currentServiceDeployment);

  await expect(bed.ecs("DeleteService", { cluster: "mate", service: "web" })).rejects.toMatchObject({
    message: "The service cannot be stopped while it is scaled above 0.",
  });
  await bed.ecs("DeleteService", { cluster: "mate", service: "web", force: true });
  expect((await bed.service("web")).status).toBe("DRAINING");
  await bed.until(async () => ((await bed.service("web")).status === "INACTIVE" ? true : undefined));
  await expect(bed.ecs("UpdateService", { cluster: "mate", service: "web" })).rejects.toMatchObject({
    code: "ServiceNotFoundException",
  });

  expect((await finished(bed, (await bed.createService("web", definition)).currentServiceDeployment)).status).toBe(
    "SUCCESSFUL",
  );
});

async function stoppedTasks(): Promise<{ tasks: { stoppedReason?: string }[] }> {
  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", {
    cluster: "mate",
    desiredStatus: "STOPPED",
  });
  return bed.ecs("DescribeTasks", { cluster: "mate", tasks: taskArns });
}
