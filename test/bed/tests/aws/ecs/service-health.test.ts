import type {
  Listener,
  LoadBalancer,
  TargetGroup,
  TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { behaves } from "../../../aws/services/ecs/controls.ts";
import { installLoadBalancing } from "../../../aws/services/elastic-load-balancing-v2/install.ts";
import { CALL, type EcsWorld, ecsWorld, finished, roll, stoppedTasks } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld([installLoadBalancing]);
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
  const updated = await roll(bed, await bed.define("web", "app:v2"));
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

  const updated = await roll(bed, await bed.define("web", "app:v2"));
  expect((await finished(bed, updated.currentServiceDeployment)).status).toBe("ROLLBACK_SUCCESSFUL");

  const { tasks } = await stoppedTasks(bed);
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

  const updated = await roll(bed, await bed.define("web", "app:v2"));
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

  const updated = await roll(bed, await bed.define("web", "app:v2", containers("app:v2")));

  expect((await finished(bed, updated.currentServiceDeployment)).status).toBe("ROLLBACK_SUCCESSFUL");
  expect((await stoppedTasks(bed)).tasks[0]?.stoppedReason).toBe("Task failed container health checks");
});
