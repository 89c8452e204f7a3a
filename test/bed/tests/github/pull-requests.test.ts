import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, client, clientOf, happenings, inside, NAME, REPO, refusal, TENANT } from "./stage.ts";

let bed: GitHubBed;
beforeAll(async () => {
  bed = await aStage();
});
afterAll(() => bed.close());

test("a pull request goes from branch to merge with the stock client", async () => {
  const wendy = clientOf(bed, "wendy");
  const { data: base } = await wendy.rest.git.getRef({ ...REPO, ref: "heads/main" });
  await wendy.rest.git.createRef({ ...REPO, ref: "refs/heads/scale", sha: base.object.sha });
  const { data: file } = await wendy.rest.repos.getContent({ ...REPO, path: "tenants/hospital-a.yml", ref: "scale" });
  if (!("content" in file)) throw new Error("no file");
  expect(Buffer.from(file.content, "base64").toString()).toBe(TENANT);
  await wendy.rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: file.path,
    branch: "scale",
    sha: file.sha,
    message: "Scale hospital-a",
    content: Buffer.from(TENANT.replace("count: 2", "count: 4")).toString("base64"),
  });

  const { data: pull } = await wendy.rest.pulls.create({ ...REPO, title: "Scale", head: "scale", base: "main" });

  expect(pull).toMatchObject({
    state: "open",
    mergeable: true,
    changed_files: 1,
    commits: 1,
    user: { login: "wendy" },
  });
  const { data: files } = await wendy.rest.pulls.listFiles({ ...REPO, pull_number: pull.number });
  expect(files).toMatchObject([{ filename: "tenants/hospital-a.yml", status: "modified", additions: 1, deletions: 1 }]);
  expect(files[0]?.patch).toContain("+  django: { count: 4 }");
  const { data: merged } = await wendy.rest.pulls.merge({ ...REPO, pull_number: pull.number, merge_method: "squash" });
  const { data: main } = await wendy.rest.repos.getCommit({ ...REPO, ref: "main" });
  expect(main).toMatchObject({ sha: merged.sha, commit: { message: "Scale hospital-a (#1)" } });
  expect((await wendy.rest.pulls.get({ ...REPO, pull_number: pull.number })).data).toMatchObject({
    merged: true,
    state: "closed",
    merged_by: { login: "wendy" },
  });
  expect(happenings(bed)).toEqual(["push", "push", "pull_request.opened", "push", "pull_request.closed"]);
});

test("a new commit on the branch synchronizes the pull request and moves its merge commit", async () => {
  const wendy = bed.as("wendy", NAME);
  const number = await wendy.openPullRequest({ title: "B", branch: "b", files: { "tenants/b.yml": "name: b\n" } });
  const before = bed.events.all().at(-1);

  await wendy.push({ branch: "b", files: { "tenants/b.yml": "name: bb\n" }, message: "again" });

  const event = bed.events.all().at(-1);
  expect(event).toMatchObject({ name: "pull_request", action: "synchronize", ref: `refs/pull/${number}/merge` });
  expect(event?.sha).not.toBe(before?.sha);
  expect(inside(event?.payload ?? {}, "before")).toBe(inside(before?.payload ?? {}, "pull_request", "head", "sha"));
});

test("a conflict is seen as soon as the other pull request is merged, and starts no workflow", async () => {
  const wendy = bed.as("wendy", NAME);
  const files = (text: string) => ({ "README.md": text });
  const one = await wendy.openPullRequest({ title: "one", branch: "one", files: files("# One\n") });
  const two = await wendy.openPullRequest({ title: "two", branch: "two", files: files("# Two\n") });
  await wendy.merge(one);

  const { data } = await clientOf(bed, "wendy").rest.pulls.get({ ...REPO, pull_number: two });
  expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
  expect(await refusal(clientOf(bed, "wendy").rest.pulls.merge({ ...REPO, pull_number: two }))).toEqual({
    status: 405,
    message: "Pull Request is not mergeable",
  });
  await wendy.push({ branch: "two", files: files("# Two again\n"), message: "x" });
  expect(bed.events.all().at(-1)).toMatchObject({ action: "synchronize", startsWorkflows: false });
});

