/** A hospital whose database was stopped with it leaves: RDS changes and snapshots no database that stands still. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectTo } from "../../actions/lib/adapters/aws/cell.ts";
import { cellDatabases } from "../../actions/lib/adapters/aws/cell-databases.ts";
import { cellFarewell } from "../../actions/lib/adapters/aws/cell-farewell.ts";
import { cellRecords } from "../../actions/lib/adapters/aws/cell-records.ts";
import { cellServices } from "../../actions/lib/adapters/aws/cell-services.ts";
import { cellStacks } from "../../actions/lib/adapters/aws/cell-stacks.ts";
import { cellTasks } from "../../actions/lib/adapters/aws/cell-tasks.ts";
import { cellInventory } from "../../actions/lib/adapters/aws/drift-inventory.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { leaseKey } from "../../actions/lib/domain/lease.ts";
import { restoreHolderKey, restoreKey } from "../../actions/lib/domain/restore-record.ts";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import type { OffboardCell } from "../../actions/lib/engine/offboard.ts";
import { offboardGone } from "../../actions/offboard/offboard-gone.ts";
import { quickDatabases } from "../bed/aws/services/rds/state.ts";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, leavingCell } from "../fixtures/watched-cell.ts";

const stack = "mate-clinic-x-production";
const clinic = (more = ""): Files => smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) });
const suspended = clinic("state: suspended\n");
const without = smallFleet({ "tenants/README.md": "Nobody at this moment." });

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  quickDatabases(stage.aws.world);
  await stage.pushRelease("v1.4.0");
  await stage.deploy(clinic());
  await stopped();
}, 120_000);
afterAll(() => stage?.stop());

const records = () => stage.cell(production()).records;

function production(): Environment {
  return stage.production(without);
}

interface Instance {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceStatus: string;
}

async function database(): Promise<string | undefined> {
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly Instance[] }>("rds", "DescribeDBInstances", {});
  return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack)?.DBInstanceStatus;
}

/** As `/suspend clinic-x stop-database` leaves it. */
async function stopped(): Promise<void> {
  await stage.deploy(suspended);
  await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier: stack });
  while ((await database()) !== "stopped") await stage.clock.sleep(10_000);
  const at = stage.clock.now().toISOString();
  const startsBy = new Date(stage.clock.now().getTime() + 7 * 86_400_000).toISOString();
  const suspension = { state: "suspended", operation: "op-1", at, database: { id: stack, startsBy }, services: [] };
  await records().put(suspensionKey("clinic-x"), suspension);
}

/** An off-boarding, alive or killed at a call that changes something. */
async function offboard(dying = dyingCalls()) {
  const cells = (environment: Environment): OffboardCell => {
    const credentials = { accessKeyId: stage.aws.environment.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "any" };
    const run = { kind: "deploy", credentials: async () => credentials, clock: stage.clock } as const;
    const connection = { ...connectTo(environment, run), calls: dying.calls };
    return {
      ...{ environment, stacks: cellStacks(connection), services: cellServices(connection) },
      ...{ tasks: cellTasks(connection), records: cellRecords(connection), inventory: cellInventory(connection) },
      ...{ farewell: cellFarewell(connection), databases: cellDatabases(connection) },
    };
  };
  return await offboardGone(
    {
      ...{ declarations: stage.declarations(without), environment: "production", operation: "deploy-9-1" },
      ...{ actor: "alice", commit: "c0ffee0", runUrl: "https://run", runId: "9" },
    },
    { issues: keptIssues().issues, cells, clock: stage.clock, progress: { say: () => {} } },
  );
}

async function notes(): Promise<string> {
  const { plan } = await stage.plan(suspended, without);
  const found = plan?.plans.find(({ tenant }) => tenant === "clinic-x");
  return found?.notes.join("\n") ?? plan?.failures.map(({ cause }) => cause).join("\n") ?? "";
}

