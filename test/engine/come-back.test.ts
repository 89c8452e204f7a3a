/** A tenant that left and comes back under its name: what was kept of it is there again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TenantPlan } from "../../actions/lib/domain/plan.ts";
import { adoptRetained } from "../../actions/lib/engine/adopt-retained.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { offboard } from "../fixtures/offboarding.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { driftOf, resourcesOf } from "../fixtures/stack-looks.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const trial = `name: practice-t
displayName: Practice T
tier: trial
environment: production
contact: office@practice.net
redis: { index: 3 }
`;
const both = (more = ""): Files =>
  smallFleet({
    "tenants/clinic-x.yml": standardTenant("clinic-x", more),
    "tenants/practice-t.yml": `${trial}${more}`,
  });
const without = smallFleet({ "tenants/README.md": "Nobody at this moment." });
const stack = "mate-clinic-x-production";
const trialStack = "mate-practice-t-production";
const cluster = "mate-production";

let stage: Rehearsal;
let left: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(both());
  await write("letters/1.txt", "of a patient");
  await stage.invoke("cloudwatch-logs", "CreateLogStream", {
    logGroupName: `/ecs/${stack}/django`,
    logStreamName: "earlier",
  });
  await stage.deploy(both("state: suspended\n"));
}, 120_000);
afterAll(() => stage.stop());

const write = (Key: string, text: string) =>
  stage.invoke("s3", "PutObject", { Bucket: `${stack}-data`, Key, Body: new TextEncoder().encode(text) });

interface Instance {
  readonly DBInstanceIdentifier: string;
  readonly DbiResourceId: string;
  readonly KmsKeyId: string;
  readonly [name: string]: unknown;
}

async function database(): Promise<Instance | undefined> {
  const { DBInstances } = await stage.invoke<{ DBInstances: readonly Instance[] }>("rds", "DescribeDBInstances", {});
  return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === stack);
}

async function leave() {
  const { certificates, failed } = await offboard(stage, without);
  expect(failed).toEqual([]);
  return certificates;
}

async function planOf(tenant: string, base: Files, head: Files): Promise<TenantPlan> {
  const { plan } = await stage.plan(base, head);
  const found = plan?.plans.find((one) => one.tenant === tenant);
  if (found === undefined) throw new Error(`not planned: ${JSON.stringify(plan?.failures)}`);
  return found;
}

describe("a clinic that left", () => {
  let finalSnapshot = "";

  test("left a certificate with everything that holds its data, and a final snapshot", async () => {
    left = await resourcesOf(stage, stack);

    const certificates = await leave();

    const certificate = certificates.find(({ tenant }) => tenant === "clinic-x");
    finalSnapshot = certificate?.finalSnapshot ?? "";
    expect(finalSnapshot).not.toBe("");
    expect(certificate?.kept.find(({ logicalId }) => logicalId === "Key")?.physicalId).toBe(left.Key);
    expect(await database()).toBeUndefined();
  });

  test("comes back: the plan of its new file shows what is adopted, from the certificate in the journal", async () => {
    const plan = await planOf("clinic-x", without, both());

    expect(plan.kind).toBe("create");
    expect(plan.dangers).toEqual([]);
    const adopted = plan.resources.filter(({ action }) => action === "import");
    expect(Object.fromEntries(adopted.map(({ logicalId, physicalId }) => [logicalId, physicalId]))).toEqual({
      ...{ Key: left.Key, FileSystem: left.FileSystem, Database: finalSnapshot },
      ...{ DataBucket: `${stack}-data`, BackupBucket: `${stack}-backup` },
      ...{ DjangoLogs: `/ecs/${stack}/django`, CeleryLogs: `/ecs/${stack}/celery`, BeatLogs: `/ecs/${stack}/beat` },
      ...{ MigrateLogs: `/ecs/${stack}/migrate`, DatabaseLogs: `/aws/rds/instance/${stack}/postgresql` },
      DatabaseUpgradeLogs: `/aws/rds/instance/${stack}/upgrade`,
    });
    expect(plan.resources.find(({ logicalId }) => logicalId === "Redis")?.action).toBe("add");
    expect(plan.notes.join("\n")).toMatch(/comes back: it left at .*journal\/.*deploy-9-1-clinic-x\.json/);
    expect(plan.notes.join("\n")).toContain(`its database comes back from snapshot ${finalSnapshot}`);
  });

  test("is not half there after runs that died on the way: its database is restored once, and the next run goes on", async () => {
    const fleet = await selectFleet(
      { declarations: stage.declarations(both()), environment: "production", tenants: ["clinic-x"] },
      { cells: stage.cell, clock: stage.clock, progress: { say: () => {} } },
    );
    const [desired] = fleet.tenants;
    if (desired === undefined) throw new Error("clinic-x is declared");
    const { stacks } = fleet.cell;
    const dying = (broken: Partial<typeof stacks>) =>
      adoptRetained(desired, { ...fleet, cell: { ...fleet.cell, stacks: { ...stacks, ...broken } } });
    const died = async (): Promise<never> => {
      throw new Error("the run died");
    };

    await expect(dying({ createImport: died })).rejects.toThrow("the run died");
    expect((await database())?.KmsKeyId).toContain(left.Key);
    // Whoever sees a database that nothing uses may stop it.
    await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier: stack });
    while ((await database())?.DBInstanceStatus !== "stopped") await stage.clock.sleep(30_000);
    await expect(
      dying({
        executeChangeSet: async (id, token) => {
          await stacks.executeChangeSet(id, token);
          return await died();
        },
      }),
    ).rejects.toThrow("the run died");
  });

  test("is deployed: bucket, key, file system and logs are the ones it had, and its data is there", async () => {
    const outcomes = await stage.deploy(both());

    expect(outcomes.filter(({ outcome }) => outcome === "failed" || outcome === "held")).toEqual([]);
    const now = await resourcesOf(stage, stack);
    for (const id of ["Key", "FileSystem", "DataBucket", "BackupBucket", "DjangoLogs", "DatabaseLogs", "Database"])
      expect([id, now[id]]).toEqual([id, left[id]]);
    const { Body } = await stage.invoke<{ Body: Uint8Array }>("s3", "GetObject", {
      ...{ Bucket: `${stack}-data`, Key: "letters/1.txt" },
    });
    expect(new TextDecoder().decode(Body)).toBe("of a patient");
    const { logStreams } = await stage.invoke<{ logStreams: readonly { logStreamName: string }[] }>(
      "cloudwatch-logs",
      "DescribeLogStreams",
      { logGroupName: `/ecs/${stack}/django` },
    );
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toContain("earlier");
    const restored = stage.aws.calls
      .all()
      .filter(({ operation, outcome }) => operation === "RestoreDBInstanceFromDBSnapshot" && outcome === "ok")
      .map(({ input }) => input as { DBInstanceIdentifier: string; DBSnapshotIdentifier: string });
    expect(restored).toEqual([
      expect.objectContaining({ DBInstanceIdentifier: stack, DBSnapshotIdentifier: finalSnapshot }),
    ]);
    expect((await database())?.KmsKeyId).toContain(left.Key);
  });

  test("has a stack like any other: no drift, protected, nothing left to change, its services run", async () => {
    expect(await driftOf(stage, stack)).toEqual([]);
    expect((await database())?.DeletionProtection).toBe(true);
    expect(
      (await planOf("clinic-x", both(), both("monthlyBudgetUsd: 900\n"))).resources.map((one) => one.logicalId),
    ).toEqual(["Budget"]);
    expect((await stage.due(both())).waves).toEqual([]);
    const found = await watched().services.find(cluster, [`${stack}-django`, `${stack}-celery`, `${stack}-beat`]);
    expect(found.map(({ runningCount }) => runningCount)).toEqual([1, 1, 1]);
  });
});

describe("a trial that left", () => {
  test("comes back with its bucket, and with a database of its own that is loaded before it is migrated", async () => {
    expect((await resourcesOf(stage, trialStack)).DataBucket).toBe(`${trialStack}-data`);
    const told = stage.aws.calls
      .all()
      .filter(({ operation, outcome }) => operation === "RunTask" && outcome === "ok")
      .map(({ input }) => (input as { readonly taskDefinition: string }).taskDefinition.split("/").at(-1) ?? "")
      .filter((name) => name.startsWith(trialStack))
      .map((name) => name.replace(`${trialStack}-`, "").replace(/:\d+$/, ""));
    // Made and migrated, taken out of the shared Redis, dumped and dropped, made again, loaded from the dump, and migrated.
    expect(told).toEqual(["provision", "migrate", "migrate", "provision", "provision", "provision", "migrate"]);
    const found = await watched().services.find(cluster, [`${trialStack}-django`]);
    expect(found.map(({ runningCount }) => runningCount)).toEqual([1]);
    expect(await driftOf(stage, trialStack)).toEqual([]);
  });
});

test("who left and came back can leave again, with a certificate of what it has now", async () => {
  await stage.deploy(both("state: suspended\n"));

  const certificates = await leave();

  expect(certificates.map(({ tenant }) => tenant)).toEqual(["clinic-x", "practice-t"]);
  expect(certificates[0]?.kept.find(({ logicalId }) => logicalId === "Key")?.physicalId).toBe(left.Key);
  expect(await planOf("clinic-x", without, both())).toMatchObject({ kind: "create", dangers: [] });
});

describe("who comes back as another kind than it left", () => {
  const paid = (more = "") => ({ ...without, "tenants/practice-t.yml": standardTenant("practice-t", more) });
  const shared = (more = "") => ({
    ...without,
    "tenants/clinic-x.yml": trial.replaceAll("practice-t", "clinic-x") + more,
  });
  const cases = [
    [
      "a trial with a database of its own",
      "practice-t",
      paid,
      /s3:\/\/mate-practice-t-production-data\/offboarding\/\S+\.dump, which S3 keeps until 20\S+Z/,
    ],
    ["a hospital as a trial", "clinic-x", shared, /snapshot \S*clinic-x\S*, which is kept until somebody deletes it/],
  ] as const;

  test.for(cases)(
    "%s: does not begin empty unasked, in the plan as little as in the deployment",
    async ([, name, files, kept]) => {
      const { plan } = await stage.plan(without, files());
      const [outcome] = await stage.deploy(files());

      expect(plan?.failures).toEqual([expect.objectContaining({ tenant: name, cause: expect.stringMatching(kept) })]);
      expect(outcome).toMatchObject({ tenant: name, outcome: "failed", reasonCode: "data-left-behind" });
      expect(await resourcesOf(stage, `mate-${name}-production`)).toEqual({});
    },
  );

  test.for(cases)(
    "%s: begins empty once its file allows that, and its plan says where its data is",
    async ([, name, files, kept]) => {
      const allowed =
        "allowDestruction:\n  - { resource: Database, reason: the practice begins anew and has its letters on paper }\n";

      const { notes } = await planOf(name, without, files(allowed));

      const [said = ""] = notes.filter((note) => note.startsWith("its database begins empty, as its file allows"));
      expect(said).toMatch(kept);
    },
  );
});

function watched() {
  return stage.cell(stage.production(without));
}
