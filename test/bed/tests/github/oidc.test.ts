import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, NAME } from "./stage.ts";

let bed: GitHubBed;
beforeAll(async () => {
  bed = await aStage();
});
afterAll(() => bed.close());

function job(more: Readonly<Record<string, string>> = {}) {
  return {
    repository: bed.repository(NAME),
    runId: 42,
    runNumber: 7,
    runAttempt: 1,
    actor: { login: "wendy", id: 3 },
    eventName: "push",
    ref: "refs/heads/main",
    sha: "a".repeat(40),
    headRef: "",
    baseRef: "",
    workflow: "Deploy",
    workflowRef: `${NAME}/.github/workflows/deploy.yml@refs/heads/main`,
    workflowSha: "a".repeat(40),
    ...more,
  };
}

async function json(url: string, token?: string) {
  const answer = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  return Object(await answer.json());
}

function claims(token: string) {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

test("a job's token verifies against the published keys", async () => {
  const { requestUrl, requestToken } = bed.oidc.offer(job({ environment: "production" }));
  const { value } = await json(`${requestUrl}&audience=sts.amazonaws.com`, requestToken);

  const [head = "", body = "", signature = ""] = String(value).split(".");
  const { jwks_uri } = await json(`${bed.oidc.issuer}/.well-known/openid-configuration`);
  const { keys } = await json(jwks_uri);
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString("utf8"));
  const jwk = keys.find((key: { readonly kid: string }) => key.kid === kid);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
  expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}x`), key, Buffer.from(signature, "base64url"))).toBe(false);
  expect(claims(value)).toMatchObject({
    iss: bed.oidc.issuer,
    aud: "sts.amazonaws.com",
    repository: NAME,
    repository_id: String(bed.repository(NAME).id),
    environment: "production",
    run_id: "42",
    actor: "wendy",
    job_workflow_ref: `${NAME}/.github/workflows/deploy.yml@refs/heads/main`,
  });
});

test("the subject names the environment, else the pull request, else the ref, with the numbers of owner and repository", () => {
  const { owner, id } = bed.repository(NAME);
  const name = `repo:acme@${owner.id}/mate@${id}`;
  const subject = (more: Readonly<Record<string, string>>) => claims(bed.oidc.issue(job(more), "x")).sub;
  expect(subject({ environment: "production" })).toBe(`${name}:environment:production`);
  expect(subject({ eventName: "pull_request", ref: "refs/pull/1/merge" })).toBe(`${name}:pull_request`);
  expect(subject({})).toBe(`${name}:ref:refs/heads/main`);
  // A comment runs on the default branch, so its subject is the one of a merge: only the environment tells them apart.
  expect(subject({ eventName: "issue_comment" })).toBe(subject({}));
});

test("a job that was not offered a token gets none", async () => {
  const { requestUrl, requestToken } = bed.oidc.offer(job());
  bed.oidc.withdraw(requestToken);
  const answer = await fetch(requestUrl, { headers: { authorization: `Bearer ${requestToken}` } });
  expect(answer.status).toBe(401);
});