test("a protected branch takes neither a push nor a merge until check and review are there", async () => {
  const other = await aStage();
  try {
    other.protect(NAME, "main", { requiredChecks: ["plan"], requiredApprovals: 1 });
    const wendy = clientOf(other, "wendy");
    const files = { "tenants/c.yml": "name: c\n" };
    const pull_number = await other.as("wendy", NAME).openPullRequest({ title: "C", branch: "c", files });
    const merge = () => wendy.rest.pulls.merge({ ...REPO, pull_number });

    expect(await refusal(other.as("wendy", NAME).push({ branch: "main", files, message: "x" }))).toMatchObject({
      status: 409,
    });
    expect(await refusal(merge())).toEqual({
      status: 405,
      message: "At least 1 approving review is required by reviewers with write access.",
    });
    expect(await refusal(wendy.rest.pulls.createReview({ ...REPO, pull_number, event: "APPROVE" }))).toMatchObject({
      status: 422,
    });
    await other.as("rita", NAME).approve(pull_number);
    expect(await refusal(merge())).toMatchObject({ message: expect.stringContaining("approving review") });
    await other.as("alice", NAME).approve(pull_number);
    expect(await refusal(merge())).toEqual({ status: 405, message: 'Required status check "plan" is expected.' });

    const job = client(other, other.jobToken(NAME, { checks: "write", contents: "read" }));
    const { data: pull } = await wendy.rest.pulls.get({ ...REPO, pull_number });
    await job.rest.checks.create({ ...REPO, name: "plan", head_sha: pull.head.sha, conclusion: "success" });
    expect((await merge()).data.merged).toBe(true);
  } finally {
    await other.close();
  }
});

test("auto-merge merges when the last required check succeeds", async () => {
  const other = await aStage();
  try {
    other.protect(NAME, "main", { requiredChecks: ["plan"] });
    const wendy = clientOf(other, "wendy");
    const pull_number = await other
      .as("wendy", NAME)
      .openPullRequest({ title: "D", branch: "d", files: { "tenants/d.yml": "name: d\n" } });
    const { data: pull } = await wendy.rest.pulls.get({ ...REPO, pull_number });
    await wendy.graphql(
      `mutation($pullRequestId: ID!, $mergeMethod: PullRequestMergeMethod) {
        enablePullRequestAutoMerge(input: {pullRequestId: $pullRequestId, mergeMethod: $mergeMethod}) { clientMutationId }
      }`,
      { pullRequestId: pull.node_id, mergeMethod: "SQUASH" },
    );
    await wendy.rest.repos.createCommitStatus({ ...REPO, sha: pull.head.sha, context: "plan", state: "pending" });
    expect((await wendy.rest.pulls.get({ ...REPO, pull_number })).data.merged).toBe(false);

    await wendy.rest.repos.createCommitStatus({ ...REPO, sha: pull.head.sha, context: "plan", state: "success" });

    expect((await wendy.rest.pulls.get({ ...REPO, pull_number })).data.merged).toBe(true);
  } finally {
    await other.close();
  }
});

test("a fork's pull request brings its commits along and says where it comes from", async () => {
  const other = await aStage();
  try {
    const fork = await other.fork(NAME, "rita");
    const number = await other.as("rita", NAME).openPullRequest({
      title: "From outside",
      branch: "patch",
      fork: fork.fullName,
      files: { "tenants/e.yml": "name: e\n" },
    });
    const { data } = await clientOf(other, "alice").rest.pulls.get({ ...REPO, pull_number: number });
    expect(data).toMatchObject({
      head: { label: "rita:patch", repo: { fork: true, full_name: "rita/mate" } },
      base: { repo: { full_name: NAME } },
    });
    const { data: blob } = await clientOf(other, "alice").rest.repos.getContent({
      ...REPO,
      path: "tenants/e.yml",
      ref: `refs/pull/${number}/head`,
    });
    expect(blob).toMatchObject({ name: "e.yml" });
    expect(other.events.all().at(-1)).toMatchObject({ action: "opened", fromFork: true });
  } finally {
    await other.close();
  }
});
