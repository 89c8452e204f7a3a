/** What a night finds that belongs to nobody, and that the ways out which an issue offers end what it tells. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drift } from "../../actions/drift/drift.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { driftWriting } from "../../actions/lib/report/drift-issue.ts";
import { offboardGone } from "../../actions/offboard/offboard-gone.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { keptIssues, leavingCell, watchedCell } from "../fixtures/watched-cell.ts";

const clinic = (more = ""): Files => smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) });
const files = clinic();
const stack = "mate-clinic-x-production";
const cluster = "mate-production";
const { issues, all } = keptIssues();
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(files);
}, 120_000);
afterAll(() => stage.stop());

async function night(
  declared: Files = files,
  { tenant, after = 0 }: { readonly tenant?: string; readonly after?: number } = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { clock } = stage;
  const results = await drift(
    { declarations: stage.declarations(declared), known: [], ...(tenant !== undefined && { tenant }) },
    {
      cells: watchedCell(stage),
      clock: { ...clock, now: () => new Date(clock.now().getTime() + after) },
      progress: { say: () => {} },
      issues,
      write: driftWriting("https://github.com/mate-health/tenants/actions/runs/1"),
    },
  );
  return Object.fromEntries(
    results.filter(({ findings }) => findings.length > 0).map((one) => [one.subject, one.findings]),
  );
}

const open = (): readonly string[] =>
  [...all.values()].filter(({ state }) => state === "open").map(({ label }) => label);
const bodyOf = (label: string): string => [...all.values()].findLast((issue) => issue.label === label)?.body ?? "";
const cloudFormation = (operation: string, input: object) => stage.invoke("cloudformation", operation, input);

/** The stack's own parameters, so that a change set of somebody else's differs in what it means to. */
async function sameParameters(): Promise<readonly object[]> {
  const { Stacks } = await stage.invoke<{ Stacks: readonly { Parameters?: readonly { ParameterKey: string }[] }[] }>(
    "cloudformation",
    "DescribeStacks",
    { StackName: stack },
  );
  return (Stacks[0]?.Parameters ?? []).map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true }));
}

function production(): Environment {
  return stage.production(files);
}

async function scaledByHand(): Promise<void> {
  const target = { service: `${stack}-celery`, min: 3, max: 9, suspended: false };
  await stage.cell(production()).services.scale(cluster, target);
}

describe("what differs by hand", () => {
  test("is reverted by the command its issue names, though the tenant had settled; the issue closes", async () => {
    await scaledByHand();
    expect((await night())["clinic-x"]).toEqual([expect.stringContaining("celery has 3 to 9 tasks")]);
    expect(bodyOf("drift:clinic-x")).toContain("/retry clinic-x");

    await stage.deploy(files, "clinic-x");

    expect(await night()).toEqual({});
    expect(open()).toEqual([]);
  });

  test("is adopted by the change of its file that the issue names; the issue closes", async () => {
    await scaledByHand();
    await night();
    expect(bodyOf("drift:clinic-x")).toContain("tenants/clinic-x.yml");
    const adopted = clinic("services: { celery: { count: { min: 3, max: 5 } } }\n");
    const target = { service: `${stack}-celery`, min: 3, max: 5, suspended: false };
    await stage.cell(production()).services.scale(cluster, target);

    await stage.deploy(adopted);

    expect(await night(adopted)).toEqual({});
    expect(open()).toEqual([]);
    await stage.deploy(files);
  });
});

