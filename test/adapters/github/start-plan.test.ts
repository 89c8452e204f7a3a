/** Plans of what a job's own token pushed: GitHub merges it for a try only once it is asked. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitHubRepository, gitHubRepository } from "../../../actions/lib/adapters/github/client.ts";
import { gitHubProposals } from "../../../actions/lib/adapters/github/proposals.ts";
import { gitHubRecording } from "../../../actions/lib/adapters/github/recording.ts";
import { bedClock } from "../../bed/clock.ts";
import type { GitHubBed } from "../../bed/github/bed.ts";
import { aStage, clientOf, NAME, REPO } from "../../bed/tests/github/stage.ts";
import { standardTenant } from "../../fixtures/tenants/repository.ts";

let bed: GitHubBed;
let github: GitHubRepository;
beforeAll(async () => {
  bed = await aStage({ clock: bedClock(50) });
  const files = {
    ".github/workflows/plan.yml":
      "on:\n  workflow_dispatch:\n    inputs:\n      pull-request: { required: true, type: number }\njobs: {}\n",
    "tenants/clinic-x.yml": standardTenant("clinic-x"),
  };
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text).toString("base64");
    await clientOf(bed, "alice").rest.repos.createOrUpdateFileContents({ ...REPO, path, message: path, content });
  }
  // Exactly the permissions of the jobs that write into git.
  const token = bed.jobToken(NAME, { contents: "write", pull_requests: "write", actions: "write" });
  github = gitHubRepository({ apiUrl: bed.apiUrl, token, owner: REPO.owner, repository: REPO.repo });
});
afterAll(() => bed.close());

/** What `refs/pull/N/merge` brings in, as a run that was dispatched by now would fetch it. */
function merged(pull: number): string {
  const { dir } = bed.repository(NAME);
  return execFileSync("git", ["-C", dir, "rev-parse", `refs/pull/${pull}/merge^2`], { encoding: "utf8" }).trim();
}

const headOf = (pull: number): string | undefined => bed.repository(NAME).issues.get(pull)?.pull?.headSha;

test("when the plan of a proposal starts, GitHub has merged it, also after it was changed", async () => {
  const proposals = gitHubProposals(github, { plan: "started" });
  const wish = (text: string) => ({
    ...{ branch: "provision/clinic-y", title: "Add clinic Y", body: "" },
    files: { "tenants/clinic-y.yml": text },
  });

  const { number } = await proposals.propose(wish(standardTenant("clinic-y")));
  expect(merged(number)).toBe(headOf(number));
  await proposals.propose(wish(standardTenant("clinic-y", "monthlyBudgetUsd: 300\n")));

  expect(merged(number)).toBe(headOf(number));
});

test("when the plan of a recorded command starts, GitHub has merged it", async () => {
  const recorded = await gitHubRecording(github).record({
    ...{ tenant: "clinic-x", file: "tenants/clinic-x.yml", pull: 1, title: "clinic-x: celery 1 → 2", body: "" },
    change: { what: "count", service: "celery", count: { min: 2, max: 2 } },
  });

  if (recorded.where !== "pull request") throw new Error(`it was recorded ${recorded.where}`);
  expect(merged(recorded.number)).toBe(headOf(recorded.number));
});

test.for([
  ["the commit", { method: "PUT", path: /\/contents\// }],
  ["the pull request", { method: "POST", path: /\/pulls$/ }],
] as const)("a command is recorded once although the answer about %s is lost", async ([what, call]) => {
  const tenant = what === "the commit" ? "clinic-v" : "clinic-w";
  const file = `tenants/${tenant}.yml`;
  const content = Buffer.from(standardTenant(tenant)).toString("base64");
  await clientOf(bed, "alice").rest.repos.createOrUpdateFileContents({ ...REPO, path: file, message: file, content });
  const gone = bed.faults.add({ effect: { kind: "reset", when: "after" }, ...call, calls: [1] });

  const recorded = await gitHubRecording(github).record({
    ...{ tenant, file, pull: 1, title: `${tenant}: celery 1 → 2`, body: "" },
    change: { what: "count", service: "celery", count: { min: 2, max: 2 } },
  });
  gone();

  expect(recorded).toMatchObject({ where: "pull request" });
  const pulls = [...bed.repository(NAME).issues.values()].filter(({ title }) => title.startsWith(tenant));
  expect(pulls).toHaveLength(1);
});

test("what a command changed merges by itself also where merge commits are not allowed", async () => {
  const tenant = "clinic-u";
  const file = `tenants/${tenant}.yml`;
  const content = Buffer.from(standardTenant(tenant)).toString("base64");
  await clientOf(bed, "alice").rest.repos.createOrUpdateFileContents({ ...REPO, path: file, message: file, content });
  Object.assign(bed.repository(NAME).settings, { allowAutoMerge: true, allowMergeCommit: false });
  bed.protect(NAME, "main", { requiredChecks: ["plan"] });

  const recorded = await gitHubRecording(github).record({
    ...{ tenant, file, pull: 1, title: `${tenant}: celery 1 → 2`, body: "" },
    change: { what: "count", service: "celery", count: { min: 2, max: 2 } },
  });

  expect(recorded).toMatchObject({ where: "pull request", merge: "automatic" });
});
