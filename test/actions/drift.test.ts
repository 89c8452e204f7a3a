import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drift } from "../../actions/drift/drift.ts";
import { unsettledKey } from "../../actions/lib/domain/deploy-record.ts";
import { leaseKey } from "../../actions/lib/domain/lease.ts";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { driftWriting } from "../../actions/lib/report/drift-issue.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, watchedCell } from "../fixtures/watched-cell.ts";

const files = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
const stack = "mate-clinic-x-production";
const cluster = "mate-production";
const { issues, all } = keptIssues();
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  const outcomes = await stage.deploy(files);
  expect(outcomes.map(({ cause }) => cause)).toEqual([undefined, undefined, undefined]);
}, 120_000);
afterAll(() => stage.stop());

/** What a night finds about each subject that has something. */
async function night({
  known = [],
  files: those = files,
}: {
  readonly known?: Parameters<typeof drift>[0]["known"];
  readonly files?: typeof files;
} = {}): Promise<Readonly<Record<string, readonly string[]>>> {
  const clock = stage.aws.world.clock;
  const results = await drift(
    { declarations: stage.declarations(those), known },
    {
      cells: watchedCell(stage),
      clock: { now: () => new Date(clock.now()), sleep: (milliseconds) => clock.sleep(milliseconds) },
      progress: { say: () => {} },
      issues,
      write: driftWriting("https://github.com/mate-health/tenants/actions/runs/1"),
    },
  );
  return Object.fromEntries(
    results.filter(({ findings }) => findings.length > 0).map((one) => [one.subject, one.findings]),
  );
}

function cell() {
  return stage.cell(stage.production(files));
}
const services = () => cell().services;
const open = () => [...all.values()].filter(({ state }) => state === "open").map(({ label }) => label);
const ecs = (operation: string, input: object) =>
  stage.invoke<Record<string, never>>("ecs", operation, { cluster, ...input });

test("what was just deployed has not drifted, and nobody is told anything", async () => {
  expect(await night()).toEqual({});
  expect(all.size).toBe(0);
});

describe("after a night of changes by hand", () => {
  let definitionBefore = "";

  test("each of five is found and told in one issue of the tenant and one of the environment", async () => {
    await stage.invoke("s3", "PutBucketVersioning", {
      Bucket: `${stack}-data`,
      VersioningConfiguration: { Status: "Suspended" },
    });
    const [django] = await services().find(cluster, [`${stack}-django`]);
    definitionBefore = django?.taskDefinition ?? "";
    await replaceImage(definitionBefore);
    await services().scale(cluster, { service: `${stack}-celery`, min: 3, max: 9, suspended: false });
    const { services: real } = await stage.invoke<{ services: readonly { networkConfiguration: object }[] }>(
      "ecs",
      "DescribeServices",
      { cluster, services: [`${stack}-beat`] },
    );
    await ecs("CreateService", {
      serviceName: "mate-nobody-production-django",
      taskDefinition: definitionBefore,
      desiredCount: 0,
      networkConfiguration: real[0]?.networkConfiguration,
    });
    await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier: stack });
    await stage.aws.world.clock.sleep(30 * 60_000);

    const found = await night();

    expect(found["clinic-x"]).toEqual([
      expect.stringMatching(/^DataBucket\/VersioningConfiguration\/Status is Suspended, should be Enabled$/),
      expect.stringMatching(/^celery has 3 to 9 tasks, should have 1 to 5$/),
      expect.stringMatching(/^django runs .*, should run v1\.4\.0$/),
      expect.stringMatching(/^database mate-clinic-x-production is (stopped|stopping)/),
    ]);
    expect(found.production).toEqual(["service mate-nobody-production-django belongs to no tenant"]);
    expect(open()).toEqual(["drift:clinic-x", "drift:production"]);
    const [issue] = all.values();
    expect(issue?.title).toBe("clinic-x: drift (4 differences)");
    expect(issue?.body).toContain("/retry clinic-x");
    expect(issue?.body).toContain("tenants/clinic-x.yml");
  });

  test("the next night says it again in the same two issues", async () => {
    await night();

    expect(open()).toEqual(["drift:clinic-x", "drift:production"]);
    expect(all.size).toBe(2);
  });

  test("what a file lists as known is not told", async () => {
    const found = await night({
      known: [
        { type: "AWS::S3::Bucket", property: "/VersioningConfiguration", reason: "somebody said why this is harmless" },
      ],
    });

    expect(found["clinic-x"]).toHaveLength(3);
  });

  test("when all is put right, both issues close", async () => {
    await stage.invoke("s3", "PutBucketVersioning", {
      Bucket: `${stack}-data`,
      VersioningConfiguration: { Status: "Enabled" },
    });
    await ecs("UpdateService", { service: `${stack}-django`, taskDefinition: definitionBefore });
    await services().scale(cluster, { service: `${stack}-celery`, min: 1, max: 5, suspended: false });
    await ecs("DeleteService", { service: "mate-nobody-production-django", force: true });
    await stage.invoke("rds", "StartDBInstance", { DBInstanceIdentifier: stack });
    await stage.aws.world.clock.sleep(60 * 60_000);

    expect(await night()).toEqual({});
    expect(open()).toEqual([]);
    expect(all.size).toBe(2);
  });
});

