/** What happens by schedule, through the committed workflows and bundles: the look for drift, house keeping, the fleet page, the cost report. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const stack = "mate-clinic-x-production";
const cluster = "mate-production";
const root = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  const alice = stage.github.as("alice", stage.repository);
  const files = { "tenants/clinic-x.yml": standardTenant("clinic-x") };
  const pull = await alice.openPullRequest({ title: "Add clinic X", branch: "clinic-x", files });
  await stage.runner.idle();
  await alice.merge(pull);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
}, 240_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);

const ask = (service: string, operation: string, input: object): Promise<object> =>
  stage.aws.world.invoke(service, operation, input, root);

const done = (run: RunView): readonly (readonly [string, string | undefined])[] =>
  run.jobs
    .filter(({ conclusion }) => conclusion !== "skipped")
    .map(({ name, conclusion }) => [name, conclusion] as const);

async function scheduled(workflow: string): Promise<RunView> {
  const [, cron = ""] = /- cron: "(.*)"/.exec(await stage.read(`.github/workflows/${workflow}.yml`)) ?? [];
  await stage.github.schedule(stage.repository, cron);
  await stage.runner.idle();
  return newest(workflow);
}

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly { readonly name: string }[];
}

async function issues(state: "open" | "closed"): Promise<readonly Issue[]> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/issues?state=${state}`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  const found = (await response.json()) as readonly (Issue & { readonly pull_request?: object })[];
  return found.filter((one) => one.pull_request === undefined);
}

const labelled = (list: readonly Issue[], label: string): readonly Issue[] =>
  list.filter(({ labels }) => labels.some(({ name }) => name === label));

function versioning(Status: "Enabled" | "Suspended"): Promise<object> {
  return ask("s3", "PutBucketVersioning", { Bucket: `${stack}-data`, VersioningConfiguration: { Status } });
}

function celery(MinCapacity: number, MaxCapacity: number): Promise<object> {
  return ask("application-auto-scaling", "RegisterScalableTarget", {
    ServiceNamespace: "ecs",
    ResourceId: `service/${cluster}/${stack}-celery`,
    ScalableDimension: "ecs:service:DesiredCount",
    ...{ MinCapacity, MaxCapacity },
  });
}

describe("at night", { timeout: 240_000 }, () => {
  test("nothing that was just deployed is told of", async () => {
    const run = await scheduled("drift");

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(done(run)).toEqual([["look for drift", "success"]]);
    expect(await issues("open")).toEqual([]);
  });

  test("where nothing is left over nobody is asked, and what is left over goes", async () => {
    const nothing = await scheduled("housekeeping");
    expect(nothing.conclusion, errorLines(nothing)).toBe("success");
    expect(done(nothing)).toEqual([["look for what is left over", "success"]]);
    const snapshot = { DBInstanceIdentifier: stack, DBSnapshotIdentifier: `${stack}-old` };
    const expired = [
      { Key: "app", Value: "mate" },
      { Key: "mate-delete-after", Value: "2020-01-01" },
    ];
    await ask("rds", "CreateDBSnapshot", { ...snapshot, Tags: expired });
    await stage.aws.world.clock.sleep(60 * 60_000);

    const run = await scheduled("housekeeping");

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(done(run)).toEqual([
      ["look for what is left over", "success"],
      ["keep house in production", "success"],
    ]);
    const left = await ask("rds", "DescribeDBSnapshots", { SnapshotType: "manual" });
    expect(JSON.stringify(left)).not.toContain(`${stack}-old`);
  });

  test("what somebody changed by hand is told in one issue of the tenant, however often it is looked at", async () => {
    await versioning("Suspended");
    await celery(3, 9);

    await scheduled("drift");
    const run = await scheduled("drift");

    expect(run.conclusion, errorLines(run)).toBe("success");
    const [issue, ...more] = await issues("open");
    expect(more).toEqual([]);
    expect(issue?.title).toBe("clinic-x: drift (2 differences)");
    expect(issue?.body).toContain("should be Enabled");
    expect(issue?.body).toContain("celery has 3 to 9 tasks");
    expect(issue?.body).toContain("/retry clinic-x");
  });

  test("the issue is closed by the night that finds nothing any more", async () => {
    await versioning("Enabled");
    await celery(1, 5);

    const run = await scheduled("drift");

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(await issues("open")).toEqual([]);
    expect(labelled(await issues("closed"), "drift:clinic-x")).toHaveLength(1);
  });
});

test("every hour the fleet is put on a page, which nobody but the repository's people see unless somebody decided otherwise", async () => {
  const run = await scheduled("pages");

  expect(run.conclusion, errorLines(run)).toBe("success");
  expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ["collect the fleet's status", "success"],
    ["publish the page", "skipped"],
  ]);
  expect(run.jobs[0]?.log).toMatch(/fleet\.json \(\d+ bytes\)/);
  expect(run.jobs[0]?.log).toMatch(/index\.html \(\d{4,} bytes\)/);
}, 120_000);

test("every month one issue says what each hospital costs, and is rewritten the next month", async () => {
  const first = await scheduled("cost");
  expect(first.conclusion, errorLines(first)).toBe("success");
  const [before] = await issues("open");
  expect(before?.body).toContain("clinic-x");
  expect(before?.body).toMatch(/USD|\$/);

  const second = await scheduled("cost");

  expect(second.conclusion, errorLines(second)).toBe("success");
  expect((await issues("open")).map(({ number }) => number)).toEqual([before?.number]);
}, 120_000);
