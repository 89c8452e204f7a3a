import { expect, test } from "vitest";
import { rehearse } from "./rehearsal.ts";

const JOBS = "jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n";

async function startedBy(on: string, act: (host: ReturnType<typeof rehearse>["host"]) => void): Promise<number> {
  const { host, runner } = rehearse({ ".github/workflows/w.yml": `on: ${on}\n${JOBS}` });
  act(host);
  await runner.idle();
  return runner.runs().length;
}

const issueComment = { action: "created", issue: { number: 1, title: "x" }, comment: { body: "/status" } };

test.for<[string, string, string, number]>([
  ["{ push: { branches: [main] } }", "main", "a.txt", 1],
  ["{ push: { branches: [main] } }", "other", "a.txt", 0],
  ["{ push: { branches-ignore: [main] } }", "main", "a.txt", 0],
  ["{ push: { branches: ['release/**', '!release/old'] } }", "release/old", "a.txt", 0],
  ["{ push: { paths: ['tenants/**'] } }", "main", "tenants/a.yml", 1],
  ["{ push: { paths: ['tenants/**'] } }", "main", "docs/a.md", 0],
  ["{ push: { paths-ignore: ['docs/**'] } }", "main", "docs/a.md", 0],
  ["{ push: { tags: ['v*'] } }", "main", "a.txt", 0],
  ["[push, pull_request]", "main", "a.txt", 1],
  ["pull_request", "main", "a.txt", 0],
])("on: %s, a push to %s of %s starts %i", async ([on, branch, path, count]) => {
  expect(await startedBy(on, (host) => host.push(branch, { [path]: "x" }))).toBe(count);
});

test.for<[string, string, number]>([
  ["pull_request", "opened", 1],
  ["pull_request", "closed", 0],
  ["{ pull_request: { types: [closed] } }", "closed", 1],
  ["{ pull_request: { branches: [main], paths: ['tenants/*.yml'] } }", "synchronize", 1],
  ["{ pull_request: { branches: [release] } }", "opened", 0],
  ["{ pull_request: { paths: ['infra/**'] } }", "opened", 0],
])("on: %s, a pull request that is %s starts %i", async ([on, action, count]) => {
  expect(await startedBy(on, (host) => void host.pull("topic", { "tenants/a.yml": "x" }, { action }))).toBe(count);
});

test.for<[string, string, { readonly [key: string]: string }, number]>([
  ["{ repository_dispatch: { types: [release] } }", "repository_dispatch", { action: "release" }, 1],
  ["{ repository_dispatch: { types: [release] } }", "repository_dispatch", { action: "other" }, 0],
  ["{ issue_comment: { types: [created] } }", "issue_comment", { action: "edited" }, 0],
])("on: %s, %s %j starts %i", async ([on, name, payload, count]) => {
  expect(await startedBy(on, (host) => host.emit(name, payload))).toBe(count);
});

test("a comment runs the default branch's file, whatever a pull request changed in it", async () => {
  const { host, runner } = rehearse({ ".github/workflows/c.yml": `on: issue_comment\nname: trusted\n${JOBS}` });
  host.pull("evil", { ".github/workflows/c.yml": `on: issue_comment\nname: evil\n${JOBS}` });
  host.emit("issue_comment", issueComment);
  await runner.idle();

  expect(runner.runs().map(({ workflow, ref, event }) => [workflow, ref, event.name])).toEqual([
    ["trusted", "refs/heads/main", "issue_comment"],
  ]);
});

test("a schedule starts the workflow that has this cron, on the default branch", async () => {
  const { runner, host } = rehearse({
    ".github/workflows/s.yml": `on: { schedule: [{ cron: '0 3 * * *' }] }\n${JOBS}`,
  });
  await runner.schedule({ repository: host.name, cron: "0 3 * * *" });
  await runner.schedule({ repository: host.name, cron: "0 4 * * *" });
  await runner.idle();

  expect(runner.runs().map(({ ref }) => ref)).toEqual(["refs/heads/main"]);
});

test("a merge group runs on its own commit", async () => {
  const { host, runner } = rehearse({ ".github/workflows/m.yml": `on: merge_group\n${JOBS}` });
  const sha = host.commit("gh-readonly-queue/main/pr-7", { "a.txt": "x" });
  const group = {
    head_sha: sha,
    head_ref: "refs/heads/gh-readonly-queue/main/pr-7",
    base_ref: "refs/heads/main",
    base_sha: host.git("rev-parse", "main"),
  };
  host.emit("merge_group", { action: "checks_requested", merge_group: group });
  await runner.idle();

  expect(runner.runs()).toMatchObject([{ sha, conclusion: "success" }]);
});

test("a commit that says [skip ci] starts nothing", async () => {
  expect(await startedBy("push", (host) => host.push("main", { "a.txt": "x" }, "docs [skip ci]"))).toBe(0);
});

test("an invalid workflow file gives a failed run that names line and reason", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n",
  });
  host.push("main", { "a.txt": "x" });
  await runner.idle();

  expect(runner.runs()).toMatchObject([{ conclusion: "startup_failure" }]);
  expect(runner.runs()[0]?.problem).toContain(".github/workflows/w.yml (Line: 5): Unexpected value 'stepz'");
});
