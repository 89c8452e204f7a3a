import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { offboardGone } from "../../actions/offboard/offboard-gone.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, leavingCell } from "../fixtures/watched-cell.ts";

const stack = "mate-clinic-x-production";
const clinic = (more = "") => smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) });
// A repository without any tenant is taken for a mistake.
const without = smallFleet({ "tenants/neighbour.yml": standardTenant("neighbour") });
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(clinic());
}, 120_000);
afterAll(() => stage.stop());

const production = (): Environment => stage.production(without);

const cells = (environment: Environment) => leavingCell(stage)(environment);

async function offboard(
  files: Files,
  broken: (cell: ReturnType<typeof cells>) => Partial<ReturnType<typeof cells>> = () => ({}),
) {
  const { clock } = stage.aws.world;
  return await offboardGone(
    {
      declarations: stage.declarations(files),
      environment: "production",
      ...{ operation: "deploy-9-1", actor: "alice", commit: "c0ffee0", runUrl: "https://run", runId: "9" },
    },
    {
      issues: keptIssues().issues,
      cells: (environment) => ({ ...cells(environment), ...broken(cells(environment)) }),
      clock: { now: () => new Date(clock.now()), sleep: (milliseconds) => clock.sleep(milliseconds) },
      progress: { say: () => {} },
    },
  );
}

async function dies(when: string): Promise<never> {
  throw new Error(`the run died ${when}`);
}

describe("a hospital that leaves", () => {
  test("is not removed while its file is there, nor while any file cannot be read", async () => {
    expect(await offboard(clinic())).toEqual({ certificates: [], failed: [] });
    await expect(offboard({ ...without, "tenants/clinic-x.yml": "name: [" })).rejects.toThrow("files have problems");
  });

  test("is not removed while it runs: the plan says to suspend it first, and so does the merge", async () => {
    const { plan } = await stage.plan(clinic(), without);
    const { certificates, failed } = await offboard(without);

    expect(plan?.failures.find(({ tenant }) => tenant === "clinic-x")).toMatchObject({
      cause: expect.stringContaining("still runs celery, django, beat"),
    });
    expect(certificates).toEqual([]);
    expect(failed).toEqual([
      { tenant: "clinic-x", reasonCode: "not-suspended", cause: expect.stringContaining("state: suspended") },
    ]);
    expect((await stage.cell(production()).stacks.find(stack))?.status).toBe("UPDATE_COMPLETE");
  });

  test("once suspended, its plan says what goes, what stays, and until when", async () => {
    await stage.deploy(clinic("state: suspended\n"));

    const { plan: pull, expected } = await stage.plan(clinic("state: suspended\n"), without);

    const plan = pull?.plans.find(({ tenant }) => tenant === "clinic-x");
    if (plan === undefined) throw new Error(`not planned: ${JSON.stringify(pull?.failures)}`);
    expect(expected).toContain("clinic-x");
    expect(plan.kind).toBe("offboard");
    expect((await stage.due(without)).offboard).toEqual(["production"]);
    expect(plan.dangers).toEqual([]);
    const fate = Object.fromEntries(plan.resources.map(({ logicalId, policyAction }) => [logicalId, policyAction]));
    expect(fate).toMatchObject({
      ...{ Database: "Snapshot", Redis: "Snapshot", DataBucket: "Retain", BackupBucket: "Retain", Key: "Retain" },
      ...{ FileSystem: "Retain", DjangoLogs: "Retain", LoadBalancer: "Delete", DjangoSecret: "Delete" },
    });
    expect(plan.notes.join("\n")).toContain("DataBucket: kept with all versions until somebody empties and deletes it");
  });

  test("is not half removed by runs that die on the way: the next one goes on", async () => {
    const beforeDeletion = offboard(without, ({ stacks }) => ({ stacks: { ...stacks, delete: () => dies("before") } }));
    await expect(beforeDeletion).rejects.toThrow("died before");
    expect((await stage.cell(production()).stacks.find(stack))?.status).toBe("UPDATE_COMPLETE");

    const beforeCertificate = offboard(without, ({ records }) => ({
      records: {
        ...records,
        put: (key, ...rest) => (key.startsWith("journal/") ? dies("after") : records.put(key, ...rest)),
      },
    }));
    await expect(beforeCertificate).rejects.toThrow("died after");
    expect(await stage.cell(production()).stacks.find(stack)).toBeUndefined();
    expect((await stage.due(without)).offboard).toEqual(["production"]);
  });

  test("is removed by the merge; what holds data is kept, and the journal has the certificate", async () => {
    const { certificates, failed } = await offboard(without);

    expect(failed).toEqual([]);
    const [certificate] = certificates;
    expect(certificate?.kept.map(({ logicalId }) => logicalId)).toEqual(
      expect.arrayContaining(["Database", "Redis", "DataBucket", "BackupBucket", "FileSystem", "Key", "DjangoLogs"]),
    );
    expect(certificate?.kept.find(({ logicalId }) => logicalId === "DataBucket")?.physicalId).toBe(`${stack}-data`);
    expect(certificate?.snapshots).toHaveLength(1);
    expect(await stage.cell(production()).stacks.find(stack)).toBeUndefined();
    const { Buckets } = await stage.invoke<{ Buckets: readonly { Name: string }[] }>("s3", "ListBuckets", {});
    expect(Buckets.map(({ Name }) => Name)).toEqual(expect.arrayContaining([`${stack}-data`, `${stack}-backup`]));
    const { DBInstances } = await stage.invoke<{ DBInstances: readonly { DBInstanceIdentifier: string }[] }>(
      "rds",
      "DescribeDBInstances",
      {},
    );
    expect(DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).not.toContain(stack);
    const { records } = stage.cell(production());
    const [entry] = (await records.list("journal/")).filter((key) => key.endsWith("deploy-9-1-clinic-x.json"));
    expect((await records.get(entry ?? ""))?.value).toEqual(certificate);
  });

  test("is not looked for again", async () => {
    expect((await stage.due(without)).offboard).toEqual([]);
    expect(await offboard(without)).toEqual({ certificates: [], failed: [] });
  });
});
