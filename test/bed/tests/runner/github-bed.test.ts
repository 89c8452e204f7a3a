import { createPublicKey, verify } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { type GitHubBed, startGitHubBed } from "../../github/bed.ts";
import { startGitHubRunner } from "../../runner/github-host.ts";
import type { Runner } from "../../runner/runner.ts";

const NAME = "acme/mate";

const PLAN = `
name: plan
on:
  pull_request:
    types: [opened, synchronize, closed]
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-latest
    permissions:
      contents: read # see the files
      pull-requests: write # answer
      id-token: write # be somebody
    environment: { name: production, url: "https://example.com/\${{ steps.talk.outputs.id }}" }
    steps:
      - uses: actions/checkout@v6
      - uses: ./actions/talk
        id: talk
        with: { token: "\${{ github.token }}", number: "\${{ github.event.pull_request.number }}" }
`;
const TALK = {
  "actions/talk/action.yml": `
name: talk
description: Comments, tries what it may not do, and fetches an identity token.
inputs: { token: { description: The token. }, number: { description: The pull request. } }
outputs: { id: { description: Number of the comment. } }
runs: { using: node24, main: main.js }
`,
  "actions/talk/main.js": `
const { appendFileSync, readFileSync } = require("node:fs");
const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name, INPUT_TOKEN: token, INPUT_NUMBER: number } = process.env;
async function call(method, path, body) {
  const headers = { authorization: "Bearer " + token, "content-type": "application/json" };
  return fetch(api + "/repos/" + name + path, { method, headers, body: JSON.stringify(body) });
}
(async () => {
  const comment = await call("POST", "/issues/" + number + "/comments", { body: "read " + readFileSync("tenants/a.yml", "utf8").trim() });
  const { id } = await comment.json();
  appendFileSync(process.env.GITHUB_OUTPUT, "id=" + id + "\\n");
  const merge = await call("PUT", "/pulls/" + number + "/merge", {});
  console.log("comment " + comment.status + ", merge " + merge.status);
  if (process.env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    const headers = { authorization: "Bearer " + process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN };
    const answer = await fetch(process.env.ACTIONS_ID_TOKEN_REQUEST_URL + "&audience=sts.amazonaws.com", { headers });
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, (await answer.json()).value);
  }
  console.log("::warning file=tenants/a.yml,line=1::look here");
})();
`,
};

async function stage(): Promise<{ readonly bed: GitHubBed; readonly runner: Runner }> {
  const bed = await startGitHubBed();
  for (const login of ["alice", "bob", "mallory"]) bed.addUser(login);
  await bed.createRepository({
    owner: "acme",
    name: "mate",
    visibility: "public",
    files: { ".github/workflows/plan.yml": PLAN, "tenants/a.yml": "name: a\n", ...TALK },
    collaborators: { alice: "admin", bob: "write" },
  });
  const runner = startGitHubRunner(bed, {});
  onTestFinished(async () => {
    await runner.stop();
    await bed.close();
  });
  return { bed, runner };
}

test("a pull request is planned with a token that may comment but not merge, and an identity AWS can verify", async () => {
  const { bed, runner } = await stage();
  const number = await bed
    .as("bob", NAME)
    .openPullRequest({ title: "Scale", branch: "scale", files: { "tenants/a.yml": "name: a2\n" } });
  await runner.idle();
  const [run] = runner.runs();
  const job = run?.jobs[0];

  expect(job?.log).toContain("comment 201, merge 403");
  expect(run?.conclusion).toBe("success");
  // The comment of a job starts no workflow.
  expect(runner.runs()).toHaveLength(1);
  const repository = bed.repository(NAME);
  expect([...repository.comments.values()].map(({ body, author }) => [author.login, body])).toEqual([
    ["github-actions[bot]", "read name: a2"],
  ]);

  const [head = "", body = "", signature = ""] = (job?.summary ?? "").split(".");
  const { keys } = bed.oidc.jwks() as { keys: readonly [{ kty: string }] };
  const key = createPublicKey({ key: keys[0], format: "jwk" });
  expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
  expect(JSON.parse(Buffer.from(body, "base64url").toString())).toMatchObject({
    aud: "sts.amazonaws.com",
    environment: "production",
    event_name: "pull_request",
    ref: `refs/pull/${number}/merge`,
    job_workflow_ref: `acme/mate/.github/workflows/plan.yml@refs/pull/${number}/merge`,
    run_id: String(run?.id),
    actor: "bob",
  });
});

test("runs, jobs, checks, annotations and deployments are seen in the bed", async () => {
  const { bed, runner } = await stage();
  await bed
    .as("bob", NAME)
    .openPullRequest({ title: "Scale", branch: "scale", files: { "tenants/a.yml": "name: a2\n" } });
  await runner.idle();
  const headers = { authorization: `Bearer ${bed.tokenOf("alice")}` };
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${bed.apiUrl}/repos/${NAME}${path}`, { headers })).json();
  const [run] = runner.runs();

  expect(await get(`/actions/runs/${run?.id}`)).toMatchObject({
    status: "completed",
    conclusion: "success",
    name: "plan",
    display_title: "Scale",
  });
  expect(await get(`/commits/${run?.headSha}/check-runs`)).toMatchObject({
    check_runs: [{ name: "plan", conclusion: "success", output: { annotations_count: 1 } }],
  });
  expect(
    [...bed.repository(NAME).deployments.values()].map(({ environment, statuses }) => [
      environment,
      statuses.map(({ state }) => state),
      statuses.at(-1)?.environmentUrl,
    ]),
  ).toEqual([["production", ["in_progress", "success"], expect.stringMatching(/^https:\/\/example\.com\/\d+$/)]]);
});

test("a pull request from a fork gets a token that only reads, no secret and no identity", async () => {
  const { bed, runner } = await stage();
  bed.repository(NAME).secrets.set("KEY", "hunter2");
  await bed.fork(NAME, "mallory");
  await bed.as("mallory", NAME).openPullRequest({
    title: "Evil",
    branch: "evil",
    fork: "mallory/mate",
    files: { "tenants/a.yml": "name: evil\n" },
  });
  await runner.idle();
  const [run] = runner.runs();

  expect(run?.jobs[0]?.permissions).toEqual({ contents: "read", "pull-requests": "read" });
  expect(run?.jobs[0]?.log).toContain("comment 403, merge 403");
  expect(run?.jobs[0]?.summary).toBe("");
});

test("an environment's reviewer lets a job in through GitHub's API", async () => {
  const { bed, runner } = await stage();
  const alice = bed.world.user("alice");
  const environment = bed.environment(NAME, "production");
  environment.reviewers = [{ type: "User", id: alice?.id ?? 0 }];
  await bed
    .as("bob", NAME)
    .openPullRequest({ title: "Scale", branch: "scale", files: { "tenants/a.yml": "name: a2\n" } });
  await runner.idle();
  const [run] = runner.runs();
  expect(run?.status).toBe("waiting");

  const decide = (login: string): Promise<Response> =>
    fetch(`${bed.apiUrl}/repos/${NAME}/actions/runs/${run?.id}/pending_deployments`, {
      method: "POST",
      headers: { authorization: `Bearer ${bed.tokenOf(login)}`, "content-type": "application/json" },
      body: JSON.stringify({ environment_ids: [environment.id], state: "approved", comment: "ok" }),
    });
  expect((await decide("bob")).status).toBe(422);
  expect((await decide("alice")).status).toBe(200);
  await runner.idle();

  expect(runner.runs()[0]).toMatchObject({ status: "completed", conclusion: "success" });
});
