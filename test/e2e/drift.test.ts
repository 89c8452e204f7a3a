/** What somebody changed by hand ends: put back from the form, or written into git, through the committed workflows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const file = "tenants/clinic-x.yml";
const stack = "mate-clinic-x-production";
const root = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};
const operators = `operators:
  - { user: alice, verbs: all, tiers: all }
  - { user: oscar, verbs: all, tiers: all }
`;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  const production = await stage.read("infra/environments/production.yml");
  await merged({
    [file]: standardTenant("clinic-x"),
    "infra/environments/production.yml": production.replace(/^operators:\n(?:(?: .*| *#.*)\n)*/m, operators),
  });
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
  const id = (login: string) => ({ type: "User" as const, id: stage.github.addUser(login).id });
  stage.github.environment(stage.repository, "production-restore").reviewers = [id("alice"), id("oscar")];
}, 240_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);
const ask = <T>(service: string, operation: string, input: object): Promise<T> =>
  stage.aws.world.invoke<T>(service, operation, input, root);

let changes = 0;
async function merged(files: Readonly<Record<string, string>>): Promise<void> {
  const alice = stage.github.as("alice", stage.repository);
  changes += 1;
  const pull = await alice.openPullRequest({ title: `Change ${changes}`, branch: `change-${changes}`, files });
  await stage.runner.idle();
  await alice.merge(pull);
  await stage.runner.idle();
}

async function form(inputs: Readonly<Record<string, string>>): Promise<RunView> {
  await stage.github.as("alice", stage.repository).dispatch("drift.yml", { tenant: "clinic-x", ...inputs });
  await stage.runner.idle();
  return newest("drift");
}

async function night(): Promise<RunView> {
  const [, cron = ""] = /- cron: "(.*)"/.exec(await stage.read(".github/workflows/drift.yml")) ?? [];
  await stage.github.schedule(stage.repository, cron);
  await stage.runner.idle();
  return newest("drift");
}

async function gitHub<T>(path: string, init: RequestInit = {}, login = "alice"): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${stage.github.tokenOf(login)}`, "content-type": "application/json" },
  });
  const body = await response.text();
  expect(response.ok, `${path}: ${body}`).toBe(true);
  return JSON.parse(body) as T;
}

interface Issue {
  readonly number: number;
  readonly body: string;
  readonly pull_request?: object;
}
const issues = async (): Promise<readonly Issue[]> =>
  (await gitHub<readonly Issue[]>("issues?state=open")).filter((one) => one.pull_request === undefined);

const done = (run: RunView): readonly string[] =>
  run.jobs.filter(({ conclusion }) => conclusion !== "skipped").map(({ name, conclusion }) => `${name}: ${conclusion}`);

const versioning = (Status: "Enabled" | "Suspended"): Promise<object> =>
  ask("s3", "PutBucketVersioning", { Bucket: `${stack}-data`, VersioningConfiguration: { Status } });
const versioned = async (): Promise<string | undefined> =>
  (await ask<{ Status?: string }>("s3", "GetBucketVersioning", { Bucket: `${stack}-data` })).Status;

describe("what was changed in a stack by hand", { timeout: 240_000 }, () => {
  test("is found by the night and put back from the form, and its issue is closed", async () => {
    await versioning("Suspended");
    await night();
    const [issue] = await issues();
    expect(issue?.body).toContain("/actions/workflows/drift.yml");

    const looked = await form({ mode: "plan-revert" });
    expect(looked.conclusion, errorLines(looked)).toBe("success");
    expect(done(looked)).toEqual(["look at what reverting clinic-x would change: success"]);
    expect(await versioned()).toBe("Suspended");

    const run = await form({ mode: "revert", confirm: "clinic-x" });

    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(done(run)).toEqual([
      "look at what reverting clinic-x would change: success",
      "revert clinic-x: success",
      "look for drift: success",
    ]);
    expect(await versioned()).toBe("Enabled");
    expect(await issues()).toEqual([]);
  });

  test("without the tenant's name typed once more nothing is done", async () => {
    await versioning("Suspended");

    const run = await form({ mode: "revert" });

    expect(run.conclusion).toBe("failure");
    expect(errorLines(run)).toContain("type clinic-x into confirm");
    expect(await versioned()).toBe("Suspended");
    await versioning("Enabled");
  });

  test("what held data and is gone is not made again empty, unless git says so and a second person agrees", async () => {
    await ask("cloudwatch-logs", "DeleteLogGroup", { logGroupName: `/ecs/${stack}/beat` });

    const refused = await form({ mode: "revert", confirm: "clinic-x" });
    expect(refused.conclusion).toBe("failure");
    expect(errorLines(refused)).toMatch(/BeatLogs would be made again empty.*allowDestruction/);

    const reason = "the logs of October were exported before they went";
    await merged({
      [file]: standardTenant("clinic-x", `allowDestruction:\n  - { resource: BeatLogs, reason: ${reason} }\n`),
    });
    const waiting = await form({ mode: "revert", confirm: "clinic-x" });
    expect(waiting.status).toBe("waiting");
    const { id } = stage.github.environment(stage.repository, "production-restore");
    const approval = { environment_ids: [id], state: "approved", comment: "looked at it" };
    await gitHub(
      `actions/runs/${waiting.id}/pending_deployments`,
      { method: "POST", body: JSON.stringify(approval) },
      "oscar",
    );
    await stage.runner.idle();

    const run = newest("drift");
    expect(run.conclusion, errorLines(run)).toBe("success");
    expect(done(run)).toContain("a second person approves reverting clinic-x: success");
    const { logGroups } = await ask<{ logGroups: readonly { logGroupName: string }[] }>(
      "cloudwatch-logs",
      "DescribeLogGroups",
      { logGroupNamePrefix: `/ecs/${stack}/beat` },
    );
    expect(logGroups).toHaveLength(1);
    expect(await issues()).toEqual([]);
  });
});

test("what is there is adopted by one pull request, and once that is merged nothing differs", async () => {
  const retain = (BackupRetentionPeriod: number): Promise<object> =>
    ask("rds", "ModifyDBInstance", { DBInstanceIdentifier: stack, BackupRetentionPeriod, ApplyImmediately: true });
  await retain(20);
  await stage.aws.world.clock.sleep(30 * 60_000);
  await night();
  expect(await issues()).toHaveLength(1);

  const first = await form({ mode: "adopt" });
  expect(first.conclusion, errorLines(first)).toBe("success");
  await retain(21);
  await stage.aws.world.clock.sleep(30 * 60_000);
  const second = await form({ mode: "adopt" });
  expect(second.conclusion, errorLines(second)).toBe("success");

  const pulls = await gitHub<readonly { number: number; head: { ref: string } }[]>("pulls?state=open");
  expect(pulls.map(({ head }) => head.ref)).toEqual(["adopt/clinic-x"]);
  const plan = newest("plan");
  expect(plan.conclusion, errorLines(plan)).toBe("success");
  await stage.github.as("alice", stage.repository).merge(pulls[0]?.number ?? 0);
  await stage.runner.idle();

  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
  expect(await stage.read(file)).toMatch(/backupRetentionDays: 21/);
  await night();
  expect(await issues()).toEqual([]);
}, 240_000);
