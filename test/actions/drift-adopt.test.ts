/** Adopting what somebody changed by hand: the pull request that writes it into the tenant's file. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { adopt } from "../../actions/drift/adopt.ts";
import { drift } from "../../actions/drift/drift.ts";
import { tenantTexts } from "../../actions/lib/adapters/files/tenant-texts.ts";
import { adoptPull } from "../../actions/lib/report/drift-adopt.ts";
import { driftWriting } from "../../actions/lib/report/drift-issue.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { repositoryWith, standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, watchedCell } from "../fixtures/watched-cell.ts";

const before = standardTenant("clinic-x", "# what clinic X bought\nservices:\n  django: { cpu: 512 } # small\n");
const files = (text: string) => smallFleet({ "tenants/clinic-x.yml": text });
const stack = "mate-clinic-x-production";
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(files(before));
  expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
}, 120_000);
afterAll(() => stage.stop());

interface Proposed {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  readonly files: Readonly<Record<string, string>>;
}

async function adopted(text = before) {
  const proposed: Proposed[] = [];
  const end = await adopt(
    { declarations: stage.declarations(files(text)), tenant: "clinic-x", by: "alice" },
    {
      cells: watchedCell(stage),
      clock: stage.clock,
      progress: { say: () => {} },
      texts: tenantTexts(repositoryWith({ "infra/environments/staging.yml": undefined, ...files(text) })),
      proposals: {
        propose: async (proposal) => {
          proposed.push(proposal);
          return { number: 7, url: "https://pull/7", outcome: "opened" };
        },
      },
      describe: adoptPull,
    },
  );
  return { end, proposed };
}

async function night(text: string): Promise<readonly string[]> {
  const { issues } = keptIssues();
  const results = await drift(
    { declarations: stage.declarations(files(text)), known: [], tenant: "clinic-x" },
    {
      cells: watchedCell(stage),
      clock: stage.clock,
      progress: { say: () => {} },
      issues,
      write: driftWriting("https://github.com/mate-health/tenants/actions/runs/1"),
    },
  );
  return results.flatMap(({ findings }) => findings);
}

test("a tenant that is what its file says gets no pull request", async () => {
  const { end, proposed } = await adopted();

  expect(end).toMatchObject({ values: [], homeless: [], pull: undefined });
  expect(proposed).toEqual([]);
});

test("what is there is written into the file and nothing else, what cannot be said is named; merged and deployed, nothing differs", async () => {
  await stage.invoke("rds", "ModifyDBInstance", {
    DBInstanceIdentifier: stack,
    ...{ BackupRetentionPeriod: 21, DBInstanceClass: "db.t4g.large", ApplyImmediately: true },
  });
  await stage
    .cell(environment())
    .services.scale("mate-production", { service: `${stack}-celery`, min: 2, max: 4, suspended: false });
  await stage.invoke("s3", "PutBucketVersioning", {
    Bucket: `${stack}-data`,
    VersioningConfiguration: { Status: "Suspended" },
  });
  await stage.aws.world.clock.sleep(60 * 60_000);

  const { end, proposed } = await adopted();

  expect(end.values.map(({ path, value }) => [path.join("."), value])).toEqual([
    ["database.instanceClass", "db.t4g.large"],
    ["database.backupRetentionDays", 21],
    ["services.celery.count", { min: 2, max: 4 }],
  ]);
  expect(end.homeless).toEqual([
    {
      what: "DataBucket/VersioningConfiguration/Status is Suspended",
      where: "DataBucket in infra/tenant/tenant.yml, for all tenants at once",
    },
  ]);
  const [pull] = proposed;
  expect(pull).toMatchObject({ branch: "adopt/clinic-x", title: "Adopt what is there of clinic-x (3 values)" });
  expect(pull?.body).toContain("database.instanceClass");
  expect(pull?.body).toContain("DataBucket/VersioningConfiguration/Status is Suspended");
  const text = pull?.files["tenants/clinic-x.yml"] ?? "";
  for (const line of before.trimEnd().split("\n")) expect(text).toContain(line);
  expect(text).toContain("celery:");

  await stage.invoke("s3", "PutBucketVersioning", {
    Bucket: `${stack}-data`,
    VersioningConfiguration: { Status: "Enabled" },
  });
  const outcomes = await stage.deploy(files(text));
  expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
  expect(await night(text)).toEqual([]);
  expect((await adopted(text)).end.values).toEqual([]);
}, 120_000);

test("a value that the tier does not allow is left out and told with the reason; the others are adopted", async () => {
  const text = await adoptedText();
  await stage
    .cell(environment())
    .services.scale("mate-production", { service: `${stack}-celery`, min: 2, max: 9, suspended: false });
  await stage.invoke("rds", "ModifyDBInstance", {
    DBInstanceIdentifier: stack,
    ...{ BackupRetentionPeriod: 28, ApplyImmediately: true },
  });
  await stage.aws.world.clock.sleep(60 * 60_000);

  const { end } = await adopted(text);

  expect(end.values.map(({ path }) => path.join("."))).toEqual(["database.backupRetentionDays"]);
  expect(end.homeless).toEqual([
    { what: "service celery is 2 to 9", where: expect.stringMatching(/^services\.celery\.count may not say so: .*5/) },
  ]);
}, 120_000);

/** The file as the test before left it deployed. */
async function adoptedText(): Promise<string> {
  return `${before.trimEnd()}\n  celery: { count: { min: 2, max: 4 } }\ndatabase: { instanceClass: db.t4g.large, backupRetentionDays: 21 }\n`;
}

function environment() {
  return stage.production(files(before));
}
