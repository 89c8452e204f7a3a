/**
 * One release for two environments, each in an AWS account of its own: built for staging, then promoted to production by the next pull
 * request, as the very images that ran in staging. What happens in one account leaves the other as it is.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { openStage, type Stage, tag } from "../bed/stage.ts";
import { headOfPlan, runningServices } from "../bed/story.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const cells = {
  staging: { environment: "staging", account: "210987654321" },
  production: { environment: "production", account: "123456789012" },
} as const;
type Cell = keyof typeof cells;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    speed: 250,
    tenants: [],
    environments: ["staging", "production"],
    releasesFrom: { production: "staging" },
  });
  await merge(await change("A clinic for rehearsals", { "tenants/rehearsal.yml": rehearsal() }));
  await merge(
    await change("A clinic, and a larger budget", {
      "tenants/clinic-x.yml": standardTenant("clinic-x"),
      "tenants/rehearsal.yml": rehearsal("monthlyBudgetUsd: 400\n"),
      "infra/environments/production.yml": (await stage.read("infra/environments/production.yml"))
        .replace(/waves: \[.*\]/, "waves: [100]")
        .replace(/bakeMinutes: .*/, "bakeMinutes: 1"),
    }),
  );
}, 600_000);
afterAll(() => stage?.stop());

function rehearsal(more = ""): string {
  return standardTenant("rehearsal", more).replace("environment: production", "environment: staging");
}

async function change(title: string, files: Readonly<Record<string, string>>): Promise<number> {
  const alice = stage.github.as("alice", stage.repository);
  const pull = await alice.openPullRequest({ title, branch: title.toLowerCase().replaceAll(/\W+/g, "-"), files });
  await stage.runner.idle();
  return pull;
}

async function merge(pull: number): Promise<void> {
  stage.aws.calls.clear();
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
  const run = newestRun(stage, "deploy");
  expect(run.conclusion, errorLines(run)).toBe("success");
}

async function publish(release: string): Promise<void> {
  const developer = stage.github.as("alice", stage.application);
  await developer.push({ branch: "main", message: release, files: { "CHANGES.md": `${release}\n` } });
  await tag(stage.github.repository(stage.application).dir, release);
}

