import { afterEach, beforeEach, expect, test } from "vitest";
import { ecsControls } from "../../../aws/services/ecs/controls.ts";
import { type EcsWorld, ecsWorld, finished, roll } from "./ecs-world.ts";

let bed: EcsWorld;
beforeEach(async () => {
  bed = await ecsWorld();
});
afterEach(() => bed.stop());

test("another capacity provider strategy has to be forced, and spreads tasks by base and weight", async () => {
  const created = await bed.createService("web", await bed.define("web", "app:v1"), { desiredCount: 4 });
  await finished(bed, created.currentServiceDeployment);
  const capacityProviderStrategy = [
    { capacityProvider: "FARGATE", base: 1, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", weight: 2 },
  ];
  await expect(roll(bed, created.taskDefinition ?? "", { capacityProviderStrategy })).rejects.toMatchObject({
    code: "InvalidParameterException",
  });

  const updated = await roll(bed, created.taskDefinition ?? "", { capacityProviderStrategy, forceNewDeployment: true });
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
