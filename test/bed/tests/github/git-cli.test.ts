import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, clientOf, gitCli, inside, NAME, REPO, remote, TENANT } from "./stage.ts";

let bed: GitHubBed;
let folder: string;
let clone: string;
beforeAll(async () => {
  bed = await aStage();
  folder = await mkdtemp(join(tmpdir(), "github-bed-test-"));
  clone = join(folder, "mate");
  await gitCli(folder, "clone", "--quiet", remote(bed, bed.tokenOf("wendy")), "mate");
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true, force: true });
});

async function commit(files: Readonly<Record<string, string>>, message: string): Promise<string> {
  for (const [path, content] of Object.entries(files)) await writeFile(join(clone, path), content);
  await gitCli(clone, "add", "--all");
  await gitCli(clone, "commit", "--quiet", "-m", message);
  return gitCli(clone, "rev-parse", "HEAD");
}

test("a clone holds what the repository holds", async () => {
  expect(await readFile(join(clone, "tenants/hospital-a.yml"), "utf8")).toBe(TENANT);
});

test("a push makes a push event and a branch a pull request can be opened from", async () => {
  await gitCli(clone, "switch", "--quiet", "-c", "more", "origin/main");
  const sha = await commit({ "tenants/hospital-b.yml": "name: hospital-b\n" }, "Add hospital-b");
  await gitCli(clone, "push", "--quiet", "origin", "more");

  const event = bed.events.all().at(-1);
  expect(event).toMatchObject({ name: "push", ref: "refs/heads/more", sha, actor: "wendy", startsWorkflows: true });
  expect(inside(event?.payload ?? {}, "created")).toBe(true);
  expect(inside(event?.payload ?? {}, "commits", "0", "added")).toEqual(["tenants/hospital-b.yml"]);
  const { data } = await clientOf(bed, "wendy").rest.pulls.create({ ...REPO, title: "B", head: "more", base: "main" });
  expect(data.head.sha).toBe(sha);
});

test("the head and the merge commit of a pull request can be fetched by their refs", async () => {
  await gitCli(clone, "fetch", "--quiet", "origin", "refs/pull/1/head:pr-head", "refs/pull/1/merge:pr-merge");
  expect(await gitCli(clone, "rev-parse", "pr-merge^2")).toBe(await gitCli(clone, "rev-parse", "pr-head"));
  expect(await gitCli(clone, "rev-parse", "pr-merge^1")).toBe(await gitCli(clone, "rev-parse", "origin/main"));
});

test("nobody pushes to refs of pull requests", async () => {
  const push = gitCli(clone, "push", "--quiet", "origin", "HEAD:refs/pull/1/head");
  await expect(push).rejects.toThrow("deny updating a hidden ref");
});

test("a protected branch refuses a push, with the reason git shows", async () => {
  bed.protect(NAME, "main", { requiredChecks: ["plan"] });
  const push = gitCli(clone, "push", "--quiet", "origin", "HEAD:main");
  await expect(push).rejects.toThrow("GH006: Protected branch update failed for refs/heads/main");
  expect((await clientOf(bed, "wendy").rest.repos.getBranch({ ...REPO, branch: "main" })).data.commit.sha).toBe(
    await gitCli(clone, "rev-parse", "origin/main"),
  );
});

test.for([
  ["a reader", "rita", "403"],
  ["a stranger", "mallory", "not found"],
])("%s cannot push", async ([, login, reason]) => {
  const push = gitCli(clone, "push", "--quiet", remote(bed, bed.tokenOf(login as string)), "HEAD:refs/heads/theirs");
  await expect(push).rejects.toThrow(reason as string);
});

test("without a token nothing is cloned", async () => {
  const cloning = gitCli(folder, "clone", "--quiet", `${bed.url}/${NAME}.git`, "anonymous");
  await expect(cloning).rejects.toThrow("could not read Username");
});

test("a job's token pushes only with contents: write, and never a workflow file", async () => {
  const reading = remote(bed, bed.jobToken(NAME, { contents: "read" }));
  await expect(gitCli(clone, "push", "--quiet", reading, "HEAD:refs/heads/job")).rejects.toThrow("403");

  const writing = remote(bed, bed.jobToken(NAME, { contents: "write" }));
  await gitCli(clone, "push", "--quiet", writing, "HEAD:refs/heads/job");
  expect(bed.events.all().at(-1)).toMatchObject({ ref: "refs/heads/job", startsWorkflows: false });

  await gitCli(clone, "switch", "--quiet", "-c", "sneaky");
  await commit({ ".github/workflows/restore.yml": "on: push\n" }, "Change a workflow");
  const push = gitCli(clone, "push", "--quiet", writing, "HEAD:refs/heads/sneaky");
  await expect(push).rejects.toThrow("without `workflows` permission");
});

test("the activity of a branch says when the server saw each push, whatever its commits say", async () => {
  const { data } = await clientOf(bed, "wendy").request("GET /repos/{owner}/{repo}/activity", { ...REPO, ref: "more" });
  expect(data).toMatchObject([{ ref: "refs/heads/more", activity_type: "branch_creation", actor: { login: "wendy" } }]);
});