describe("a hospital whose database is stopped", { timeout: 240_000 }, () => {
  test("has its plan say that the database is started first", async () => {
    expect(await notes()).toContain(
      `its database ${stack} is stopped, and RDS changes none that is: it is started first`,
    );
  });

  test("does not leave while a restore of it is not over, and its plan says why", async () => {
    await records().put(restoreHolderKey("clinic-x"), { holder: "op-r1", operations: ["op-r1"] });
    await records().put(restoreKey("op-r1"), { tenant: "clinic-x", what: "both", state: "running" });

    const { certificates, failed } = await offboard();

    expect(certificates).toEqual([]);
    expect(failed[0]?.cause).toContain("restore op-r1 of clinic-x is not over");
    expect(await notes()).toContain("restore op-r1 of clinic-x is not over");
    expect(await database()).toBe("stopped");
    await records().put(restoreHolderKey("clinic-x"), { operations: ["op-r1"] });
  });

  test.for(["done", "undone"] as const)(
    "does not leave the database behind that a restore which is %s put away: it is discarded first",
    async (state) => {
      await records().put(restoreHolderKey("clinic-x"), { operations: ["op-r2", "op-r1", "op-r0"] });
      const restore = { tenant: "clinic-x", what: "both" };
      await records().put(restoreKey("op-r0"), { ...restore, what: "files", state: "done" });
      await records().put(restoreKey("op-r1"), { ...restore, state });
      await records().put(restoreKey("op-r2"), { ...restore, what: "database", state: "aborted" });

      const { certificates, failed } = await offboard();

      expect(certificates).toEqual([]);
      expect(failed[0]?.cause).toContain("a database that op-r1 put away is no part of the stack");
      expect(await notes()).toContain("end it with mode discard of the restore form");
      expect(await database()).toBe("stopped");
      await records().put(restoreKey("op-r1"), { ...restore, state: "discarded" });
    },
  );

  test("does not leave while a command works on it: whoever has its lease is waited for, and told of", async () => {
    const [now, later] = [0, 3_600_000].map((ms) => new Date(stage.clock.now().getTime() + ms).toISOString());
    const lease = { tenant: "clinic-x", operation: "op-2", holder: "oscar", run: "https://run/2", runId: "2" };
    const held = { ...lease, purpose: "/resume clinic-x", fence: 7, state: "held", since: now, until: later };
    await records().put(leaseKey("clinic-x"), held);

    const { certificates, failed } = await offboard();

    expect(certificates).toEqual([]);
    expect(failed).toMatchObject([{ tenant: "clinic-x", reasonCode: "lease-held" }]);
    expect(failed[0]?.cause).toContain("/resume clinic-x of oscar has clinic-x");
    expect(await database()).toBe("stopped");
    await records().put(leaseKey("clinic-x"), { ...held, state: "free" });
  });

  test("leaves with a last snapshot, wherever its off-boarding was killed on the way, and the certificate says that it was started", async () => {
    let whole = 8;
    for (let call = 1; call <= whole; call += 1) {
      const dying = dyingCalls({ call, when: call % 2 === 0 ? "after-effect" : "before-effect" });
      const died = await offboard(dying).catch((error: unknown) => error);
      expect(died, `was not killed at call ${call}`).toBeInstanceOf(Killed);
      // A stack that is gone needs no other death.
      if ((await stage.cell(production()).stacks.find(stack)) === undefined) whole = 0;
    }

    const { certificates, failed } = await offboard();

    expect(failed).toEqual([]);
    const [certificate] = certificates;
    expect(certificate?.databaseStarted).toMatch(/^20\d\d-/);
    expect(certificate?.snapshots).toHaveLength(1);
    expect(await database()).toBeUndefined();
    const starts = stage.aws.calls
      .all()
      .filter(({ operation, outcome }) => operation === "StartDBInstance" && outcome === "ok");
    expect(starts).toHaveLength(1);
    const operations = stage.aws.calls.all().map(({ operation }) => operation);
    expect(operations.indexOf("StartDBInstance")).toBeLessThan(operations.indexOf("DeleteStack"));
  });

  test("comes back and runs: that the database of its last life was stopped is forgotten", async () => {
    const outcomes = await stage.deploy(clinic());

    expect(outcomes.filter(({ outcome }) => outcome === "failed" || outcome === "held")).toEqual([]);
    expect(await database()).toBe("available");
  });

  test("whose database was not stopped has nothing to start", async () => {
    await stage.deploy(suspended);
    expect(await notes()).not.toContain("is stopped");

    const { certificates } = await offboardGone(
      {
        ...{ declarations: stage.declarations(without), environment: "production", operation: "deploy-10-1" },
        ...{ actor: "alice", commit: "c0ffee0", runUrl: "https://run", runId: "9" },
      },
      { issues: keptIssues().issues, cells: leavingCell(stage), clock: stage.clock, progress: { say: () => {} } },
    );

    expect(certificates).toHaveLength(1);
    expect(certificates[0]).not.toHaveProperty("databaseStarted");
  });
});