test("what was merged and never deployed is told, until it is deployed or has failed and is told of elsewhere", async () => {
  const merged = {
    ...files,
    "tenants/clinic-x.yml": standardTenant("clinic-x", "database: { backupRetentionDays: 30 }\n"),
  };

  const found = await night({ files: merged });

  expect(found).toEqual({ production: [expect.stringMatching(/^not deployed is what git says of clinic-x;/)] });
  const [issue] = [...all.values()].filter(({ state }) => state === "open");
  expect(issue?.body).toContain("`/retry TENANT`");
  const now = stage.aws.world.clock.now();
  const lease = {
    ...{ tenant: "clinic-x", fence: 1, state: "held", operation: "op-2", purpose: "deployment", holder: "alice" },
    ...{ run: "https://run", runId: "2", since: new Date(now).toISOString() },
  };
  const underWay = { ...lease, until: new Date(now + 180_000).toISOString() };
  await whileThereIs(leaseKey("clinic-x"), underWay, async () => expect(await night({ files: merged })).toEqual({}));
  const failed = { since: new Date(now).toISOString(), history: [] };
  await whileThereIs(unsettledKey("clinic-x"), failed, async () => expect(await night({ files: merged })).toEqual({}));
  await stage.deploy(merged);
  expect(await night({ files: merged })).toEqual({});
  await stage.deploy(files);
  expect(open()).toEqual([]);
});

async function whileThereIs(key: string, record: object, look: () => Promise<void>): Promise<void> {
  const { records } = cell();
  const before = await records.get(key);
  await records.put(key, record);
  await look();
  if (before === undefined) await records.delete(key);
  else await records.put(key, before.value);
}

test("a live change of a command is told as that, not as drift, and not reverted", async () => {
  const at = new Date(stage.aws.world.clock.now()).toISOString();
  await cell().records.put(overrideKey("clinic-x"), {
    overrides: [
      {
        kind: "scale",
        tenant: "clinic-x",
        service: "django",
        count: { min: 4, max: 4 },
        since: at,
        by: "oscar",
        operation: "op-1b3c",
      },
    ],
  });
  await services().unscale(cluster, `${stack}-django`);
  await services().setCount(cluster, `${stack}-django`, 4);

  expect(await night()).toEqual({ "clinic-x": [expect.stringMatching(/^django 4 instead of 1-5 since .* by oscar/)] });
});

async function replaceImage(arn: string): Promise<void> {
  const { taskDefinition } = await stage.invoke<{
    taskDefinition: Readonly<Record<string, unknown>> & { containerDefinitions: readonly { image: string }[] };
  }>("ecs", "DescribeTaskDefinition", { taskDefinition: arn });
  const {
    family,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRoleArn,
    taskRoleArn,
    containerDefinitions,
    volumes,
    runtimePlatform,
  } = taskDefinition;
  const [container] = containerDefinitions;
  const image = container?.image.replace("django", "celery").replace(/@.*/, ":v1.4.0");
  const { taskDefinition: made } = await stage.invoke<{ taskDefinition: { taskDefinitionArn: string } }>(
    "ecs",
    "RegisterTaskDefinition",
    {
      ...{
        family,
        cpu,
        memory,
        networkMode,
        requiresCompatibilities,
        executionRoleArn,
        taskRoleArn,
        volumes,
        runtimePlatform,
      },
      containerDefinitions: [{ ...container, image }],
    },
  );
  await ecs("UpdateService", { service: `${stack}-django`, taskDefinition: made.taskDefinitionArn });
}
