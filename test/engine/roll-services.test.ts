import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { toDeployment } from "../../actions/lib/adapters/aws/ecs-forms.ts";
import type { Services } from "../../actions/lib/ports/services.ts";
import { roll } from "../../actions/roll/roll.ts";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type FleetStage, startFleetStage } from "../fixtures/fleet-stage.ts";
import { cluster, rolledTenants } from "../fixtures/rolled-tenants.ts";

const names = Array.from({ length: 12 }, (_, index) => `clinic-${String.fromCharCode(97 + index)}`);
let stage: FleetStage;
beforeAll(async () => {
  stage = await startFleetStage({ tenants: names, releases: ["v1.4.0", "v1.5.0"], speed: 200 });
});
const { deploymentsOf, releasesOf, rolled, serviceOf } = rolledTenants(() => stage);
afterAll(() => stage.stop());
afterEach(() => {
  stage.aws.faults.clear();
  ecsControls(stage.aws.world).scripts.length = 0;
  ecsControls(stage.aws.world).exhausted.clear();
});

describe("a release", () => {
  test("pitfall 3.28: reaches all three services with one deployment each, and a second roll finds nothing to do", async () => {
    await rolled("clinic-a", "v1.4.0");
    expect((await rolled("clinic-a", "v1.5.0")).what).toBe("celery, django, beat run v1.5.0");
    const again = await rolled("clinic-a", "v1.5.0");
    expect(again.outcome).toBe("unchanged");
    expect(again.fingerprint).toBe(stage.process("v1.5.0", { only: ["clinic-a"] }).tenants[0]?.fingerprint);

    expect(await releasesOf("clinic-a")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
    const deployments = await Promise.all(["celery", "django", "beat"].map((role) => deploymentsOf("clinic-a", role)));
    expect(deployments).toEqual([2, 2, 2]);
  });

  test("pitfall 3.37: never lets two beats run at a time", async () => {
    const family = "mate-clinic-a-production-beat";
    let most = 0;
    let over = false;
    const sampling = (async () => {
      while (!over) {
        const { taskArns } = await stage.invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", {
          cluster,
          family,
        });
        const tasks =
          taskArns.length === 0
            ? []
            : (
                await stage.invoke<{ tasks: readonly { lastStatus: string }[] }>("ecs", "DescribeTasks", {
                  cluster,
                  tasks: taskArns,
                })
              ).tasks;
        most = Math.max(most, tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length);
        await stage.ourClock.sleep(500);
      }
    })();
    const outcome = await rolled("clinic-a", "v1.4.0");
    over = true;
    await sampling;

    expect(outcome.outcome).toBe("changed");
    expect(most).toBe(1);
  });

  test("pitfalls 3.31 and 3.49: that crashes is reported within five seconds of its second identical exit, and rolled back, workers included", async () => {
    await rolled("clinic-b", "v1.4.0");
    const lines = ["ImportError: no module named wards"];
    behaves(stage.aws.world, { family: "clinic-b-production-django" }, { exitCode: 3, afterMs: 2_000, lines });
    // What is measured is ours, not the noise of a busy machine times two hundred.
    stage.clock.setSpeed(20);
    const from = stage.said.length;
    const exits: number[] = [];
    const outcome = await rolled("clinic-b", "v1.5.0");
    stage.clock.setSpeed(200);
    const { taskArns } = await stage.invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", {
      cluster,
      desiredStatus: "STOPPED",
      family: "mate-clinic-b-production-django",
    });
    const { tasks } = await stage.invoke<{
      tasks: readonly { containers: readonly { exitCode?: number }[]; executionStoppedAt?: Date; stoppingAt?: Date }[];
    }>("ecs", "DescribeTasks", { cluster, tasks: taskArns });
    for (const { containers, stoppingAt } of tasks)
      if (containers[0]?.exitCode === 3 && stoppingAt !== undefined) exits.push(stoppingAt.getTime());
    const second = exits.toSorted((a, b) => a - b)[1] ?? Number.NaN;
    const told = stage.said.slice(from).find(({ line }) => line.includes("ends right after it starts"));

    expect(outcome).toMatchObject({
      outcome: "failed",
      reasonCode: "service-crashes",
      running: "celery went back to what they ran before",
    });
    expect(outcome.cause).toContain("exit code 3");
    expect(outcome.cause).toContain("rolled back");
    expect(outcome.evidence).toEqual(expect.arrayContaining(lines));
    expect(((told?.at ?? Number.NaN) - second) / 1000).toBeLessThanOrEqual(5);
    expect(await releasesOf("clinic-b")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  });

  test("that crashes when its service is created leaves no task that crashes for ever, and the mended one starts", async () => {
    behaves(stage.aws.world, { family: "clinic-c-production-celery" }, { exitCode: 1, afterMs: 1_000 });
    const outcome = await rolled("clinic-c", "v1.4.0");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "service-crashes" });
    expect((await serviceOf("clinic-c", "celery")).desiredCount).toBe(0);

    ecsControls(stage.aws.world).scripts.length = 0;
    expect((await rolled("clinic-c", "v1.4.0")).outcome).toBe("changed");
    expect((await serviceOf("clinic-c", "celery")).runningCount).toBe(1);
  });

  test("pitfall 3.25: whose image is not what runs in the end is a failure, although ECS calls it a success", async () => {
    const fleet = stage.process("v1.4.0", { only: ["clinic-d"] });
    const services: Services = { ...fleet.cell.services, digests: async () => ({ celery: "sha256:other" }) };
    const [outcome] = await roll({ before: [] }, { ...fleet, cell: { ...fleet.cell, services } });

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "wrong-digest" });
    expect(outcome?.cause).toContain("runs sha256:other instead of sha256:");
  });
});

