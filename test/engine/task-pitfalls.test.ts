import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StageOutcome } from "../../actions/lib/domain/outcome.ts";
import { logOf } from "../../actions/lib/engine/run-task.ts";
import { migrate } from "../../actions/migrate/migrate.ts";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

let stage: FleetStage;
beforeAll(async () => {
  stage = await startFleetStage({
    tenants: ["clinic-a", "clinic-b", "clinic-c", "clinic-d", "clinic-e", "clinic-f"],
    releases: ["v1.4.0"],
  });
});
afterAll(() => stage.stop());
afterEach(() => {
  ecsControls(stage.aws.world).scripts.length = 0;
  ecsControls(stage.aws.world).exhausted.clear();
});

async function migrated(tenant: string): Promise<StageOutcome> {
  const [outcome] = await migrate({ before: [], trialScript: "" }, stage.process("v1.4.0", { only: [tenant] }));
  if (outcome === undefined) throw new Error(`nothing was said of ${tenant}`);
  return outcome;
}

describe("pitfall 3.52: capacity", () => {
  test("that is not there at this moment is asked for again, and the migration runs", async () => {
    const { exhausted } = ecsControls(stage.aws.world);
    exhausted.add("FARGATE");
    let asked = 0;
    const freed = stage.aws.calls.watch(({ operation }) => {
      if (operation === "RunTask" && ++asked === 2) exhausted.clear();
    });
    const outcome = await migrated("clinic-a");
    freed();

    expect(outcome.outcome).toBe("changed");
  });

  test.for([
    ["ClientException", "You've reached the limit on the number of vCPUs you can run concurrently"],
    ["InvalidParameterException", "Error retrieving security group information for [sg-1]: Request limit exceeded."],
  ] as const)("that ECS refuses with %s is asked for again as well", async ([code, message]) => {
    const tenant = code === "ClientException" ? "clinic-e" : "clinic-f";
    const stop = stage.aws.faults.add({ kind: "error", code, message, match: { operations: ["RunTask"] } });

    const outcome = await migrated(tenant);
    stop();

    expect(outcome.outcome).toBe("changed");
  });

  test("that is not there for two minutes fails the migration with what ECS said; the next deployment starts it", async () => {
    ecsControls(stage.aws.world).exhausted.add("FARGATE");
    const outcome = await migrated("clinic-b");
    ecsControls(stage.aws.world).exhausted.clear();

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "migration-not-placed" });
    expect(outcome.cause).toMatch(/^ECS could not place the migration task: .*Capacity/);
    expect((await migrated("clinic-b")).outcome).toBe("changed");
  });
});

describe("pitfall 3.55: the log of a task", () => {
  test("that never started is empty, and its reason is told all the same", async () => {
    const neverStarts = "ResourceInitializationError: unable to pull secrets";
    behaves(stage.aws.world, { family: "clinic-c-production-migrate" }, { neverStarts });
    const outcome = await migrated("clinic-c");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "migration-never-started", evidence: [] });
    expect(outcome.cause).toContain(neverStarts);
  });

  test("is read until nothing more comes, so that the last lines are there", async () => {
    const readings = [[], ["first"], ["first", "Traceback"], ["first", "Traceback", "DataError"]];
    let reading = 0;
    const log = async () => readings[Math.min(reading++, readings.length - 1)] ?? [];
    const container = { name: "migrate", logGroup: "/ecs/clinic/migrate" };
    const definition = { container } as Parameters<typeof logOf>[0];
    const tasks = { log } as unknown as Parameters<typeof logOf>[2]["tasks"];

    expect(await logOf(definition, "task/1", { tasks, clock: skippingClock() })).toEqual([
      "first",
      "Traceback",
      "DataError",
    ]);
  });
});

test("pitfall 3.62: a release runs by the digest of its image, so a tag that moves changes nothing that runs", async () => {
  await migrated("clinic-d");

  const { taskDefinition } = await stage.invoke<{
    taskDefinition: { containerDefinitions: readonly { image: string }[] };
  }>("ecs", "DescribeTaskDefinition", { taskDefinition: "mate-clinic-d-production-migrate" });
  expect(taskDefinition.containerDefinitions.map(({ image }) => image)).toEqual([
    expect.stringMatching(/\/mate\/django@sha256:[0-9a-f]{64}$/),
  ]);
});
