import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, client, clientOf, inside, NAME, REPO, refusal } from "./stage.ts";

let bed: GitHubBed;
let issue_number: number;
beforeAll(async () => {
  bed = await aStage();
  issue_number = await bed
    .as("wendy", NAME)
    .openPullRequest({ title: "B", branch: "b", files: { "tenants/b.yml": "name: b\n" } });
});
afterAll(() => bed.close());

test("a comment is made, edited and deleted, and each is an event with the earlier words", async () => {
  const wendy = clientOf(bed, "wendy");
  const { data } = await wendy.rest.issues.createComment({ ...REPO, issue_number, body: "/scale hospital-a 4" });
  await wendy.rest.issues.updateComment({ ...REPO, comment_id: data.id, body: "/scale hospital-a 5" });
  await wendy.rest.issues.deleteComment({ ...REPO, comment_id: data.id });

  const events = bed.events.all().filter((event) => event.name === "issue_comment");
  expect(events.map((event) => event.action)).toEqual(["created", "edited", "deleted"]);
  expect(events.map((event) => event.ref)).toEqual(Array(3).fill("refs/heads/main"));
  expect(inside(events[0]?.payload ?? {}, "issue", "pull_request", "url")).toContain("/pulls/1");
  expect(inside(events[1]?.payload ?? {}, "changes", "body", "from")).toBe("/scale hospital-a 4");
  expect(await refusal(wendy.rest.issues.getComment({ ...REPO, comment_id: data.id }))).toMatchObject({ status: 404 });
});

test("a long list is walked page by page with the Link header", async () => {
  for (let count = 0; count < 105; count += 1) await bed.as("wendy", NAME).comment(issue_number, `comment ${count}`);
  const Paginating = Octokit.plugin(paginateRest);
  const octokit = new Paginating({ auth: bed.tokenOf("rita"), baseUrl: bed.apiUrl });

  const all = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...REPO,
    issue_number,
  });

  expect(all.map((comment) => comment.body)).toEqual(Array.from({ length: 105 }, (_, count) => `comment ${count}`));
});

test.for([
  ["nothing", "", "missing_field"],
  ["65,537 characters", "x".repeat(65_537), "custom"],
])("a comment of %s is refused", async ([, body, code]) => {
  const call = clientOf(bed, "wendy").rest.issues.createComment({ ...REPO, issue_number, body: body as string });
  await expect(call).rejects.toMatchObject({ status: 422, response: { data: { errors: [{ field: "body", code }] } } });
});

test("65,536 characters are taken, counted as characters and not as bytes", async () => {
  const body = "✅".repeat(65_536);
  const { data } = await clientOf(bed, "wendy").rest.issues.createComment({ ...REPO, issue_number, body });
  expect(data.body).toBe(body);
});

test("the same reaction twice is one reaction", async () => {
  const wendy = clientOf(bed, "wendy");
  const comment_id = await bed.as("rita", NAME).comment(issue_number, "/help");
  const react = () => wendy.rest.reactions.createForIssueComment({ ...REPO, comment_id, content: "eyes" });
  expect([(await react()).status, (await react()).status]).toEqual([201, 200]);
  const { data } = await wendy.rest.issues.getComment({ ...REPO, comment_id });
  expect(data.reactions).toMatchObject({ total_count: 1, eyes: 1 });
});

test("an issue is opened, found by label and creator, and closed", async () => {
  const job = client(bed, bed.jobToken(NAME, { issues: "write" }));
  const { data: opened } = await job.rest.issues.create({
    ...REPO,
    title: "hospital-a is unsettled",
    labels: ["unsettled"],
  });
  await job.rest.issues.create({ ...REPO, title: "another" });
  const find = async () =>
    (await job.rest.issues.listForRepo({ ...REPO, labels: "unsettled", creator: "github-actions[bot]" })).data;
  expect((await find()).map((issue) => issue.number)).toEqual([opened.number]);
  await job.rest.issues.update({ ...REPO, issue_number: opened.number, state: "closed", state_reason: "completed" });
  expect(await find()).toEqual([]);
  expect((await job.rest.issues.get({ ...REPO, issue_number: opened.number })).data).toMatchObject({
    state: "closed",
    closed_by: { login: "github-actions[bot]" },
  });
});

test("an outdated comment is minimized over GraphQL, and any other GraphQL is an error that says so", async () => {
  const comment_id = await bed.as("wendy", NAME).comment(issue_number, "old plan");
  const wendy = clientOf(bed, "wendy");
  const { data } = await wendy.rest.issues.getComment({ ...REPO, comment_id });
  await wendy.graphql(
    "mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { minimizedComment { isMinimized } } }",
    { input: { subjectId: data.node_id, classifier: "OUTDATED" } },
  );
  expect(bed.repository(NAME).comments.get(comment_id)?.minimized).toBe("OUTDATED");
  await expect(wendy.graphql("{ viewer { login } }")).rejects.toThrow("the bed does not model this GraphQL");
});
