import { afterAll, beforeAll, expect, test } from "vitest";
import { type HouseKept, housekeepingOutputs, keepHouse } from "../../actions/housekeeping/keep-house.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { watchedCell } from "../fixtures/watched-cell.ts";

const files = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
const database = "mate-clinic-x-production";
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(files);
  // A pull request that added a tenant and changed another, and was never merged.
  const changed = standardTenant("clinic-x", "monthlyBudgetUsd: 300\n");
  await stage.plan(files, { ...files, "tenants/never.yml": standardTenant("never"), "tenants/clinic-x.yml": changed });
  const snapshot = (name: string, tags: Readonly<Record<string, string>>) =>
    stage.invoke("rds", "CreateDBSnapshot", {
      DBInstanceIdentifier: database,
      DBSnapshotIdentifier: `${database}-${name}`,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  await snapshot("expired", { app: "mate", "mate-delete-after": "2020-01-01" });
  // RDS takes one snapshot of an instance at a time.
  await stage.aws.world.clock.sleep(60 * 60_000);
  await snapshot("kept", { app: "mate" });
  await stage.aws.world.clock.sleep(60 * 60_000);
}, 120_000);
afterAll(() => stage.stop());

/** Fifteen days later, without waiting for them. */
const later = 15 * 24 * 3_600_000;

async function keep(
  mode: "look" | "remove",
  environment?: string,
  { operation, cells } = { operation: "op-1", cells: watchedCell(stage) },
): Promise<readonly HouseKept[]> {
  const { clock } = stage.aws.world;
  return await keepHouse(
    {
      declarations: stage.declarations(files),
      ...(environment !== undefined && { environment }),
      mode,
      operation,
      actor: "nobody",
      runUrl: "https://run",
    },
    {
      cells,
      clock: { now: () => new Date(clock.now() + later), sleep: (milliseconds) => clock.sleep(milliseconds) },
      progress: { say: () => {} },
    },
  );
}

const inWords = (done: readonly HouseKept[]): readonly string[] =>
  done.map(({ what, name, outcome }) => `${outcome} ${what} ${name.replace(/plan-[0-9a-f]+/, "plan")}`).toSorted();

const leftOver = [
  "change set plan of mate-clinic-x-production",
  "change set plan of mate-never-production",
  "shell mate-never-production",
  `snapshot ${database}-expired`,
];

test("looking says what would go and leaves it there", async () => {
  const look = await keep("look");

  expect(inWords(look)).toEqual(leftOver.map((what) => `kept ${what}`));
  expect(housekeepingOutputs(look)).toMatchObject({ removed: "0", environments: '["production"]' });
  expect(await keep("look")).toEqual(look);
});

test("nothing is removed where nobody said", async () => {
  await expect(keep("remove")).rejects.toMatchObject({ reasonCode: "no-environment" });
});

test("of a run that is lost in the middle the journal says what it was about to remove, and who asked", async () => {
  const cell = watchedCell(stage)(stage.production(files));
  const died = () => Promise.reject(new Error("the runner died"));
  const lost = { ...cell, stacks: { ...cell.stacks, deleteChangeSet: died } };

  await expect(keep("remove", "production", { operation: "op-0", cells: () => lost })).rejects.toThrow("died");

  const [key = ""] = (await cell.records.list("journal/")).filter((one) => one.includes("/op-0-"));
  const going = leftOver.map((one) =>
    expect.objectContaining({ what: one.slice(0, one.lastIndexOf(" ")).replace(" plan of", "") }),
  );
  expect((await cell.records.get(key))?.value).toMatchObject({
    ...{ operation: "op-0", actor: "nobody", outcome: "begun", tenant: "production" },
    going: expect.arrayContaining(going),
  });
  expect(inWords(await keep("look"))).toEqual(leftOver.map((what) => `kept ${what}`));
});

test("removing takes exactly that, writes it down, and a second time finds nothing", async () => {
  const removed = await keep("remove", "production");

  expect(inWords(removed)).toEqual(leftOver.map((what) => `removed ${what}`));
  expect(housekeepingOutputs(removed)).toMatchObject({ removed: "4", environments: "[]" });
  expect(await keep("remove", "production")).toEqual([]);

  const { DBSnapshots } = await stage.invoke<{ DBSnapshots: readonly { DBSnapshotIdentifier: string }[] }>(
    "rds",
    "DescribeDBSnapshots",
    { SnapshotType: "manual" },
  );
  expect(DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)).toEqual([`${database}-kept`]);
  const environment = stage.production(files);
  const keys = await stage.cell(environment).records.list("journal/");
  const entries = keys.filter((key) => key.includes("/op-1-housekeeping")).map((key) => key.split("/").at(-1));
  expect(entries).toEqual(["op-1-housekeeping-begun-production.json", "op-1-housekeeping-production.json"]);
  expect((await stage.cell(environment).stacks.find("mate-clinic-x-production"))?.status).toBe("UPDATE_COMPLETE");
});
