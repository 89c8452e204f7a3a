/** Pull requests, their comment and their check through the real adapters and a job's own token, against REST on the bed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitHubRepository, gitHubRepository } from "../../../actions/lib/adapters/github/client.ts";
import { mergedAlongside, mergedPullView } from "../../../actions/lib/adapters/github/merged-pull.ts";
import { planViewOf } from "../../../actions/lib/adapters/github/plan-view.ts";
import { gitHubPulls } from "../../../actions/lib/adapters/github/pulls.ts";
import type { PlanState } from "../../../actions/lib/domain/plan-view.ts";
import { planWriting as writing } from "../../../actions/lib/report/plan-writing.ts";
import { bedClock } from "../../bed/clock.ts";
import type { GitHubBed } from "../../bed/github/bed.ts";
import { aStage, clientOf, inside, NAME, REPO, refusal } from "../../bed/tests/github/stage.ts";

const links = { run: "https://run", summary: "https://run" };
const planWorkflow = `on:
  workflow_dispatch:
    inputs:
      pull-request: { required: true, type: number }
jobs: {}
`;

let bed: GitHubBed;
let github: GitHubRepository;
beforeAll(async () => {
  bed = await aStage({ clock: bedClock(50) });
  const { rest } = clientOf(bed, "alice");
  await rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: ".github/workflows/plan.yml",
    message: "plan",
    content: Buffer.from(planWorkflow).toString("base64"),
  });
  // Exactly the permissions of the job that deploys.
  const token = bed.jobToken(NAME, {
    ...{ contents: "read", pull_requests: "write", issues: "write", checks: "write", actions: "write" },
  });
  github = gitHubRepository({ apiUrl: bed.apiUrl, token, owner: REPO.owner, repository: REPO.repo });
});
afterAll(() => bed.close());

const pulls = () => {
  const clock = bedClock(50);
  const ours = { now: () => new Date(clock.now()), sleep: (milliseconds: number) => clock.sleep(milliseconds) };
  return gitHubPulls(github, { writing, clock: ours });
};

/** Opens a pull request that writes one file. */
async function proposed(branch: string, path: string, text: string): Promise<{ number: number; commit: string }> {
  const { rest } = clientOf(bed, "wendy");
  const { data: main } = await rest.git.getRef({ ...REPO, ref: "heads/main" });
  await rest.git.createRef({ ...REPO, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const { data: before } = await rest.repos
    .getContent({ ...REPO, path, ref: branch })
    .catch(() => ({ data: undefined }));
  const sha = before !== undefined && "sha" in before ? { sha: before.sha } : {};
  const content = Buffer.from(text).toString("base64");
  await rest.repos.createOrUpdateFileContents({ ...REPO, ...sha, path, branch, message: branch, content });
  const { data } = await rest.pulls.create({ ...REPO, title: branch, head: branch, base: "main" });
  return { number: data.number, commit: data.head.sha };
}

function shown(commit: string, state: PlanState) {
  return { commit, expected: ["hospital-a"], problems: [], unsettled: [], history: [], links, state };
}

async function checksOf(commit: string): Promise<readonly string[]> {
  const { data } = await clientOf(bed, "alice").rest.checks.listForRef({ ...REPO, ref: commit });
  return data.check_runs.map(({ name, conclusion }) => `${name}: ${conclusion}`);
}

test("open pull requests are listed with their heads, closed ones are not", async () => {
  const one = await proposed("list-one", "a.txt", "a");
  const gone = await proposed("list-gone", "b.txt", "b");
  await clientOf(bed, "wendy").rest.pulls.update({ ...REPO, pull_number: gone.number, state: "closed" });

  const open = await pulls().open();

  expect(open).toContainEqual({ number: one.number, commit: one.commit, fromFork: false, state: "open" });
  expect(open.map(({ number }) => number)).not.toContain(gone.number);
  expect(await pulls().find(gone.number)).toMatchObject({ state: "closed" });
  expect(await pulls().find(4711)).toBeUndefined();
});

test("a plan has one comment through its life, and a stale one takes the check's green away at once", async () => {
  const { number, commit } = await proposed("stale", "c.txt", "c");
  const view = pulls().view(number);
  const plan = { commit, tenants: 1, failures: [], plans: [] };

  await view.show(shown(commit, { state: "planning" }));
  expect(await checksOf(commit)).toEqual([]);
  await view.show({ ...shown(commit, { state: "planned" }), expected: [], plan });
  expect(await checksOf(commit)).toEqual(["plan: neutral"]);
  await view.show(shown(commit, { state: "stale", because: "#1 changed hospital-a" }));

  expect(await checksOf(commit)).toContain("plan: action_required");
  const { data } = await clientOf(bed, "alice").rest.issues.listComments({ ...REPO, issue_number: number });
  expect(data).toHaveLength(1);
  expect(data[0]?.body).toContain("changed hospital-a");
});

test("planning again starts plan.yml of the default branch with the number, by a job's own token", async () => {
  const { number } = await proposed("again", "d.txt", "d");

  expect(await pulls().planAgain(number)).toBe("started");

  const started = bed.events.all().findLast(({ name }) => name === "workflow_dispatch");
  expect(inside(started?.payload ?? {}, "inputs", "pull-request")).toBe(String(number));
  expect(inside(started?.payload ?? {}, "ref")).toBe("refs/heads/main");
});

test("one that conflicts with the branch it is for has nothing to plan", async () => {
  const first = await proposed("conflict-1", "e.txt", "one");
  const second = await proposed("conflict-2", "e.txt", "two");
  await clientOf(bed, "alice").rest.pulls.merge({ ...REPO, pull_number: first.number });

  expect(await pulls().planAgain(second.number)).toBe("conflict");
});

test("without the permission to start workflows it is an error, not silence", async () => {
  const { number } = await proposed("denied", "f.txt", "f");
  const token = bed.jobToken(NAME, { contents: "read", pull_requests: "write" });
  const weak = gitHubRepository({ apiUrl: bed.apiUrl, token, owner: REPO.owner, repository: REPO.repo });
  const clock = { now: () => new Date(), sleep: async () => {} };

  expect(await refusal(gitHubPulls(weak, { writing, clock }).planAgain(number))).toMatchObject({ status: 403 });
});

test("a commit that is the merge of a pull request shows its deployment there, another commit shows it nowhere", async () => {
  const { number, commit } = await proposed("merged", "g.txt", "g");
  const { data } = await clientOf(bed, "alice").rest.pulls.merge({ ...REPO, pull_number: number });

  expect(await mergedPullView(github, data.sha, writing)).toMatchObject({ pull: number });
  expect((await mergedPullView(github, commit, writing)).pull).toBeUndefined();
});

test("of pull requests that one push merged, those besides its last commit's are found", async () => {
  const { rest } = clientOf(bed, "alice");
  const { data: before } = await rest.git.getRef({ ...REPO, ref: "heads/main" });
  const group: { readonly number: number; readonly sha: string }[] = [];
  for (const branch of ["group-1", "group-2", "group-3"]) {
    const { number } = await proposed(branch, `${branch}.txt`, "x");
    const { data } = await rest.pulls.merge({ ...REPO, pull_number: number });
    group.push({ number, sha: data.sha });
  }
  const range = { before: before.object.sha, after: group.at(-1)?.sha ?? "" };

  const alongside = await mergedAlongside(github, range, writing);

  expect(new Set(alongside.map(({ pull }) => pull))).toEqual(new Set(group.slice(0, 2).map(({ number }) => number)));
  expect(await mergedAlongside(github, undefined, writing)).toEqual([]);
});

test("a merge group has its check on its own commit and no comment", async () => {
  const { data: main } = await clientOf(bed, "alice").rest.git.getRef({ ...REPO, ref: "heads/main" });
  const commit = main.object.sha;

  await planViewOf(github, { depth: "full", writing }).show(
    shown(commit, { state: "failed", during: "planning", because: "no cluster" }),
  );

  expect(await checksOf(commit)).toEqual(["plan: failure"]);
});
