/** GitHub shows and never decides: while it fails, the waves go on as the health of their tenants lets them, and the run says in the end what was not told. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import type { RunView } from "../bed/runner/host.ts";
import { openStage, type Stage, tag } from "../bed/stage.ts";
import { runningServices } from "../bed/story.ts";
import { errorLines, newestRun } from "../fixtures/stage-runs.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const production = "infra/environments/production.yml";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ speed: 300, tenants: [] });
  const environment = await stage.read(production);
  // Clinic B is the canary, a wave of its own, and may fail.
  await merge("Two clinics", {
    [production]: environment.replace(/failureBudget: .*$/m, "failureBudget: { count: 1, mode: soft }"),
    "tenants/clinic-b.yml": standardTenant("clinic-b"),
    "tenants/clinic-x.yml": standardTenant("clinic-x"),
  });
  expect(newest().conclusion, errorLines(newest())).toBe("success");
}, 240_000);
afterAll(() => stage?.stop());

const newest = (): RunView => newestRun(stage, "deploy");

async function merge(title: string, files: Readonly<Record<string, string>>): Promise<void> {
  const alice = stage.github.as("alice", stage.repository);
  const branch = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const pull = await alice.openPullRequest({ title, branch, files });
  await stage.runner.idle();
  await alice.merge(pull);
  await stage.runner.idle();
}

test("the issue of a canary that may fail cannot be opened: the next wave rolls all the same, and the run ends red and says why", async () => {
  const developer = stage.github.as("alice", stage.application);
  await developer.push({ branch: "main", message: "v1.5.0", files: { "CHANGES.md": "v1.5.0\n" } });
  await tag(stage.github.repository(stage.application).dir, "v1.5.0");
  behaves(stage.aws.world, { family: "clinic-b-production-django" }, { exitCode: 3, afterMs: 2_000, lines: ["boom"] });
  const well = stage.github.faults.add({
    ...{ method: "POST", path: /^\/repos\/[^/]+\/[^/]+\/issues$/ },
    effect: { kind: "status", status: 502 },
  });
  const environment = await stage.read(production);
  await merge("Release v1.5.0", { [production]: environment.replace(/^release: .*$/m, "release: v1.5.0") });
  well();
  ecsControls(stage.aws.world).scripts.length = 0;

  const run = newest();
  for (const line of await runningServices(stage, "clinic-x")) expect(line).toContain("v1.5.0");
  expect(run.jobs.filter(({ conclusion }) => conclusion === "failure").map(({ name }) => name)).toEqual([
    "say how it ended",
  ]);
  expect(errorLines(run)).toMatch(
    /^say how it ended: clinic-b: it is not settled, and its issue does not say so: .*HttpError/m,
  );
  expect(run.conclusion).toBe("failure");
}, 240_000);
