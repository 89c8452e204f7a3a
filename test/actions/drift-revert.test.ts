/** Reverting what somebody changed outside the stack: looked at, agreed to, carried out, journaled. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { planRevert, revert } from "../../actions/drift/revert.ts";
import type { Person } from "../../actions/lib/domain/command/operator-rules.ts";
import type { KnownDrift } from "../../actions/lib/domain/drift.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const operators = `
  - { user: alice, verbs: all, tiers: all }
  - { user: oscar, verbs: all, tiers: all }
  - { user: rita, verbs: [status], tiers: all }`;
const files = (more = "") =>
  smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) }, "v1.4.0", operators);
const stack = "mate-clinic-x-production";
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(files());
  expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
}, 120_000);
afterAll(() => stage.stop());
beforeEach(() => versioning("Enabled"));

function versioning(Status: "Enabled" | "Suspended"): Promise<object> {
  return stage.invoke("s3", "PutBucketVersioning", { Bucket: `${stack}-data`, VersioningConfiguration: { Status } });
}

async function versioned(): Promise<string | undefined> {
  const { Status } = await stage.invoke<{ Status?: string }>("s3", "GetBucketVersioning", { Bucket: `${stack}-data` });
  return Status;
}

const people = {
  find: async (login: string): Promise<Person> => ({ login, permission: "write", teams: [] }),
};
const ports = (approvers: readonly string[] = []) => ({
  cells: stage.cell,
  clock: stage.clock,
  progress: { say: () => {} },
  people,
  approvals: { of: async () => approvers },
  holders: { state: async () => "unknown" as const },
});
let runs = 100;
const asked = (changes: { readonly actor?: string; readonly known?: KnownDrift; readonly files?: string } = {}) => {
  runs += 1;
  const actor = changes.actor ?? "alice";
  return {
    declarations: stage.declarations(files(changes.files)),
    known: changes.known ?? [],
    tenant: "clinic-x",
    confirm: "clinic-x",
    run: { id: String(runs), url: `https://run/${runs}`, actor, startedBy: actor },
  };
};
const refused = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => "done",
    (error: unknown) => String(error),
  );

async function journal(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { records } = stage.cell(stage.production(files()));
  const keys = (await records.list("journal/")).filter((key) => key.includes("/op-v"));
  return await Promise.all(
    keys.map(async (key) => (await records.get(key))?.value as Readonly<Record<string, unknown>>),
  );
}

test("what has not drifted shows nothing to revert", async () => {
  expect(await planRevert(asked(), ports())).toEqual({
    tenant: "clinic-x",
    environment: "production",
    plan: undefined,
  });
});

test("a look shows what would be put back, and changes nothing", async () => {
  await versioning("Suspended");

  const { plan } = await planRevert(asked(), ports());

  expect(plan).toMatchObject({ dangers: [], refusals: [], stack });
  expect(plan?.changes).toMatchObject([
    {
      logicalId: "DataBucket",
      action: "modify",
      replacement: "never",
      drifted: true,
      properties: [{ path: "/Properties/VersioningConfiguration/Status", before: "Suspended", after: "Enabled" }],
    },
  ]);
  expect(await versioned()).toBe("Suspended");
  const { Summaries } = await stage.invoke<{ Summaries: readonly { ChangeSetName: string }[] }>(
    "cloudformation",
    "ListChangeSets",
    { StackName: stack },
  );
  expect(Summaries.filter(({ ChangeSetName }) => ChangeSetName.includes("revert"))).toEqual([]);
});

test("what was looked at is put back, and the journal says who did it and what", async () => {
  await versioning("Suspended");
  const { plan } = await planRevert(asked(), ports());
  const request = { ...asked(), reviewed: plan?.digest ?? "" };

  const end = await revert(request, ports());

  expect(end).toMatchObject({ outcome: "reverted", tenant: "clinic-x" });
  expect(await versioned()).toBe("Enabled");
  expect(await journal()).toMatchObject([
    { verb: "revert", outcome: "begun", actor: "alice", run: request.run.url, tenant: "clinic-x" },
    { outcome: "reverted", digest: plan?.digest, changes: [{ logicalId: "DataBucket" }] },
  ]);
  expect(await stage.due(files())).toMatchObject({ waves: [] });
});

test("asked for again, by a run that was lost after it was done, it finds nothing to do and ends well", async () => {
  await versioning("Suspended");
  const { plan } = await planRevert(asked(), ports());
  const request = { ...asked(), reviewed: plan?.digest ?? "" };
  await revert(request, ports());

  expect(await revert(request, ports())).toMatchObject({ outcome: "unchanged" });
});

test("what changed since it was looked at is held", async () => {
  await versioning("Suspended");
  const { plan } = await planRevert(asked(), ports());
  await stage.invoke("cloudwatch-logs", "PutRetentionPolicy", {
    logGroupName: `/ecs/${stack}/django`,
    retentionInDays: 7,
  });

  const end = await revert({ ...asked(), reviewed: plan?.digest ?? "" }, ports());

  expect(end).toMatchObject({ outcome: "held", failure: { reasonCode: "not-reviewed" } });
  expect(end.failure?.cause).toContain("look again with mode plan-revert");
  expect(await versioned()).toBe("Suspended");
  const again = await planRevert(asked(), ports());
  expect(again.plan?.changes.map(({ logicalId }) => logicalId)).toEqual(["DataBucket", "DjangoLogs"]);
  expect(await revert({ ...asked(), reviewed: again.plan?.digest ?? "" }, ports())).toMatchObject({
    outcome: "reverted",
  });
});

test("a wrong name, a look that was left out and somebody who may not deploy change nothing", async () => {
  await versioning("Suspended");
  const { plan } = await planRevert(asked(), ports());
  const reviewed = plan?.digest ?? "";

  expect(await refused(revert({ ...asked(), reviewed, confirm: "clinic" }, ports()))).toContain("type clinic-x");
  expect(await refused(revert({ ...asked(), reviewed: "" }, ports()))).toContain("looked at first");
  expect(await refused(revert({ ...asked({ actor: "rita" }), reviewed }, ports()))).toContain("rita may status");
  expect(await refused(planRevert({ ...asked(), tenant: "clinic-y" }, ports()))).toContain("did you mean clinic-x?");
  expect(await versioned()).toBe("Suspended");
});

test("a tenant with changes that are not deployed is not reverted: that would deploy them", async () => {
  expect(await refused(planRevert(asked({ files: "monthlyBudgetUsd: 77\n" }), ports()))).toContain(
    "/retry clinic-x first",
  );
});

test("a database that stands still is started for what is put back, and not by a look", async () => {
  const change = { DBInstanceIdentifier: stack, BackupRetentionPeriod: 20, ApplyImmediately: true };
  await stage.invoke("rds", "ModifyDBInstance", change);
  await stage.clock.sleep(30 * 60_000);
  await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier: stack });
  while ((await database()).DBInstanceStatus !== "stopped") await stage.clock.sleep(10_000);
  const { plan } = await planRevert(asked(), ports());
  expect(plan?.changes.map(({ logicalId }) => logicalId)).toEqual(["Database"]);
  expect((await database()).DBInstanceStatus).toBe("stopped");

  const end = await revert({ ...asked(), reviewed: plan?.digest ?? "" }, ports());

  expect(end).toMatchObject({ outcome: "reverted" });
  expect(await database()).toMatchObject({ DBInstanceStatus: "available", BackupRetentionPeriod: 14 });
});

test("what AWS changes by itself is not set back, because RDS would refuse: it is to be adopted first", async () => {
  await stage.invoke("rds", "ModifyDBInstance", {
    DBInstanceIdentifier: stack,
    AllocatedStorage: 80,
    ApplyImmediately: true,
  });
  await stage.aws.world.clock.sleep(60 * 60_000);
  const known = [{ type: "AWS::RDS::DBInstance", property: "/AllocatedStorage", reason: "Storage grows by itself." }];

  const { plan } = await planRevert(asked({ known }), ports());

  expect(plan?.refusals).toEqual([
    expect.stringMatching(/^Database\/AllocatedStorage is known to change by itself.*mode adopt$/),
  ]);
  expect(await revert({ ...asked({ known }), reviewed: plan?.digest ?? "" }, ports())).toMatchObject({
    outcome: "held",
  });
});

async function database(): Promise<{ readonly DBInstanceStatus: string; readonly BackupRetentionPeriod: number }> {
  const { DBInstances } = await stage.invoke<{
    DBInstances: readonly { readonly DBInstanceStatus: string; readonly BackupRetentionPeriod: number }[];
  }>("rds", "DescribeDBInstances", { DBInstanceIdentifier: stack });
  const [found] = DBInstances;
  if (found === undefined) throw new Error("there is no database");
  return found;
}
