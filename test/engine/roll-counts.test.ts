import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import { cluster, rolledTenants } from "../fixtures/rolled-tenants.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: FleetStage;
beforeAll(async () => {
  const tenants = ["clinic-g", "clinic-h", "clinic-i"];
  stage = await startFleetStage({ tenants, releases: ["v1.4.0", "v1.5.0"], speed: 200 });
});
const { deploymentsOf, releasesOf, rolled, serviceOf } = rolledTenants(() => stage);
afterAll(() => stage.stop());
afterEach(() => ecsControls(stage.aws.world).exhausted.clear());

describe("counts and capacity", () => {
  const counted = (count: string): string => standardTenant("clinic-g", `services:\n  celery: { count: ${count} }\n`);

  test("pitfall 3.47: another count alone makes no deployment and is waited for all the same", async () => {
    await rolled("clinic-g", "v1.4.0", { files: { "clinic-g": counted("1") } });
    const before = await deploymentsOf("clinic-g", "celery");
    const outcome = await rolled("clinic-g", "v1.4.0", { files: { "clinic-g": counted("3") } });

    expect(outcome.outcome).toBe("changed");
    expect((await serviceOf("clinic-g", "celery")).runningCount).toBe(3);
    expect(await deploymentsOf("clinic-g", "celery")).toBe(before);
  });

  test("a suspended tenant gets the new release without a single task being started", async () => {
    const suspended = { files: { "clinic-h": standardTenant("clinic-h", "state: suspended\n") } };
    await rolled("clinic-h", "v1.4.0");
    await rolled("clinic-h", "v1.4.0", suspended);
    const outcome = await rolled("clinic-h", "v1.5.0", suspended);

    expect(outcome.outcome).toBe("changed");
    expect(await releasesOf("clinic-h")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
    for (const role of ["celery", "django", "beat"]) {
      expect(await serviceOf("clinic-h", role)).toMatchObject({ desiredCount: 0, runningCount: 0 });
    }
  });

  test("and runs it when it is resumed", async () => {
    await rolled("clinic-h", "v1.5.0");

    expect((await serviceOf("clinic-h", "django")).runningCount).toBeGreaterThan(0);
  });

  test("pitfall 3.28: another capacity strategy together with a new release is one deployment", async () => {
    const spot = standardTenant("clinic-i", "services:\n  celery: { count: 2, spot: true }\n");
    const onDemand = standardTenant("clinic-i", "services:\n  celery: { count: 2, spot: false }\n");
    await rolled("clinic-i", "v1.4.0", { files: { "clinic-i": onDemand } });
    const outcome = await rolled("clinic-i", "v1.5.0", { files: { "clinic-i": spot } });

    expect(outcome.outcome).toBe("changed");
    expect(await deploymentsOf("clinic-i", "celery")).toBe(2);
    const { taskArns } = await stage.invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", {
      cluster,
      serviceName: "mate-clinic-i-production-celery",
    });
    const { tasks } = await stage.invoke<{ tasks: readonly { capacityProviderName: string }[] }>(
      "ecs",
      "DescribeTasks",
      {
        cluster,
        tasks: taskArns,
      },
    );
    expect(tasks.map(({ capacityProviderName }) => capacityProviderName).toSorted()).toEqual([
      "FARGATE",
      "FARGATE_SPOT",
    ]);
  });

  test("pitfall 3.25: without Spot capacity the release goes back, says what was missing, and a worker on demand kept running", async () => {
    ecsControls(stage.aws.world).exhausted.add("FARGATE_SPOT");
    const spot = {
      files: { "clinic-i": standardTenant("clinic-i", "services:\n  celery: { count: 2, spot: true }\n") },
    };
    const outcome = await rolled("clinic-i", "v1.4.0", spot);

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "service-rolled-back" });
    expect(outcome.cause).toMatch(/capacity/i);
    expect((await serviceOf("clinic-i", "celery")).runningCount).toBeGreaterThan(0);

    ecsControls(stage.aws.world).exhausted.clear();
    expect((await rolled("clinic-i", "v1.4.0", spot)).outcome).toBe("changed");
    expect(await releasesOf("clinic-i")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  });
});