/** Has the release proposed to an environment, and says which pull request it is. */
async function propose(release: string, environment: Cell): Promise<number> {
  await stage.github.as("alice", stage.repository).dispatch("release.yml", { release, environment });
  await stage.runner.idle();
  const run = newestRun(stage, "release");
  expect(run.conclusion, errorLines(run)).toBe("success");
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/pulls?state=open`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  const pulls = (await response.json()) as readonly { readonly number: number; readonly title: string }[];
  expect(pulls.map(({ title }) => title)).toEqual([`Release ${release} to ${environment}`]);
  return pulls[0]?.number ?? 0;
}

const runs = (tenant: string, cell: Cell): Promise<readonly string[]> => runningServices(stage, tenant, cells[cell]);

/** Service → digest of a release's image, in an environment's registry. */
async function digests(release: string, cell: Cell): Promise<Readonly<Record<string, string | undefined>>> {
  const { account } = cells[cell];
  const caller = { account, region: "us-east-1", arn: `arn:aws:iam::${account}:user/test`, tags: {} };
  const found = ["django", "celery", "beat"].map(async (service) => {
    const { images } = await stage.aws.world.invoke<{ images: readonly { imageId: { imageDigest: string } }[] }>(
      "ecr",
      "BatchGetImage",
      { repositoryName: `mate/${service}`, imageIds: [{ imageTag: release }] },
      { requestId: "test", caller },
    );
    return [service, images[0]?.imageId.imageDigest] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** Accounts in which something was changed. */
function changed(): ReadonlySet<string> {
  const writes = stage.aws.calls
    .all()
    .filter(({ operation }) => /^(Create|Update|Delete|Execute|Register|Run|Put|Upload)/.test(operation));
  return new Set(writes.map(({ account }) => account));
}

const releaseOf = async (tenant: string, cell: Cell): Promise<readonly string[]> =>
  (await runs(tenant, cell)).map((line) => / run (v\S+) /.exec(line)?.[1] ?? line);

test("one merge deploys to both, side by side, each through the roles of its own account", async () => {
  expect(await releaseOf("rehearsal", "staging")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  expect(await releaseOf("clinic-x", "production")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  expect(changed()).toEqual(new Set(["123456789012", "210987654321"]));
  const foreign = stage.aws.calls.all().filter(({ service, account, input }) => {
    // A role is asked for without credentials, so in nobody's account.
    if (service === "sts") return false;
    const other = account === "123456789012" ? "staging" : "production";
    return new RegExp(`mate-(?:[a-z-]+-)?${other}\\b`).test(JSON.stringify(input));
  });
  expect(foreign.map(({ account, operation }) => `${operation} in ${account}`)).toEqual([]);
});

test("a release is first proposed to staging, and its merge changes nothing in production's account", async () => {
  await publish("v1.5.0");
  const pull = await propose("v1.5.0", "staging");
  expect((await headOfPlan(stage, pull))[0]).toBe("Plan: rehearsal is changing, v1.4.0 → v1.5.0");

  await merge(pull);

  expect(await releaseOf("rehearsal", "staging")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
  expect(await releaseOf("clinic-x", "production")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  expect(changed()).toEqual(new Set(["210987654321"]));
});

test("promoting it brings the very images of staging to production, and leaves staging as it is", async () => {
  const pull = await propose("v1.5.0", "production");
  expect((await headOfPlan(stage, pull))[0]).toBe("Plan: clinic-x is changing, v1.4.0 → v1.5.0");

  await merge(pull);

  expect(await releaseOf("clinic-x", "production")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
  expect(changed()).toEqual(new Set(["123456789012"]));
  expect(await digests("v1.5.0", "production")).toEqual(await digests("v1.5.0", "staging"));
  const built = newestRun(stage, "deploy").jobs.find(({ name }) => name === "build v1.5.0 for production");
  expect(built?.log).toContain("v1.5.0 is what staging runs");
  // Nothing was pushed: ECR itself copied the images when staging built them.
  const written = stage.aws.calls
    .all()
    .filter(({ service, operation }) => service === "ecr" && /^(Put|.*Upload)/.test(operation));
  expect(written).toEqual([]);
});

test("a release that staging never had cannot be planned for production, and the plan says what comes first", async () => {
  await publish("v1.5.1");
  const pull = await propose("v1.5.1", "production");

  expect((await headOfPlan(stage, pull))[0]).toBe("Plan: 1 tenant could not be planned");
  const plan = newestRun(stage, "plan");
  expect(plan.conclusion).toBe("failure");
  expect(errorLines(plan)).toContain("release v1.5.1 to staging first");
  await stage.github.as("alice", stage.repository).close(pull);
});

test("a release that fails in staging is not in the way of production", async () => {
  await publish("v1.6.0");
  const pull = await propose("v1.6.0", "staging");
  behaves(
    stage.aws.world,
    { family: "rehearsal-staging-django" },
    { exitCode: 3, afterMs: 2_000, lines: ["ImportError: no module named wards"] },
  );
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
  const failed = newestRun(stage, "deploy");
  expect(failed.conclusion).toBe("failure");
  expect(errorLines(failed)).toMatch(/rehearsal: .*exit code 3/);
  expect(await releaseOf("rehearsal", "staging")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);

  const clinic = { "tenants/clinic-x.yml": standardTenant("clinic-x", "monthlyBudgetUsd: 400\n") };
  const other = await change("A larger budget", clinic);
  await stage.github.as("alice", stage.repository).merge(other);
  await stage.runner.idle();
  const run = newestRun(stage, "deploy");

  // Staging is tried again and fails again; production went on beside it.
  expect(run.jobs.filter(({ name }) => /^production .*tenants/.test(name)).map(({ conclusion }) => conclusion)).toEqual(
    ["success"],
  );
  expect(await releaseOf("clinic-x", "production")).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
});