describe("what belongs to nobody", () => {
  test("is found in each of its kinds and told once: change sets, shells, definitions, services, databases", async () => {
    const TemplateBody = "Resources: { Nothing: { Type: AWS::CloudFormation::WaitConditionHandle } }";
    await cloudFormation("CreateChangeSet", {
      ...{ StackName: stack, ChangeSetName: "my-experiment", ChangeSetType: "UPDATE", UsePreviousTemplate: true },
      Tags: [{ Key: "somebody", Value: "was-here" }],
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: await sameParameters(),
    });
    const shell = { StackName: "mate-never-production", ChangeSetName: "by-hand", ChangeSetType: "CREATE" };
    await cloudFormation("CreateChangeSet", { ...shell, TemplateBody });
    await stage.invoke("ecs", "RegisterTaskDefinition", {
      family: "mate-gone-production-django",
      containerDefinitions: [{ name: "django", image: "busybox", essential: true, memory: 64 }],
    });
    const [copied] = (
      await stage.invoke<{ DBInstances: readonly Readonly<Record<string, never>>[] }>("rds", "DescribeDBInstances", {
        DBInstanceIdentifier: stack,
      })
    ).DBInstances;
    for (const id of ["mate-forgotten-production", `${stack}-r20261101000000`])
      await stage.invoke("rds", "CreateDBInstance", {
        ...{ DBInstanceIdentifier: id, Engine: "postgres", DBInstanceClass: copied?.DBInstanceClass },
        ...{ AllocatedStorage: 20, MasterUsername: "mate", MasterUserPassword: "masterpassword" },
      });
    await stage.aws.world.clock.sleep(30 * 60_000);

    const found = await night(files, { after: 8 * 24 * 3_600_000 });

    expect(found["clinic-x"]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^change set my-experiment was made at .* by no plan/)]),
    );
    expect(found.production).toEqual([
      "task definitions mate-gone-production-django are active and belong to no tenant",
      expect.stringMatching(/^stack mate-never-production is an empty shell of 8 days/),
      expect.stringMatching(/^database mate-forgotten-production \(\w+\) belongs to no tenant/),
      expect.stringMatching(
        /^database mate-clinic-x-production-r20261101000000 is left over from a restore \d+ days ago/,
      ),
    ]);
    expect(open()).toEqual(expect.arrayContaining(["drift:clinic-x", "drift:production"]));
    const before = all.size;
    await night(files, { after: 8 * 24 * 3_600_000 });
    expect(all.size).toBe(before);
  });

  test("is not told any more when it is gone", async () => {
    await cloudFormation("DeleteChangeSet", { StackName: stack, ChangeSetName: "my-experiment" });
    await cloudFormation("DeleteStack", { StackName: "mate-never-production" });
    await stage.invoke("ecs", "DeregisterTaskDefinition", { taskDefinition: "mate-gone-production-django:1" });
    await stage.aws.world.clock.sleep(30 * 60_000);
    for (const DBInstanceIdentifier of ["mate-forgotten-production", `${stack}-r20261101000000`])
      await stage.invoke("rds", "DeleteDBInstance", { DBInstanceIdentifier, SkipFinalSnapshot: true });
    await stage.aws.world.clock.sleep(30 * 60_000);

    expect(await night()).toEqual({});
    expect(open()).toEqual([]);
  });
});

test("a database whose backups stopped is told", async () => {
  // Nothing was written away since: as if its backups had stopped two days ago.
  const found = await night(files, { after: 48 * 3_600_000 });

  expect(found["clinic-x"]).toEqual([
    expect.stringMatching(/^database mate-clinic-x-production was last backed up \d+ hours ago$/),
  ]);
  expect(bodyOf("drift:clinic-x")).toContain("cannot be restored to a recent moment");
  expect(await night()).toEqual({});
});

test("a tenant that nobody declares is not looked for in silence", async () => {
  await expect(night(files, { tenant: "clinic-y" })).rejects.toThrow(
    "no file declares tenant clinic-y; did you mean clinic-x?",
  );
});

describe("an environment whose last tenant leaves", () => {
  const without = smallFleet({ "tenants/README.md": "Nobody at this moment." });

  test("is still looked at: what is left is told, and the deployment finds whom to remove", async () => {
    await stage.deploy(clinic("state: suspended\n"));

    expect((await stage.due(without)).offboard).toEqual(["production"]);

    expect((await night(without)).production).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`stack ${stack} `),
        expect.stringContaining(`database ${stack} `),
      ]),
    );
  });

  test("has nothing left after the off-boarding, and every issue closes", async () => {
    const { clock } = stage;
    await offboardGone(
      {
        declarations: stage.declarations(without),
        environment: "production",
        ...{ operation: "deploy-9-1", actor: "alice", commit: "c0ffee0", runUrl: "https://run", runId: "9" },
      },
      {
        issues,
        cells: leavingCell(stage),
        clock,
        progress: { say: () => {} },
      },
    );

    expect(await night(without)).toEqual({});
    expect(open()).toEqual([]);
    expect((await stage.due(without)).offboard).toEqual([]);
  });
});