test("a release that fails in a run that took over from a lost one puts back what the lost one had rolled", async () => {
  await rolled("clinic-k", "v1.4.0");
  const cut = stage.aws.calls.watch(({ operation, input }) => {
    // The first run is cut off when its second service is due.
    if (operation === "RegisterTaskDefinition" && JSON.stringify(input).includes("production-django"))
      stage.aws.faults.add({ kind: "connection", when: "before-effect", times: "every" });
  });
  const lost = await rolled("clinic-k", "v1.5.0", { impatient: true });
  cut();
  stage.aws.faults.clear();
  behaves(stage.aws.world, { family: "clinic-k-production-django" }, { exitCode: 3, afterMs: 1_000 });
  const outcome = await rolled("clinic-k", "v1.5.0");

  expect(lost.outcome).toBe("failed");
  expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "service-crashes" });
  expect(outcome.running).toBe("celery went back to what they ran before");
  expect(await releasesOf("clinic-k")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
});

test("pitfall 3.29: reads that are five seconds old make no success of what is not over, and no failure of what is", async () => {
  await rolled("clinic-j", "v1.4.0");
  stage.aws.faults.add({ kind: "stale-reads", match: { service: "ecs" }, milliseconds: 5_000 });
  const outcome = await rolled("clinic-j", "v1.5.0");

  expect(outcome.outcome).toBe("changed");
  expect(await releasesOf("clinic-j")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
  expect((await serviceOf("clinic-j", "beat")).runningCount).toBe(1);
});

describe("pitfall 3.26: somebody else's deployment in between", () => {
  const during = (tenant: string, change: object): (() => void) => {
    let done = false;
    return stage.aws.calls.watch(({ operation, input }) => {
      if (
        done ||
        operation !== "DescribeServiceDeployments" ||
        !JSON.stringify(input).includes(`${tenant}-production-django`)
      )
        return;
      done = true;
      void stage.invoke("ecs", "UpdateService", { cluster, service: `mate-${tenant}-production-django`, ...change });
    });
  };

  test("of another revision is superseding, not a failure of the release: nothing is put back", async () => {
    await rolled("clinic-e", "v1.4.0");
    const { taskDefinition } = await serviceOf("clinic-e", "django");
    const stop = during("clinic-e", { taskDefinition });
    const outcome = await rolled("clinic-e", "v1.5.0");
    stop();

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "superseded" });
    expect((await releasesOf("clinic-e")).slice(0, 2)).toEqual(["v1.5.0", "v1.4.0"]);
  });

  test("of the same revision is followed instead", async () => {
    await rolled("clinic-f", "v1.4.0");
    const stop = during("clinic-f", { forceNewDeployment: true });
    const outcome = await rolled("clinic-f", "v1.5.0");
    stop();

    expect(outcome.outcome).toBe("changed");
    expect(await releasesOf("clinic-f")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
  });
});

test("pitfall 3.30: a status that nobody has told us about is an error, never a success", () => {
  const deployment = { serviceDeploymentArn: "a", status: "ALMOST" as "SUCCESSFUL" };

  expect(() => toDeployment(deployment)).toThrow("unknown service deployment status ALMOST");
});
