/** Whom the pipeline's roles trust: which token of GitHub's takes which role, and who takes one again. */
import { expect, test } from "vitest";
import { conditionsHold } from "./iam-evaluator.ts";
import type { PipelineRole } from "./pipeline-calls.ts";
import { trustStatements } from "./role-policies.ts";
import { account, found } from "./templates.ts";

const document = found("bootstrap/roles");

/** Claims of a token of GitHub's, as condition keys. */
function token(claims: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const all = { aud: "sts.amazonaws.com", repository_id: "456789", ...claims };
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [`token.actions.githubusercontent.com:${key}`, value]),
  );
}

const workflow = (file: string, ref = "refs/heads/main"): string =>
  `example-health/mate-tenants/.github/workflows/${file}@${ref}`;
const classic = "repo:example-health/mate-tenants";
const immutable = "repo:example-health@123456/mate-tenants@456789";
const pull = { sub: `${classic}:pull_request`, job_workflow_ref: workflow("plan.yml", "refs/pull/7/merge") };
const deploy = {
  sub: `${classic}:environment:production`,
  environment: "production",
  job_workflow_ref: workflow("deploy.yml"),
};

test.for<readonly [string, PipelineRole, Readonly<Record<string, string>>, boolean]>([
  ["a pull request plans", "Plan", pull, true],
  ["a pull request plans under the immutable subject", "Plan", { ...pull, sub: `${immutable}:pull_request` }, true],
  ["a pull request does not deploy", "Deploy", pull, false],
  ["a repository that took over the name does not plan", "Plan", { ...pull, repository_id: "999999" }, false],
  ["a token for somebody else does not plan", "Plan", { ...pull, aud: "https://example.com" }, false],
  ["main deploys", "Deploy", deploy, true],
  [
    "main deploys under the immutable subject",
    "Deploy",
    { ...deploy, sub: `${immutable}:environment:production` },
    true,
  ],
  [
    "another environment does not deploy",
    "Deploy",
    { ...deploy, sub: `${classic}:environment:staging`, environment: "staging" },
    false,
  ],
  [
    "a branch's workflow does not deploy",
    "Deploy",
    { ...deploy, job_workflow_ref: workflow("deploy.yml", "refs/heads/x") },
    false,
  ],
  ["another workflow does not deploy", "Deploy", { ...deploy, job_workflow_ref: workflow("evil.yml") }, false],
  ["the deploy environment does not operate", "Ops", { ...deploy, job_workflow_ref: workflow("command.yml") }, false],
  [
    "a command operates",
    "Ops",
    {
      sub: `${classic}:environment:production-ops`,
      environment: "production-ops",
      job_workflow_ref: workflow("command.yml"),
    },
    true,
  ],
  [
    "a restore restores",
    "Restore",
    {
      sub: `${classic}:environment:production-restore`,
      environment: "production-restore",
      job_workflow_ref: workflow("restore.yml"),
    },
    true,
  ],
  [
    "a drill restores too",
    "Restore",
    {
      sub: `${classic}:environment:production-drill`,
      environment: "production-drill",
      job_workflow_ref: workflow("drill.yml"),
    },
    true,
  ],
  [
    "a restore looks first with the role that only reads",
    "Plan",
    { sub: `${classic}:ref:refs/heads/main`, job_workflow_ref: workflow("restore.yml") },
    true,
  ],
  ["a deploy does not restore", "Restore", deploy, false],
])("%s", ([, role, claims, trusted]) => {
  const federated = trustStatements(document, `${role}Role`).filter(
    ({ Action }) => Action === "sts:AssumeRoleWithWebIdentity",
  );

  expect(federated.length).toBe(1);
  expect(federated.some((statement) => conditionsHold(statement, token(claims)))).toBe(trusted);
});

test.for<readonly [string, Readonly<Record<string, string | readonly string[]>>, boolean]>([
  ["with a tenant", { "aws:RequestTag/mate-tenant": "hospital-a", "aws:TagKeys": ["mate-tenant"] }, true],
  ["without a tenant", {}, false],
  ["with an empty tenant", { "aws:RequestTag/mate-tenant": "", "aws:TagKeys": ["mate-tenant"] }, false],
  ["with a further tag", { "aws:RequestTag/mate-tenant": "a-b", "aws:TagKeys": ["mate-tenant", "app"] }, false],
])("ops takes itself again %s: %s", ([, tags, trusted]) => {
  const again = trustStatements(document, "OpsRole").filter(({ Action }) => Array.isArray(Action));
  const from = (role: string) => ({ "aws:PrincipalArn": `arn:aws:iam::${account}:role/${role}`, ...tags });

  expect(again.length).toBe(1);
  expect(again.some((statement) => conditionsHold(statement, from("mate-production-ops")))).toBe(trusted);
  expect(again.some((statement) => conditionsHold(statement, from("mate-production-plan")))).toBe(false);
});
