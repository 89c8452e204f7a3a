/**
 * What GitHub does again, keeps waiting, and does not start by itself, through the committed workflows: none of it may take a hospital
 * back to what its file said once, or leave it at what its file does not say any more.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStage, type Stage } from "../bed/stage.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Stage;
let first = 0;
beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  await alice().merge(await propose("Add two clinics", withWorkers("clinic-x", 2), withWorkers("clinic-y", 2)));
  await stage.runner.idle();
  const run = newestRun(stage, "deploy");
  expect(run.conclusion, errorLines(run)).toBe("success");
  first = run.id;
}, 240_000);
afterAll(() => stage?.stop());

const alice = () => stage.github.as("alice", stage.repository);

function clinic(name: string, lines = ""): Readonly<Record<string, string>> {
  return { [`tenants/${name}.yml`]: standardTenant(name, lines) };
}

let proposed = 0;

async function propose(title: string, ...files: readonly Readonly<Record<string, string>>[]): Promise<number> {
  const wish = { title, branch: `change-${++proposed}`, files: Object.assign({}, ...files) as Record<string, string> };
  const pull = await alice().openPullRequest(wish);
  await stage.runner.idle();
  return pull;
}

const caller = { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} };

async function workers(tenant: string): Promise<number | undefined> {
  const { services } = await stage.aws.world.invoke<{ services: readonly { readonly runningCount: number }[] }>(
    "ecs",
    "DescribeServices",
    { cluster: "mate-production", services: [`mate-${tenant}-production-celery`] },
    { requestId: "test", caller },
  );
  return services[0]?.runningCount;
}

interface Check {
  readonly name: string;
  readonly conclusion: string;
}

/** Conclusions of the required check. */
async function checksOf(commit: string): Promise<readonly string[]> {
  const found = await gitHub<{ readonly check_runs: readonly Check[] }>(`/commits/${commit}/check-runs`);
  return found.check_runs.filter(({ name }) => name === "plan").map(({ conclusion }) => conclusion);
}

async function edited(pull: number, change: object): Promise<void> {
  await gitHub(`/pulls/${pull}`, { method: "PATCH", body: JSON.stringify(change) });
  await stage.runner.idle();
}

async function gitHub<T>(path: string, options: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${stage.github.tokenOf("alice")}` };
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}${path}`, { headers, ...options });
  return (await response.json()) as T;
}

const withWorkers = (tenant: string, count: number) => clinic(tenant, `services: { celery: { count: ${count} } }\n`);

describe("what GitHub does", { timeout: 240_000 }, () => {
  test("a deployment of last week that somebody starts again leaves the hospital what the branch says today", async () => {
    await alice().merge(await propose("Three workers", withWorkers("clinic-x", 3)));
    await stage.runner.idle();
    expect(await workers("clinic-x")).toBe(3);

    await stage.runner.rerun(first, { jobs: "all", actor: "alice" });
    await stage.runner.idle();

    const run = stage.runner.run(first);
    expect([run.attempt, run.conclusion], errorLines(run)).toEqual([2, "success"]);
    expect(await workers("clinic-x")).toBe(3);
  });

  test("a deployment of one hospital that comes third does not push out the merge that waits as second", async () => {
    const one = await propose("Four workers for X", withWorkers("clinic-x", 4));
    const two = await propose("Four workers for Y", withWorkers("clinic-y", 4));
    const { promise: queued, resolve, reject } = Promise.withResolvers<void>();
    // The first deployment is under way, with what the branch said when it began.
    const stop = stage.aws.calls.watch(({ operation }) => {
      if (operation !== "UpdateService") return;
      stop();
      alice()
        .merge(two)
        .then(() => alice().dispatch("deploy.yml", { tenant: "clinic-x" }))
        .then(resolve, reject);
    });
    await alice().merge(one);
    await queued;
    await stage.runner.idle();

    expect([await workers("clinic-x"), await workers("clinic-y")]).toEqual([4, 4]);
    const deployments = stage.runner.runs().filter(({ workflow }) => workflow === "deploy");
    expect(deployments.slice(-3).map(({ conclusion }) => conclusion)).toEqual(["success", "success", "success"]);
  });

  test("what was for another branch is planned when it is turned to this one, and has no green check before; a new title plans nothing", async () => {
    const { dir } = stage.github.repository(stage.repository);
    await promisify(execFile)("git", ["-C", dir, "branch", "next", "main"]);
    const files = withWorkers("clinic-y", 5);
    const wish = { title: "Five workers for Y", branch: "stacked", base: "next", files };
    const pull = await alice().openPullRequest(wish);
    await stage.runner.idle();
    const commit = stage.github.repository(stage.repository).issues.get(pull)?.pull?.headSha ?? "";
    expect(await checksOf(commit)).toEqual([]);

    await edited(pull, { base: "main" });
    expect(await checksOf(commit)).toEqual(["success"]);
    await edited(pull, { title: "Five workers for clinic Y" });
    const titled = newestRun(stage, "plan");

    expect(titled.jobs.map(({ conclusion }) => conclusion)).toEqual(["skipped", "skipped", "skipped"]);
    expect(await checksOf(commit)).toHaveLength(1);
  });
});
