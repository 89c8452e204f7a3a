/** A release's migration of one database: when it runs, what its end means, and that it runs once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type MigrationStage, startMigrationStage } from "../fixtures/migration-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const clinics = Array.from({ length: 12 }, (_, index) => `clinic-${String.fromCharCode(97 + index)}`);

let stage: MigrationStage;
beforeAll(async () => {
  stage = await startMigrationStage(clinics);
});
afterAll(() => stage.stop());
afterEach(() => stage.calm());

describe("a migration", () => {
  test("pitfalls 3.57 and 3.58: runs once, on demand, and a second deployment of the same release finds nothing to do", async () => {
    expect((await stage.migrated("clinic-a", "v1.4.0")).outcome).toBe("changed");
    expect((await stage.migrated("clinic-a", "v1.4.0")).outcome).toBe("unchanged");

    const tasks = await stage.tasksOf("clinic-a");
    expect(tasks.map(({ capacityProviderName }) => capacityProviderName)).toEqual(["FARGATE"]);
  });

  test("that ran and failed is reported with its exit code and last lines, and is not started again by itself", async () => {
    const lines = ["Applying wards.0007_bed...", "ProgrammingError: column bed does not exist"];
    behaves(stage.aws.world, { family: "clinic-b-production-migrate" }, { exitCode: 1, afterMs: 3_000, lines });
    const outcome = await stage.migrated("clinic-b", "v1.4.0");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "migration-failed", next: "/retry clinic-b" });
    expect(outcome.cause).toContain("Essential container in task exited");
    expect(outcome.evidence).toEqual(lines);
    expect(await stage.tasksOf("clinic-b")).toHaveLength(1);
  });

  test("that failed is tried anew when somebody asks, and then counts", async () => {
    expect((await stage.migrated("clinic-b", "v1.4.0")).outcome).toBe("changed");
    expect(await stage.tasksOf("clinic-b")).toHaveLength(2);
  });

  test("pitfall 3.53: that never starts is started three times, and no more", async () => {
    behaves(
      stage.aws.world,
      { family: "clinic-c-production-migrate" },
      { neverStarts: "CannotPullContainerError: timeout" },
    );
    const outcome = await stage.migrated("clinic-c", "v1.4.0");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "migration-never-started" });
    expect(outcome.cause).toContain("CannotPullContainerError");
    const tasks = await stage.tasksOf("clinic-c");
    expect(tasks.map(({ startedAt }) => startedAt)).toEqual([undefined, undefined, undefined]);
  });

  test("that could not get its locks, and says so by exit code 75, is tried again", async () => {
    behaves(stage.aws.world, { family: "clinic-d-production-migrate" }, { exitCode: 75, afterMs: 2_000 });
    let started = 0;
    const unlock = stage.aws.calls.watch(({ operation }) => {
      if (operation === "RunTask" && ++started === 2) ecsControls(stage.aws.world).scripts.length = 0;
    });
    const outcome = await stage.migrated("clinic-d", "v1.4.0");
    unlock();

    expect(outcome.outcome).toBe("changed");
    expect(await stage.tasksOf("clinic-d")).toHaveLength(2);
  });

  test("that takes longer than its deadline is stopped and is a failure", async () => {
    behaves(
      stage.aws.world,
      { family: "clinic-e-production-migrate" },
      { forEver: true, lines: ["building an index"] },
    );
    const outcome = await stage.migrated("clinic-e", "v1.4.0");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "migration-too-slow" });
    expect(outcome.evidence).toContain("building an index");
    const [task] = await stage.tasksOf("clinic-e");
    expect(task?.stoppedReason).toBe("deadline exceeded");
  });

  test("is skipped when a release brings no migrations, and its services get it all the same", async () => {
    await stage.remember({ release: "v1.5.0", revision: "1", images: {}, migrations: "same" });
    await stage.remember({ release: "v1.6.0", revision: "2", images: {}, migrations: "same" });
    await stage.migrated("clinic-f", "v1.5.0");

    expect((await stage.migrated("clinic-f", "v1.6.0")).outcome).toBe("unchanged");
    expect(await stage.tasksOf("clinic-f")).toHaveLength(1);
  });

  test("of a suspended tenant waits until it is resumed: its database may be stopped", async () => {
    const files = { "clinic-g": standardTenant("clinic-g", "state: suspended\n") };

    expect(await stage.migrated("clinic-g", "v1.4.0", { files })).toMatchObject({ outcome: "unchanged" });
    expect(await stage.tasksOf("clinic-g")).toEqual([]);
  });

  test("pitfall 3.54: that two runs start at the same moment is one task, and both see it succeed", async () => {
    const both = await Promise.all([stage.migrated("clinic-h", "v1.4.0"), stage.migrated("clinic-h", "v1.4.0")]);

    expect(both.map(({ outcome }) => outcome)).toEqual(["changed", "changed"]);
    expect(await stage.tasksOf("clinic-h")).toHaveLength(1);
  });

  test("pitfall 3.56: is not lost when the task is not visible yet", async () => {
    ecsControls(stage.aws.world).durations.taskVisible = 15_000;
    const outcome = await stage.migrated("clinic-i", "v1.4.0");
    ecsControls(stage.aws.world).durations.taskVisible = 0;

    expect(outcome.outcome).toBe("changed");
  });
});

describe("going back to a release", () => {
  test("is refused when the database has a contract migration that it does not know", async () => {
    await stage.remember({ release: "v1.4.0", revision: "0", images: {}, migrations: "old" });
    await stage.remember({
      release: "v1.5.0",
      revision: "1",
      images: {},
      migrations: "same",
      contract: ["wards/0007_contract_bed"],
    });
    await stage.migrated("clinic-j", "v1.5.0");
    const outcome = await stage.migrated("clinic-j", "v1.4.0");

    expect(outcome).toMatchObject({ outcome: "failed", reasonCode: "rollback-refused" });
    expect(outcome.cause).toContain("wards/0007_contract_bed of v1.5.0");
    expect(await stage.tasksOf("clinic-j")).toHaveLength(1);
  });

  test("is fine when what was added is only more", async () => {
    await stage.remember({ release: "v1.5.0", revision: "1", images: {}, migrations: "same" });
    await stage.migrated("clinic-k", "v1.5.0");

    expect((await stage.migrated("clinic-k", "v1.4.0")).outcome).toBe("changed");
  });
});

describe("pitfall 3.54: a run that is lost and started again", () => {
  const points = [
    ["before the start is recorded", { operations: ["PutObject"] }, "before-effect"],
    ["after the start is recorded", { operations: ["PutObject"] }, "after-effect"],
    ["before the task is started", { operations: ["RunTask"] }, "before-effect"],
    ["after the task is started, its answer lost", { operations: ["RunTask"] }, "after-effect"],
    ["while the task runs", { operations: ["DescribeTasks"] }, "before-effect"],
  ] as const;

  test.for(points.map((point, index) => [...point, index] as const))(
    "%s migrates once",
    async ([, match, when, index]) => {
      const release = ["v1.4.0", "v1.5.0", "v1.6.0"][index % 3] ?? "v1.4.0";
      await stage.remember({ release, revision: "1", images: {}, migrations: `point-${index}` });
      const before = (await stage.tasksOf("clinic-l")).length;
      stage.aws.faults.add({ kind: "connection", match: { operations: [...match.operations] }, when, times: 1 });
      const cutOff = stage.aws.calls.watch(({ outcome }) => {
        // From the first cut on, nothing of that process gets through any more.
        if (outcome.startsWith("reset"))
          stage.aws.faults.add({ kind: "connection", when: "before-effect", times: "every" });
      });
      const lost = await stage.migrated("clinic-l", release);
      cutOff();
      stage.aws.faults.clear();
      const again = await stage.migrated("clinic-l", release);

      expect(lost.outcome).toBe("failed");
      expect(["changed", "unchanged"]).toContain(again.outcome);
      expect((await stage.tasksOf("clinic-l")).length - before).toBe(1);
    },
  );
});
