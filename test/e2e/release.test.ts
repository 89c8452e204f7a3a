/**
 * A new version of the application, through the committed workflows and bundles: the application's repository says so or a person fills in
 * the form, a pull request raises the release, its plan shows who moves in which wave, and its merge moves them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage, tag } from "../bed/stage.ts";
import { runningServices } from "../bed/story.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const production = "infra/environments/production.yml";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ speed: 250, tenants: [] });
  const alice = stage.github.as("alice", stage.repository);
  const environment = await stage.read(production);
  const pull = await alice.openPullRequest({
    title: "Three clinics",
    branch: "clinics",
    files: {
      [production]: environment
        .replace(/canaries: \[.*\]/, "canaries: [clinic-x]")
        .replace(/waves: \[.*\]/, "waves: [100]")
        .replace(/bakeMinutes: .*/, "bakeMinutes: 1"),
      "tenants/clinic-p.yml": standardTenant("clinic-p", "release: v1.4.0\n"),
      "tenants/clinic-x.yml": standardTenant("clinic-x"),
      "tenants/clinic-y.yml": standardTenant("clinic-y"),
    },
  });
  await stage.runner.idle();
  await alice.merge(pull);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
}, 600_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);

async function gitHub<T>(path: string, token: string, body?: object): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`GitHub answered ${response.status} for ${path}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string };
}

const openPulls = (): Promise<readonly Pull[]> => gitHub("pulls?state=open", stage.github.tokenOf("alice"));

async function planOf(pull: number): Promise<string> {
  const comments = await gitHub<readonly { readonly body: string }[]>(
    `issues/${pull}/comments`,
    stage.github.tokenOf("alice"),
  );
  return comments.find(({ body }) => body.includes("<!-- mate:plan -->"))?.body ?? "";
}

/** The application's own workflow tells the tenants' repository of a new version. */
async function announced(release: string): Promise<void> {
  await gitHub("dispatches", stage.github.tokenOf("alice"), {
    event_type: "mate-release",
    client_payload: { release, environment: "production" },
  });
  await stage.runner.idle();
}

async function publish(release: string): Promise<void> {
  const developer = stage.github.as("alice", stage.application);
  await developer.push({ branch: "main", message: release, files: { "CHANGES.md": `${release}\n` } });
  await tag(stage.github.repository(stage.application).dir, release);
}

const releasesOf = async (tenant: string): Promise<readonly string[]> => [
  ...new Set((await runningServices(stage, tenant)).map((line) => /run (v\S+)/.exec(line)?.[1] ?? line)),
];

async function merge(pull: number): Promise<void> {
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
}

describe("a release that the application's repository announces", () => {
  test("opens one pull request that raises it in the environment's file; who pins a release is named as staying", async () => {
    await publish("v1.5.0");
    await announced("v1.5.0");
    const pulls = await openPulls();

    expect(newest("release").conclusion, errorLines(newest("release"))).toBe("success");
    expect(pulls.map(({ title }) => title)).toEqual(["Release v1.5.0 to production"]);
    expect(pulls[0]?.body).toContain("clinic-p (v1.4.0)");
  });

  test("is planned: every tenant that moves, from which version to which, in which wave", async () => {
    const [pull] = await openPulls();
    const plan = await planOf(pull?.number ?? 0);

    expect(plan).toMatch(/\| 1 of 2 in production \| `v1\.4\.0` → `v1\.5\.0` \| 1 tenant: clinic-x \|/);
    expect(plan).toMatch(/\| 2 of 2 in production \| `v1\.4\.0` → `v1\.5\.0` \| 1 tenant: clinic-y \|/);
    expect(plan).not.toContain("clinic-p");
  });

  test("that is followed by a newer one before it is merged is the same pull request, planned again", async () => {
    const [before] = await openPulls();
    await publish("v1.5.1");
    await announced("v1.5.1");
    const pulls = await openPulls();

    expect(pulls.map(({ title, number }) => [title, number])).toEqual([
      ["Release v1.5.1 to production", before?.number],
    ]);
    expect(await planOf(pulls[0]?.number ?? 0)).toMatch(/1 of 2 in production \| `v1\.4\.0` → `v1\.5\.1`/);
  });

  test("moves them when it is merged, wave by wave, and nobody who pins a release", async () => {
    const [pull] = await openPulls();
    await merge(pull?.number ?? 0);

    expect(await releasesOf("clinic-x")).toEqual(["v1.5.1"]);
    expect(await releasesOf("clinic-y")).toEqual(["v1.5.1"]);
    expect(await releasesOf("clinic-p")).toEqual(["v1.4.0"]);
    const jobs = newest("deploy").jobs.filter(({ conclusion }) => conclusion === "success");
    expect(jobs.map(({ name }) => name).filter((name) => name.startsWith("production"))).toEqual([
      "production / wave 1 of 2 / tenants 1 of 1",
      "production / wave 2 of 2 / tenants 1 of 1",
    ]);
  });

  test("that is there already opens nothing", async () => {
    await announced("v1.5.1");

    expect(newest("release").conclusion).toBe("success");
    expect(await openPulls()).toEqual([]);
  });
});

describe("a release that is bad", () => {
  const revert = async (from: string, to: string): Promise<void> => {
    const environment = await stage.read(production);
    const pull = await stage.github.as("alice", stage.repository).openPullRequest({
      ...{ title: `Back to ${to}`, branch: `back-from-${from}` },
      files: { [production]: environment.replace(`release: ${from}`, `release: ${to}`) },
    });
    await stage.runner.idle();
    await merge(pull);
  };
  const issues = async (): Promise<readonly string[]> => {
    const open = await gitHub<readonly { readonly title: string; readonly pull_request?: object }[]>(
      "issues?state=open",
      stage.github.tokenOf("alice"),
    );
    return open.flatMap(({ title, pull_request }) => (pull_request === undefined ? [title] : []));
  };
  const announce = async (release: string): Promise<void> => {
    await publish(release);
    await stage.github.as("alice", stage.repository).dispatch("release.yml", { release, environment: "production" });
    await stage.runner.idle();
    const [pull] = await openPulls();
    stage.aws.calls.clear();
    await stage.github.as("alice", stage.repository).merge(pull?.number ?? 0);
    await stage.runner.idle();
    ecsControls(stage.aws.world).scripts.length = 0;
  };
  const crashing = (tenant: string): void =>
    behaves(
      stage.aws.world,
      { family: `${tenant}-production-django` },
      { exitCode: 3, afterMs: 2_000, lines: ["ImportError: no module named wards"] },
    );

  test("in the canary is reported with its reason and last log lines, and nobody else is touched", async () => {
    crashing("clinic-x");
    await announce("v1.6.0");
    const run = newest("deploy");

    expect(run.conclusion).toBe("failure");
    expect(run.jobs.map(({ summary }) => summary).join("\n")).toContain("ImportError: no module named wards");
    expect(errorLines(run)).toMatch(/clinic-x: .*exit code 3/);
    expect(await releasesOf("clinic-x")).toEqual(["v1.5.1"]);
    expect(await releasesOf("clinic-y")).toEqual(["v1.5.1"]);
    const changing = /^(Create|Update|Register|Run|Stop|Execute|Put|Delete)/;
    const others = stage.aws.calls
      .all()
      .filter(({ service, operation }) => service !== "s3" && changing.test(operation))
      .filter(({ input }) => /mate-clinic-[py]-production/.test(JSON.stringify(input)));
    expect(others.map(({ operation, input }) => `${operation} ${JSON.stringify(input)}`)).toEqual([]);
    expect(await issues()).toEqual([expect.stringContaining("clinic-x")]);
    await revert("v1.6.0", "v1.5.1");
    expect(await issues()).toEqual([]);
  });

  test("in a later wave is taken back everywhere by taking back its pull request: the wave that had it goes back", async () => {
    crashing("clinic-y");
    await announce("v1.7.0");
    expect(newest("deploy").conclusion).toBe("failure");
    expect(await releasesOf("clinic-x")).toEqual(["v1.7.0"]);
    expect(await releasesOf("clinic-y")).toEqual(["v1.5.1"]);

    await revert("v1.7.0", "v1.5.1");
    expect(await releasesOf("clinic-x")).toEqual(["v1.5.1"]);
    expect(await releasesOf("clinic-y")).toEqual(["v1.5.1"]);
    expect(await issues()).toEqual([]);
  });
});

describe("a release from the form", () => {
  test("for one tenant raises its pin, and moves that tenant only", async () => {
    await stage.github.as("alice", stage.repository).dispatch("release.yml", { release: "v1.5.0", tenant: "clinic-p" });
    await stage.runner.idle();
    const [pull] = await openPulls();
    expect(newest("release").conclusion, errorLines(newest("release"))).toBe("success");
    expect(pull?.head.ref).toBe("release/tenant-clinic-p");
    expect(await planOf(pull?.number ?? 0)).toContain("clinic-p");
    await merge(pull?.number ?? 0);

    expect(await releasesOf("clinic-p")).toEqual(["v1.5.0"]);
    expect(await releasesOf("clinic-x")).toEqual(["v1.5.1"]);
    expect(await stage.read("tenants/clinic-p.yml")).toMatch(/^release: v1\.5\.0$/m);
  });

  test("for a tenant that is not there fails with the nearest name", async () => {
    await stage.github.as("alice", stage.repository).dispatch("release.yml", { release: "v1.6.0", tenant: "clinic-z" });
    await stage.runner.idle();

    expect(newest("release").conclusion).toBe("failure");
    expect(errorLines(newest("release"))).toMatch(/there is no tenant clinic-z; did you mean clinic-[pxy]\?/);
  });
});
