import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stacks } from "../../actions/lib/ports/stacks.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { offboard } from "../fixtures/offboarding.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { leavingCell } from "../fixtures/watched-cell.ts";

const stack = "mate-practice-t-production";
const trial = (more = ""): string => `name: practice-t
displayName: Practice T
tier: trial
environment: production
contact: office@practice.net
redis: { index: 3 }
${more}`;
const without = smallFleet({ "tenants/neighbour.yml": standardTenant("neighbour") });
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(smallFleet({ "tenants/practice-t.yml": trial() }));
  await stage.deploy(smallFleet({ "tenants/practice-t.yml": trial("state: suspended\n") }));
}, 120_000);
afterAll(() => stage.stop());

interface Definition {
  readonly containerDefinitions: readonly {
    readonly command: readonly string[];
    readonly environment: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** What the last one-off task was told. */
async function lastTask(): Promise<Readonly<Record<string, string>>> {
  const ran = stage.aws.calls.all().filter(({ operation, outcome }) => operation === "RunTask" && outcome === "ok");
  const last = ran.at(-1)?.input as { readonly taskDefinition: string } | undefined;
  if (last === undefined) throw new Error("no task ran");
  const told = await stage.invoke<{ taskDefinition: Definition }>("ecs", "DescribeTaskDefinition", last);
  const [container] = told.taskDefinition.containerDefinitions;
  return Object.fromEntries([
    ["command", container?.command[0] ?? ""],
    ...(container?.environment ?? []).map(({ name, value }) => [name, value] as const),
  ]);
}

/** One-off tasks since then, by family, with what each was told to run. */
async function tasksSince(count: number): Promise<readonly (readonly [string, string])[]> {
  const ran = stage.aws.calls.all().filter(({ operation, outcome }) => operation === "RunTask" && outcome === "ok");
  const told = ran.slice(count).map(async ({ input }) => {
    const { taskDefinition: asked } = input as { readonly taskDefinition: string };
    const { taskDefinition } = await stage.invoke<{ taskDefinition: Definition & { readonly family: string } }>(
      "ecs",
      "DescribeTaskDefinition",
      { taskDefinition: asked },
    );
    return [taskDefinition.family, taskDefinition.containerDefinitions[0]?.command[0] ?? ""] as const;
  });
  return await Promise.all(told);
}

const tasksRun = (): number =>
  stage.aws.calls.all().filter(({ operation, outcome }) => operation === "RunTask" && outcome === "ok").length;

test("a trial whose tasks cannot be taken out of the shared Redis is not removed, and its database is not touched", async () => {
  behaves(
    stage.aws.world,
    { family: `${stack}-migrate` },
    { exitCode: 1, lines: ["redis.exceptions.ConnectionError"] },
  );
  const before = tasksRun();

  const { certificates, failed } = await offboard(stage, without);

  expect(certificates).toEqual([]);
  expect(failed[0]?.cause).toContain("its number would pass them on to the next trial");
  expect((await tasksSince(before)).map(([family]) => family)).toEqual([`${stack}-migrate`]);
  behaves(stage.aws.world, { family: `${stack}-migrate` }, {});
});

test("a trial whose way to the shared database is not known is not removed, and no task is started for it", async () => {
  const before = tasksRun();
  const find: Stacks["find"] = async (name) => {
    const found = await stage.cell(stage.production(without)).stacks.find(name);
    if (found === undefined) return undefined;
    const { TrialClientSecurityGroupId: _, ...outputs } = found.outputs;
    return { ...found, outputs };
  };

  const { certificates, failed } = await offboard(stage, without, {
    cells: (environment) => {
      const cell = leavingCell(stage)(environment);
      return { ...cell, stacks: { ...cell.stacks, find } };
    },
  });

  expect(certificates).toEqual([]);
  expect(failed[0]?.cause).toContain(`${stack} and its platform have no output TrialClientSecurityGroupId`);
  expect(tasksRun()).toBe(before);
});

test("a trial whose last dump fails is not removed: its stack and services are as they were", async () => {
  const lines = ["S3 did not take the dump: 403 AccessDenied; nothing was dropped"];
  behaves(stage.aws.world, { family: `${stack}-provision` }, { exitCode: 1, lines });

  const { certificates, failed } = await offboard(stage, without);

  expect(certificates).toEqual([]);
  expect(failed[0]?.cause).toContain("could not be dumped and dropped");
  expect(failed[0]?.cause).toContain("S3 did not take the dump: 403");
  const cell = stage.cell(stage.production(without));
  expect((await cell.stacks.find(stack))?.status).toMatch(/_COMPLETE$/);
  expect(await cell.services.find("mate-production", [`${stack}-django`])).toHaveLength(1);
});

test("a trial that leaves has its database dumped into its own bucket and dropped, by a task like the one that made it", async () => {
  behaves(stage.aws.world, { family: `${stack}-provision` }, {});
  const instance = async () => {
    const id = { DBInstanceIdentifier: "mate-trial-production" };
    const { DBInstances } = await stage.invoke<{ DBInstances: readonly object[] }>("rds", "DescribeDBInstances", id);
    return { ...DBInstances[0], LatestRestorableTime: undefined };
  };
  const before = await instance();

  const ranBefore = tasksRun();

  const { certificates, failed } = await offboard(stage, without);

  expect(failed).toEqual([]);
  expect(await tasksSince(ranBefore)).toEqual([
    [`${stack}-migrate`, expect.stringContaining("server.flushdb()")],
    [`${stack}-provision`, expect.stringContaining("DROP DATABASE")],
  ]);
  const told = await lastTask();
  expect(told.command).toContain("DROP DATABASE");
  expect(told).toMatchObject({ DATABASE_NAME: "mate_practice_t", PGDATABASE: "mate", DUMP_BUCKET: `${stack}-data` });
  const dump = certificates[0]?.kept.find(({ logicalId }) => logicalId === "TrialDatabase");
  expect(dump?.physicalId).toBe(`s3://${stack}-data/${told.DUMP_KEY}`);
  expect(dump?.until).toContain("60 days");
  expect(certificates[0]?.gone).toEqual(expect.arrayContaining(["TrialDatabase", "TrialDatabaseRole"]));
  expect(await instance()).toEqual(before);
});
