import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, client, clientOf, NAME, REPO, refusal } from "./stage.ts";

let bed: GitHubBed;
let issue_number: number;
beforeAll(async () => {
  bed = await aStage();
  bed.addTeam("acme", "platform", ["wendy"]);
  issue_number = await bed
    .as("wendy", NAME)
    .openPullRequest({ title: "B", branch: "b", files: { "tenants/b.yml": "name: b\n" } });
});
afterAll(() => bed.close());

test("a job's token does what its permissions say, and is told what would have sufficed", async () => {
  const reading = client(bed, bed.jobToken(NAME, { contents: "read", pull_requests: "read" }));
  expect((await reading.rest.pulls.list(REPO)).data).toHaveLength(1);
  const call = reading.rest.issues.createComment({ ...REPO, issue_number, body: "hello" });
  await expect(call).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining("Resource not accessible by integration"),
    response: { headers: { "x-accepted-github-permissions": "issues=write; pull_requests=write" } },
  });
  expect((await reading.rest.issues.listComments({ ...REPO, issue_number })).data).toEqual([]);
});

test("a comment by a job's token starts no workflow; one by a person or another App does", async () => {
  const permissions = { pull_requests: "write" } as const;
  for (const token of [bed.jobToken(NAME, permissions), bed.appToken(NAME, permissions), bed.tokenOf("rita")]) {
    await client(bed, token).rest.issues.createComment({ ...REPO, issue_number, body: "hello" });
  }
  const made = bed.events.all().filter((event) => event.name === "issue_comment");
  expect(made.map((event) => [event.actor, event.startsWorkflows])).toEqual([
    ["github-actions[bot]", false],
    ["mate-delivery[bot]", true],
    ["rita", true],
  ]);
});

test.for([
  ["alice", "admin", "admin"],
  ["wendy", "write", "write"],
  ["rita", "read", "read"],
  ["mallory", "none", "none"],
])("%s has permission %s", async ([username, permission, role]) => {
  const job = client(bed, bed.jobToken(NAME, { contents: "read" }));
  const { data } = await job.rest.repos.getCollaboratorPermissionLevel({ ...REPO, username: username as string });
  expect(data).toMatchObject({ permission, role_name: role });
});

test("the permission of a login that does not exist is a 404, not a no", async () => {
  const job = client(bed, bed.jobToken(NAME, {}));
  const look = job.rest.repos.getCollaboratorPermissionLevel({ ...REPO, username: "nobody" });
  expect(await refusal(look)).toMatchObject({ status: 404 });
});

test("teams are read by an App with members: read and by members, never by a job's own token", async () => {
  const asked = { org: "acme", team_slug: "platform", username: "wendy" };
  const app = client(bed, bed.appToken(NAME, { members: "read" }));
  expect((await app.rest.teams.getMembershipForUserInOrg(asked)).data).toMatchObject({ state: "active" });
  expect((await clientOf(bed, "wendy").rest.teams.getMembershipForUserInOrg(asked)).data.role).toBe("member");
  const job = client(bed, bed.jobToken(NAME, { contents: "write" }));
  expect(await refusal(job.rest.teams.getMembershipForUserInOrg(asked))).toMatchObject({ status: 403 });
});

test("a private repository does not exist for strangers", async () => {
  expect(await refusal(clientOf(bed, "mallory").rest.repos.get(REPO))).toEqual({ status: 404, message: "Not Found" });
});

test("a reader may comment but not merge", async () => {
  const rita = clientOf(bed, "rita");
  const merge = rita.rest.pulls.merge({ ...REPO, pull_number: issue_number });
  expect(await refusal(merge)).toEqual({ status: 403, message: "Must have push access to repository." });
  expect((await rita.rest.issues.createComment({ ...REPO, issue_number, body: "nice" })).status).toBe(201);
});

test("an ended or made-up token is nobody", async () => {
  const token = bed.jobToken(NAME, { contents: "read" });
  bed.revokeToken(token);
  for (const bad of [token, "ghp_madeup"]) {
    expect(await refusal(client(bed, bad).rest.repos.get(REPO))).toEqual({ status: 401, message: "Bad credentials" });
  }
});

test("check runs belong to Apps: a person's token is refused", async () => {
  const { data: main } = await clientOf(bed, "alice").rest.repos.getBranch({ ...REPO, branch: "main" });
  const call = clientOf(bed, "alice").rest.checks.create({ ...REPO, name: "plan", head_sha: main.commit.sha });
  expect(await refusal(call)).toEqual({ status: 403, message: "You must authenticate via a GitHub App." });
});

test("a repository may keep Actions from opening pull requests", async () => {
  bed.repository(NAME).settings.actionsMayCreatePulls = false;
  await bed.as("wendy", NAME).push({ branch: "c", files: { "tenants/c.yml": "name: c\n" }, message: "C" });
  const job = client(bed, bed.jobToken(NAME, { contents: "write", pull_requests: "write" }));
  const open = job.rest.pulls.create({ ...REPO, title: "C", head: "c", base: "main" });
  expect(await refusal(open)).toEqual({
    status: 403,
    message: "GitHub Actions is not permitted to create or approve pull requests.",
  });
});
