import type { Service, Task } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { behaves } from "../../../aws/services/ecs/controls.ts";
import { type EcsWorld, ecsWorld, finished } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld();
});
afterEach(() => bed.stop());

async function running(): Promise<Task[]> {
  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", { cluster: "mate" });
  if (taskArns.length === 0) return [];
  return (await bed.ecs<{ tasks: Task[] }>("DescribeTasks", { cluster: "mate", tasks: taskArns })).tasks;
}

async function update(input: object): Promise<Service> {
  return (await bed.ecs<{ service: Service }>("UpdateService", { cluster: "mate", ...input })).service;
}

test("a new service starts its tasks and its deployment ends SUCCESSFUL", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  expect(created.deployments?.map((one) => [one.status, one.rolloutState])).toEqual([["PRIMARY", "IN_PROGRESS"]]);

  const deployment = await finished(bed, created.currentServiceDeployment);

  expect(deployment.status).toBe("SUCCESSFUL");
  expect(deployment.targetServiceRevision).toMatchObject({ requestedTaskCount: 2, runningTaskCount: 2 });
  const service = await bed.service("web");
  expect(service).toMatchObject({ status: "ACTIVE", desiredCount: 2, runningCount: 2, pendingCount: 0 });
  expect(service.deployments?.[0]).toMatchObject({ rolloutState: "COMPLETED", failedTasks: 0 });
  expect(service.events?.[0]?.message).toBe("(service web) has reached a steady state.");
});

test("a new release replaces every task and leaves one deployment", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
  const old = (await running()).map((task) => task.taskArn);

  const updated = await update({ service: "web", taskDefinition: await bed.define("web", "app:v2") });
  expect(updated.deployments?.map((one) => one.status)).toEqual(["PRIMARY", "ACTIVE"]);
  expect(updated.currentServiceDeployment).not.toBe(created.currentServiceDeployment);
  const deployment = await finished(bed, updated.currentServiceDeployment);

  expect(deployment.status).toBe("SUCCESSFUL");
  const tasks = await running();
  expect(tasks.map((task) => task.containers?.[0]?.image)).toEqual(["app:v2", "app:v2"]);
  expect(tasks.some((task) => old.includes(task.taskArn))).toBe(false);
  expect((await bed.service("web")).deployments).toHaveLength(1);
});

test("a crash-looping release trips the breaker and the old tasks keep running", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
  const old = (await running()).map((task) => task.taskArn).sort();
  behaves(
    bed.world,
    { image: "app:v2" },
    { exitCode: 3, afterMs: 4_000, lines: ["ImportError: no module named mate"] },
  );

  const updated = await update({ service: "web", taskDefinition: await bed.define("web", "app:v2") });
  const deployment = await finished(bed, updated.currentServiceDeployment);

  expect(deployment).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    statusReason: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
    deploymentCircuitBreaker: { status: "TRIGGERED", threshold: 3 },
  });
  expect(deployment.rollback?.serviceRevisionArn).toBe(
    (await bed.deployment(created.currentServiceDeployment)).targetServiceRevision?.arn,
  );
  const service = await bed.service("web");
  expect(service.taskDefinition).toBe(created.taskDefinition);
  expect(service.events?.map((event) => event.message)).toContain(
    `(service web) rolling back to deployment ${service.deployments?.[0]?.id}.`,
  );
  expect((await running()).map((task) => task.taskArn).sort()).toEqual(old);
});

test("a release that is replaced by another ends STOPPED and says so", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);
  const second = await update({ service: "web", taskDefinition: await bed.define("web", "app:v2") });
  const third = await update({ service: "web", taskDefinition: await bed.define("web", "app:v3") });

  expect(await bed.deployment(second.currentServiceDeployment)).toMatchObject({
    status: "STOPPED",
    statusReason: "Replaced by a new service deployment",
  });
  expect((await finished(bed, third.currentServiceDeployment)).status).toBe("SUCCESSFUL");
  expect((await running()).map((task) => task.containers?.[0]?.image)).toEqual(["app:v3", "app:v3"]);
});

test("a change of the count alone makes no deployment", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"));
  await finished(bed, created.currentServiceDeployment);

  const updated = await update({ service: "web", desiredCount: 4 });

  expect(updated.currentServiceDeployment).toBe(created.currentServiceDeployment);
  await bed.until(async () => ((await bed.service("web")).runningCount === 4 ? true : undefined));
  await update({ service: "web", desiredCount: 0 });
  await bed.until(async () => ((await bed.service("web")).runningCount === 0 ? true : undefined));
  expect((await bed.service("web")).deployments).toHaveLength(1);
});

test("beat at 0/100 never runs two tasks", async () => {
  const most = { executing: 0 };
  const created = await bed.createService("beat", await bed.define("beat", "app:v1"), {
    desiredCount: 1,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  });
  await finished(bed, created.currentServiceDeployment);
  const updated = await update({ service: "beat", taskDefinition: await bed.define("beat", "app:v2") });

  const deployment = await bed.until(async () => {
    const executing = [...(await running()), ...(await stopped())].filter(
      (task) => task.containers?.[0]?.lastStatus === "RUNNING",
    );
    most.executing = Math.max(most.executing, executing.length);
    const now = await bed.deployment(updated.currentServiceDeployment);
    return now.finishedAt === undefined ? undefined : now;
  });

  expect(deployment.status).toBe("SUCCESSFUL");
  expect(most.executing).toBe(1);
  const [old, young] = [(await stopped())[0], (await running())[0]];
  expect(old?.executionStoppedAt?.getTime()).toBeLessThan(young?.createdAt?.getTime() ?? 0);
});

async function stopped(): Promise<Task[]> {
  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", {
    cluster: "mate",
    desiredStatus: "STOPPED",
  });
  if (taskArns.length === 0) return [];
  return (await bed.ecs<{ tasks: Task[] }>("DescribeTasks", { cluster: "mate", tasks: taskArns })).tasks;
}

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
