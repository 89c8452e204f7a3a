/**
 * Each part broken on purpose, through the committed workflows and bundles: the run fails, its first lines say the cause, and the
 * tenant stays as it was or is taken up again.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage, tag } from "../bed/stage.ts";
import { runningServices } from "../bed/story.ts";
import { errorLines, errorsOf, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Stage;
const production = "infra/environments/production.yml";

beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  const pull = await propose("Add clinic X", { "tenants/clinic-x.yml": standardTenant("clinic-x") });
  await merge(pull);
  expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
}, 180_000);

afterAll(() => stage?.stop());

let proposed = 0;

/** Opens a pull request and waits for its plan. */
async function propose(title: string, files: Readonly<Record<string, string>>): Promise<number> {
  const alice = stage.github.as("alice", stage.repository);
  proposed += 1;
  const pull = await alice.openPullRequest({ title, branch: `change-${proposed}`, files });
  await stage.runner.idle();
  return pull;
}

async function merge(pull: number): Promise<void> {
  await stage.github.as("alice", stage.repository).merge(pull);
  await stage.runner.idle();
}

async function deployAgain(): Promise<void> {
  await stage.github.as("alice", stage.repository).dispatch("deploy.yml");
  await stage.runner.idle();
}

async function raiseReleaseTo(release: string, application: Readonly<Record<string, string>>): Promise<void> {
  const developer = stage.github.as("alice", stage.application);
  await developer.push({ branch: "main", message: release, files: { "CHANGES.md": `${release}\n`, ...application } });
  await tag(stage.github.repository(stage.application).dir, release);
  const environment = await stage.read(production);
  await merge(
    await propose(`Release ${release}`, { [production]: environment.replace(/^release: .*$/m, `release: ${release}`) }),
  );
}

const newest = (workflow: string): RunView => newestRun(stage, workflow);

async function releases(): Promise<readonly string[]> {
  return (await runningServices(stage, "clinic-x")).map((line) => /run (v\S+)/.exec(line)?.[1] ?? line);
}

function stackOperations(): readonly string[] {
  const mutating = ["ExecuteChangeSet", "UpdateService", "CreateService", "RunTask", "DeleteStack"];
  return stage.aws.calls.all().flatMap(({ operation }) => (mutating.includes(operation) ? [operation] : []));
}

describe("broken on purpose", () => {
  test("a tenant file with a wrong word fails the plan on its line, and nothing in AWS is called", async () => {
    stage.aws.calls.clear();
    await propose("Typo", { "tenants/clinic-x.yml": standardTenant("clinic-x").replace("standard", "standrad") });

    const run = newest("plan");
    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/^tenants\/clinic-x\.yml:3:7: .*standrad.*standard/);
    expect(stage.aws.calls.all()).toEqual([]);
  });

  test("a template with a wrong type fails the plan with CloudFormation's reason", async () => {
    stage.aws.calls.clear();
    const template = await stage.read("infra/tenant/tenant.yml");
    await propose("Broken template", {
      "infra/tenant/tenant.yml": template.replace("AWS::RDS::DBInstance", "AWS::RDS::DBInstanc"),
    });

    const run = newest("plan");
    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/clinic-x cannot be planned: .*AWS::RDS::DBInstanc/);
    expect(stackOperations()).toEqual([]);
  });

  test("a build that fails stops the deployment before anything is touched", async () => {
    const dockerfile = await dockerfileOf();
    stage.aws.calls.clear();
    await raiseReleaseTo("v1.5.0", { Dockerfile: `${dockerfile}\nRUN exit 7\n` });

    const run = newest("deploy");
    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/RUN exit 7/);
    expect(stackOperations()).toEqual([]);
    expect(await releases()).toEqual(["v1.4.0", "v1.4.0", "v1.4.0"]);
    await raiseReleaseTo("v1.5.1", { Dockerfile: dockerfile });
    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    expect(await releases()).toEqual(["v1.5.1", "v1.5.1", "v1.5.1"]);
  });

  test("a migration that fails leaves the services as they were; mended, the next deployment goes on", async () => {
    behaves(
      stage.aws.world,
      { family: "clinic-x-production-migrate" },
      { exitCode: 1, afterMs: 2_000, lines: ["django.db.utils.ProgrammingError: column wards.closed does not exist"] },
    );
    await raiseReleaseTo("v1.6.0", { "mate/clinic/migrations/0009_wards.py": "# adds a column\n" });

    const run = newest("deploy");
    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/^clinic-x: the migration to v1\.6\.0 failed: .*/);
    expect(run.jobs.map(({ summary }) => summary).join("\n")).toContain("column wards.closed does not exist");
    expect(await releases()).toEqual(["v1.5.1", "v1.5.1", "v1.5.1"]);

    behaves(stage.aws.world, { family: "clinic-x-production-migrate" }, {});
    await deployAgain();
    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    expect(await releases()).toEqual(["v1.6.0", "v1.6.0", "v1.6.0"]);
  });

  test("a release that crashes is rolled back, with reason and log", async () => {
    const crash = { service: "clinic-x-production-django" };
    behaves(stage.aws.world, crash, {
      exitCode: 3,
      afterMs: 3_000,
      lines: ["ModuleNotFoundError: No module named 'wards'"],
    });
    await raiseReleaseTo("v1.7.0", {});

    const run = newest("deploy");
    expect(run.conclusion).toBe("failure");
    expect(errorsOf(run)[0]).toMatch(/^clinic-x: django of the new release ends right after it starts: exit code 3/);
    expect(run.jobs.map(({ summary }) => summary).join("\n")).toContain("No module named 'wards'");
    behaves(stage.aws.world, crash, {});
    expect(await releases()).toEqual(["v1.6.0", "v1.6.0", "v1.6.0"]);
  });

  test("deployed again when mended, the second of two deployments changes nothing", async () => {
    await deployAgain();
    expect(newest("deploy").conclusion, errorLines(newest("deploy"))).toBe("success");
    expect(await releases()).toEqual(["v1.7.0", "v1.7.0", "v1.7.0"]);
    stage.aws.calls.clear();

    await deployAgain();

    expect(newest("deploy").conclusion).toBe("success");
    expect(stackOperations()).toEqual([]);
    expect(
      newest("deploy")
        .jobs.filter(({ conclusion }) => conclusion === "success")
        .map(({ key }) => key),
    ).toEqual(["changes", "conclude"]);
  });
});

async function dockerfileOf(): Promise<string> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.application}/contents/Dockerfile`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}`, accept: "application/vnd.github.raw+json" },
  });
  return await response.text();
}
