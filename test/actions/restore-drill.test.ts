import { afterAll, beforeAll, expect, test } from "vitest";
import { drill } from "../../actions/drill/drill.ts";
import { drillKey, drillRecord } from "../../actions/lib/domain/restore-drill.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { fleetTenants } from "../../actions/lib/engine/status-fleet.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: RestoreStage;
beforeAll(async () => {
  const tenants = {
    "tenants/clinic-x.yml": standardTenant("clinic-x"),
    "tenants/clinic-y.yml": standardTenant("clinic-y"),
  };
  stage = await startRestoreStage(tenants, true);
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

let runs = 0;

function ask(step: "choose" | "drill", tenant?: string, laterMs = 0) {
  return drill(
    {
      ...{
        step,
        declarations: stage.declarations(stage.files),
        run: { id: String(++runs), url: `https://run/${runs}` },
      },
      ...(tenant !== undefined && { tenant, environment: "production" }),
    },
    {
      cells: () => () => stage.restoreCell(),
      records: () => stage.restoreCell().records,
      clock: { now: () => new Date(stage.now().getTime() + laterMs), sleep: stage.sleep },
      progress: { say: (line) => void stage.said.push(line) },
    },
  );
}

async function scratches(): Promise<readonly string[]> {
  return (await stage.instances()).map((one) => one.DBInstanceIdentifier).filter((id) => id.includes("-drill-"));
}

async function due(laterMs = 0): Promise<readonly string[]> {
  const outcome = await ask("choose", undefined, laterMs);
  return outcome.step === "choose" ? outcome.due.map(({ tenant }) => tenant) : [];
}

test("a drill restores the newest backup, proves it, says how long that took and what would be lost, and leaves nothing", async () => {
  expect(await due()).toEqual(["clinic-x"]);
  const before = await stage.instances();

  const outcome = await ask("drill", "clinic-x");

  if (outcome.step !== "drill") throw new Error("no drill");
  expect(outcome.record).toMatchObject({ outcome: "passed", tenant: "clinic-x" });
  expect(outcome.record.rtoMinutes).toBeGreaterThan(0);
  expect(outcome.record.rpoMinutes).toBeLessThan(10);
  expect(Object.keys(outcome.record.phases)).toEqual(["restore", "prepare", "check", "remove"]);
  expect(await scratches()).toEqual([]);
  expect((await stage.instances()).map((one) => one.DbiResourceId)).toEqual(before.map((one) => one.DbiResourceId));
  expect((await stage.restoreCell().records.get(drillKey("clinic-x")))?.value).toEqual(outcome.record);
});

test("then it is the next tenant's turn", async () => {
  expect(await due()).toEqual(["clinic-y"]);
});

test("a backup the release cannot work with is told, and its instance is removed all the same", async () => {
  behaves(
    stage.aws.world,
    { family: "clinic-y-production-migrate" },
    { exitCode: 1, lines: ["the database has no tables"] },
  );

  const outcome = await ask("drill", "clinic-y");

  behaves(stage.aws.world, { family: "clinic-y-production-migrate" }, {});
  if (outcome.step !== "drill") throw new Error("no drill");
  expect(outcome.record.outcome).toBe("failed");
  expect(outcome.record.cause).toContain("the database has no tables");
  expect(await scratches()).toEqual([]);
});

test("an error that nobody thought of ends the drill, and what it made is removed all the same", async () => {
  stage.aws.faults.add({ kind: "error", code: "AccessDenied", times: "every", match: { operations: ["RunTask"] } });

  await expect(ask("drill", "clinic-x")).rejects.toThrow(/injected by the bed/);

  stage.aws.faults.clear();
  expect(await scratches()).toEqual([]);
});

test("what a drill found is what the fleet page shows of it", async () => {
  await ask("drill", "clinic-x");

  const fleet = await selectFleet(
    { declarations: stage.declarations(stage.files), environment: "production", tenants: ["clinic-x"] },
    { cells: stage.cell, clock: stage.clock, progress: { say: () => {} } },
  );
  const [shown] = await fleetTenants(fleet, stage.declarations(stage.files), () => ({
    floor: 0,
    ceiling: 0,
    unknown: [],
  }));

  const record = drillRecord.parse((await stage.restoreCell().records.get(drillKey("clinic-x")))?.value);
  const { at, outcome, rtoMinutes, rpoMinutes } = record;
  expect(rtoMinutes).toBeGreaterThan(0);
  expect(shown?.drill).toEqual({ at, outcome, rtoMinutes, rpoMinutes });
});

test("a drill that was lost is that tenant's turn again, and what it left behind is removed", async () => {
  const lost = ask("drill", "clinic-y");
  while ((await scratches()).length === 0) await stage.sleep(5_000);
  stage.aws.faults.add({ kind: "error", code: "AccessDenied", times: "every", match: { service: "rds" } });
  await expect(lost).rejects.toThrow(/injected by the bed/);
  stage.aws.faults.clear();
  expect(await scratches()).toHaveLength(1);
  expect(await due()).toEqual(["clinic-x"]);
  expect(await due(9 * 3_600_000)).toEqual(["clinic-y"]);
  const outcome = await ask("drill", "clinic-y");
  expect(outcome.step === "drill" && outcome.record.outcome).toBe("passed");
  expect(outcome.step === "drill" && outcome.record.earlier.map((one) => one.outcome)).toEqual(["running", "failed"]);
  expect(await scratches()).toEqual([]);
});
