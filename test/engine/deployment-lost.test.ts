/** Deployments of which nothing is left but what they did in AWS: their settle job never ran, and git says something else by now. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "../../actions/apply/apply.ts";
import { offboardKey } from "../../actions/lib/domain/offboard.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { migrate } from "../../actions/migrate/migrate.ts";
import { offboardGone } from "../../actions/offboard/offboard-gone.ts";
import { roll } from "../../actions/roll/roll.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, leavingCell } from "../fixtures/watched-cell.ts";

const without = smallFleet({ "tenants/README.md": "Nobody at this moment." });
const withTenant = (name: string, more = ""): Files =>
  smallFleet({ [`tenants/${name}.yml`]: standardTenant(name) + more });

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  for (const release of ["v1.4.0", "v1.5.0"]) await stage.pushRelease(release);
}, 120_000);
afterAll(() => stage.stop());

/** The stages that were still reached. */
async function lostAfter(last: "apply" | "roll", tenant: string, files: Files, cells = stage.cell): Promise<void> {
  const ports = { cells, clock: stage.clock, progress: { say: () => {} } };
  const declarations = stage.declarations(files);
  const fleet = await selectFleet({ declarations, environment: "production", tenants: [tenant] }, ports);
  const applied = await apply({ before: [] }, fleet);
  if (last === "apply") return;
  const migrated = await migrate({ before: applied, trialScript: "" }, fleet);
  await roll({ before: [...applied, ...migrated] }, fleet);
}

async function offboard(files: Files): ReturnType<typeof offboardGone> {
  return await offboardGone(
    {
      declarations: stage.declarations(files),
      environment: "production",
      ...{ operation: "deploy-9-1", actor: "alice", commit: "c0ffee0", runUrl: "https://run", runId: "9" },
    },
    { issues: keptIssues().issues, cells: leavingCell(stage), clock: stage.clock, progress: { say: () => {} } },
  );
}

test("a hospital whose stack was made and whose file is taken back is found and removed", async () => {
  const name = "mate-clinic-y-production";
  await lostAfter("apply", "clinic-y", withTenant("clinic-y"));
  const { stacks } = stage.cell(stage.production(without));
  expect(await stacks.find(name)).toBeDefined();

  expect((await stage.due(without)).offboard).toEqual(["production"]);
  const { certificates, failed } = await offboard(without);

  expect(failed).toEqual([]);
  expect(certificates).toMatchObject([{ tenant: "clinic-y", stack: name }]);
  expect(await stacks.find(name)).toBeUndefined();
  expect((await stage.due(without)).offboard).toEqual([]);
});

test("a hospital of whose stack there is only the plan is removed as well, and what it left in an earlier life is not forgotten", async () => {
  const kept = [
    { logicalId: "DataBucket", type: "AWS::S3::Bucket", physicalId: "old-bucket", until: "somebody deletes it" },
  ];
  const { records } = stage.cell(stage.production(without));
  const name = "mate-clinic-x-production";
  const dying: typeof stage.cell = (environment) => {
    const cell = stage.cell(environment);
    const executeChangeSet = async (): Promise<never> => await Promise.reject(new Error("the runner died"));
    return { ...cell, stacks: { ...cell.stacks, executeChangeSet } };
  };
  await lostAfter("apply", "clinic-x", withTenant("clinic-x"), dying);
  const { stacks } = stage.cell(stage.production(without));
  expect((await stacks.find(name))?.status).toBe("REVIEW_IN_PROGRESS");

  await records.put(offboardKey("clinic-x"), { stackId: "arn:of-before", kept, gone: [] });
  const { failed } = await offboard(without);

  expect(failed).toEqual([]);
  expect((await records.get(offboardKey("clinic-x")))?.value).toMatchObject({ kept });
  // CloudFormation takes a moment for a shell as well, and nobody has to wait for it.
  await stage.aws.world.clock.sleep(60_000);
  expect(await stacks.find(name)).toBeUndefined();
});

describe("of a hospital that had settled", () => {
  const before = withTenant("clinic-z");
  beforeAll(async () => {
    await stage.deploy(before);
    expect(await stage.due(before)).toMatchObject({ settled: 1, waves: [] });
  }, 120_000);

  test.for([
    ["release", "roll", "release: v1.5.0\n"],
    ["budget", "apply", "monthlyBudgetUsd: 777\n"],
  ] as const)("another %s that git takes back is taken back by the next deployment", async ([, last, more]) => {
    await lostAfter(last, "clinic-z", withTenant("clinic-z", more));

    expect(await stage.due(before)).toMatchObject({ settled: 0, waves: [{ tenants: ["clinic-z"] }] });
    const outcomes = await stage.deploy(before);

    expect(outcomes.some(({ stage: name, outcome }) => name === last && outcome === "changed")).toBe(true);
    expect(await stage.due(before)).toMatchObject({ settled: 1, waves: [] });
  });
});
