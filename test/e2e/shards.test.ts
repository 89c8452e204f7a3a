/**
 * A wave of more tenants than one job may have, through the committed workflows and bundles: jobs at the same time, each with its own
 * tenants and its slice of AWS's published limits, and one job that closes the wave.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage, tag } from "../bed/stage.ts";
import { runningServices } from "../bed/story.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const names = ["clinic-p", "clinic-q", "clinic-x", "clinic-y"];
const production = "infra/environments/production.yml";

let stage: Stage;
/** Waits for the first call of this kind that names the tenant. */
const called = (operation: string, tenant: string): Promise<void> =>
  new Promise((resolve) => {
    const stop = stage.aws.calls.watch((call) => {
      if (call.operation !== operation || !JSON.stringify(call.input).includes(tenant)) return;
      stop();
      resolve();
    });
  });

beforeAll(async () => {
  stage = await openStage({ speed: 100, tenants: [], limits: "published" });
  const environment = await stage.read(production);
  const alice = stage.github.as("alice", stage.repository);
  const pull = await alice.openPullRequest({
    title: "Four clinics, two a job",
    branch: "clinics",
    files: {
      [production]: environment
        .replace(/^( *)concurrency: .*$/m, "$1concurrency: 10\n$1tenantsPerJob: 2")
        .replace(/waves: \[.*\]/, "waves: [100]"),
      ...Object.fromEntries(names.map((name) => [`tenants/${name}.yml`, standardTenant(name)])),
    },
  });
  await stage.runner.idle();
  await alice.merge(pull);
  await stage.runner.idle();
}, 600_000);
afterAll(() => stage?.stop());

const newest = (workflow: string): RunView => newestRun(stage, workflow);

const jobsOf = (run: RunView): readonly string[] =>
  run.jobs.filter(({ name }) => name.startsWith("production")).map(({ name, conclusion }) => `${name}: ${conclusion}`);

const releasesOf = async (tenant: string): Promise<readonly string[]> =>
  (await runningServices(stage, tenant)).map((line) => /run (v\S+)/.exec(line)?.[1] ?? line);

async function raiseReleaseTo(release: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  const developer = stage.github.as("alice", stage.application);
  await developer.push({ branch: "main", message: release, files: { "CHANGES.md": `${release}\n`, ...files } });
  await tag(stage.github.repository(stage.application).dir, release);
  const alice = stage.github.as("alice", stage.repository);
  const environment = await stage.read(production);
  const pull = await alice.openPullRequest({
    ...{ title: `Release ${release}`, branch: `release-${release}` },
    files: { [production]: environment.replace(/^release: .*$/m, `release: ${release}`) },
  });
  await stage.runner.idle();
  await alice.merge(pull);
}

test("two jobs work on the wave at the same time on published limits, nobody fails for them, and one closes it", async () => {
  const run = newest("deploy");

  expect(run.conclusion, errorLines(run)).toBe("success");
  expect(jobsOf(run)).toEqual([
    "production / wave 1 of 1 / tenants 1 of 2: success",
    "production / wave 1 of 1 / tenants 2 of 2: success",
    "production / wave 1 of 1 / close the wave: success",
  ]);
  for (const name of names) expect(await releasesOf(name)).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  const [one, two] = run.jobs.filter(({ name }) => name.includes("tenants"));
  expect(two?.startedAt).toBeLessThan(one?.completedAt ?? 0);
  const summary = run.jobs.find(({ name }) => name.endsWith("close the wave"))?.summary;
  expect(summary).toContain("Wave 1 of 1 in production: settled");
  expect(summary).toContain("4 changed");
});

test("a tenant that crashes in one of them closes the gate in the end, and stops nobody else", async () => {
  behaves(stage.aws.world, { family: "clinic-q-production-django" }, { exitCode: 3, afterMs: 2_000, lines: ["boom"] });
  await raiseReleaseTo("v1.5.0");
  await stage.runner.idle();
  ecsControls(stage.aws.world).scripts.length = 0;
  const run = newest("deploy");

  expect(jobsOf(run)).toEqual([
    "production / wave 1 of 1 / tenants 1 of 2: success",
    "production / wave 1 of 1 / tenants 2 of 2: success",
    "production / wave 1 of 1 / close the wave: failure",
  ]);
  expect(errorLines(run)).toMatch(/^[^\n]*close the wave: [^\n]*clinic-q: [^\n]*exit code 3[^\n]*$/);
  expect(await releasesOf("clinic-q")).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
  for (const name of ["clinic-p", "clinic-x", "clinic-y"])
    expect(await releasesOf(name)).toEqual(["v1.5.0", "v1.5.0", "v1.5.0"]);
}, 600_000);

test("cancelled half-way and started again, each job has the same tenants, and nothing is done twice", async () => {
  // Tasks of the release's migration that were asked for; a stopped task itself is forgotten after an hour of the bed's time.
  const migrations = (): number => {
    const asked = stage.aws.calls.all().filter(({ operation, input }) => {
      return operation === "RunTask" && JSON.stringify(input).includes("mate-clinic-x-production-migrate");
    });
    return new Set(asked.map(({ input }) => (input as { readonly clientToken?: string }).clientToken)).size;
  };
  const earlier = migrations();
  const rolling = called("UpdateService", "clinic-x");
  await raiseReleaseTo("v1.6.0", { "mate/clinic/migrations/0009_wards.py": "# adds a column\n" });
  await rolling;
  stage.runner.cancel(newest("deploy").id);
  await stage.runner.idle();
  const lost = newest("deploy");
  expect(lost.conclusion).not.toBe("success");

  await stage.runner.rerun(lost.id, { jobs: "failed", actor: "alice" });
  await stage.runner.idle();
  const again = stage.runner.run(lost.id);

  expect(again.conclusion, errorLines(again)).toBe("success");
  for (const name of names) expect(await releasesOf(name)).toEqual(["v1.6.0", "v1.6.0", "v1.6.0"]);
  expect(migrations() - earlier).toBe(1);
}, 600_000);
