/**
 * A deployment that somebody cancels in the middle, through the committed workflows: what GitHub shows afterwards is what happened, and
 * the next deployment takes up what was begun.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage } from "../bed/stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Stage;
let pull = 0;
beforeAll(async () => {
  stage = await openStage({ speed: 200, tenants: [] });
  pull = await stage.github.as("alice", stage.repository).openPullRequest({
    title: "Add clinic X",
    branch: "add",
    files: { "tenants/clinic-x.yml": standardTenant("clinic-x") },
  });
  await stage.runner.idle();
}, 120_000);
afterAll(() => stage?.stop());

function newest(): RunView {
  const run = stage.runner.runs().findLast(({ workflow }) => workflow === "deploy");
  if (run === undefined) throw new Error("nothing was deployed");
  return run;
}

async function gitHub<T>(path: string): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}${path}`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  return (await response.json()) as T;
}

/** What GitHub says of the tenant's deployments, oldest first: the last state of each. */
async function deployments(): Promise<readonly string[]> {
  const { deployments: all } = stage.github.repository(stage.repository);
  return [...all.values()]
    .filter(({ environment }) => environment === "clinic-x-production")
    .map(({ statuses }) => statuses.at(-1)?.state ?? "none");
}

async function openIssues(): Promise<readonly { readonly title: string; readonly body: string }[]> {
  const all = await gitHub<readonly { title: string; body: string; pull_request?: object }[]>("/issues?state=open");
  return all.filter(({ pull_request }) => pull_request === undefined);
}

async function comment(): Promise<string> {
  const comments = await gitHub<readonly { readonly body: string }[]>(`/issues/${pull}/comments`);
  expect(comments).toHaveLength(1);
  return comments[0]?.body ?? "";
}

async function journal(): Promise<readonly Record<string, unknown>[]> {
  const call = {
    requestId: "test",
    caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/auditor", tags: {} },
  };
  const { invoke } = stage.aws.world;
  const s3 = <T>(operation: string, input: object): Promise<T> =>
    invoke.call(stage.aws.world, "s3", operation, input, call) as Promise<T>;
  const { Buckets } = await s3<{ Buckets: readonly { Name: string }[] }>("ListBuckets", {});
  const entries: Record<string, unknown>[] = [];
  for (const { Name: Bucket } of Buckets) {
    const { Contents = [] } = await s3<{ Contents?: readonly { Key: string }[] }>("ListObjectsV2", {
      Bucket,
      Prefix: "journal/",
    });
    for (const { Key } of Contents) {
      const { Body } = await s3<{ Body: Uint8Array }>("GetObject", { Bucket, Key });
      entries.push(JSON.parse(Buffer.from(Body).toString("utf8")) as Record<string, unknown>);
    }
  }
  return entries;
}

test("cancelled while its stack is being made, a deployment says so everywhere: run, comment, deployment, issue, journal", async () => {
  const stop = stage.aws.calls.watch(({ operation }) => {
    if (operation === "ExecuteChangeSet") stage.runner.cancel(newest().id);
  });
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
  stop();

  expect(newest().conclusion).toBe("cancelled");
  expect(await deployments()).toEqual(["error"]);
  expect(await comment()).toMatch(/Deployment stopped/);
  const [issue, ...others] = await openIssues();
  expect(others).toEqual([]);
  expect(issue?.title).toContain("clinic-x");
  expect(issue?.body).toContain("run-lost");
  expect(issue?.body).toContain("/retry clinic-x");
  expect(await journal()).toMatchObject([
    {
      ...{ verb: "deploy", tenant: "clinic-x", environment: "production", actor: "alice", pull, outcome: "failed" },
      ...{ reason: `merge of #${pull}`, run: expect.stringContaining("/actions/runs/") },
      stages: [{ outcome: "failed", reasonCode: "run-lost" }],
    },
  ]);
});

test("the next deployment takes up what AWS went on with, and what GitHub shows is true again", async () => {
  await stage.github.as("alice", stage.repository).dispatch("deploy.yml");
  await stage.runner.idle();

  expect(newest().conclusion).toBe("success");
  expect((await deployments()).at(-1)).toBe("success");
  expect(await openIssues()).toEqual([]);
  const entries = await journal();
  expect(entries).toHaveLength(2);
  const last = entries.find(({ outcome }) => outcome !== "failed");
  const stages = last?.stages as readonly { stage: string; startedAt: string; calls?: readonly object[] }[];
  expect(stages.map(({ stage: name }) => name)).toEqual(expect.arrayContaining(["apply", "migrate", "roll"]));
  const calls = stages.flatMap((one) => one.calls ?? []);
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls)
    expect(call).toMatchObject({
      at: expect.stringMatching(/^\d{4}-/),
      operation: expect.any(String),
      requestId: expect.any(String),
    });
});
