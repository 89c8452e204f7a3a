import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { conditionsHold, decide, type Request } from "./iam-evaluator.ts";
import { allowedCalls, type PipelineRole } from "./pipeline-calls.ts";
import { refusedCalls } from "./refused-calls.ts";
import { identityStatements, roleStatements, trustStatements } from "./role-policies.ts";
import { account, specialised } from "./templates.ts";

const roles: readonly PipelineRole[] = ["Plan", "Build", "Deploy", "Ops", "Restore"];
const document = found("bootstrap/roles");

function found(name: string): Section {
  const match = specialised.find((one) => one.name === name);
  if (match === undefined) throw new Error(`no template ${name}`);
  return match.document;
}

const tenantRole = `arn:aws:iam::${account}:role/mate/production/hospital-a/TaskRole-X`;
const boundary = { "iam:PermissionsBoundary": `arn:aws:iam::${account}:policy/mate-production-boundary` };

function of(action: string, resource: string, context: NonNullable<Request["context"]> = {}): Request {
  return { action, resource, context };
}

const told = ({ action, resource, context }: Request): string =>
  `${action} ${resource} ${JSON.stringify(context ?? {})}`;

describe.for(roles)("the role for %s", (role) => {
  const statements = roleStatements(document, `${role}Role`);

  test("may make every call of its work", () => {
    const refused = allowedCalls[role].filter((request) => decide(statements, request) !== "allowed");

    expect(refused.map(told)).toEqual([]);
  });

  test("is refused what it must not do", () => {
    const allowed = refusedCalls[role].filter((request) => decide(statements, request) === "allowed");

    expect(allowed.map(told)).toEqual([]);
  });
});

test("every call that the adapters can make is in some role's list", () => {
  const folder = new URL("../../actions/lib/adapters/aws/", import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const made = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name = ""]) => name));
  const listed = new Set(roles.flatMap((role) => allowedCalls[role].map(({ action }) => action.split(":")[1])));
  // Taking a role is decided by the role's trust, not by a policy of the one who takes it.
  listed.add("AssumeRoleWithWebIdentity");
  // What the API calls by another name than IAM does.
  if (listed.has("ListBucket")) listed.add("ListObjectsV2");
  if (listed.has("ListBucketVersions")) listed.add("ListObjectVersions");
  if (listed.has("GetObjectVersion")) listed.add("HeadObject");
  // A copy reads the one object and writes the other, in one piece or in parts.
  const copies = ["CopyObject", "CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"];
  if (listed.has("GetObjectVersion") && listed.has("PutObject")) for (const name of copies) listed.add(name);

  expect(made.length).toBeGreaterThan(20);
  expect([...new Set(made)].filter((name) => !listed.has(name))).toEqual([]);
});

test.for<readonly [string, Request, boolean]>([
  ["make a tenant's key", of("kms:CreateKey", "*", { "aws:RequestTag/mate-tenant": "hospital-a" }), true],
  ["make a key that belongs to nobody", of("kms:CreateKey", "*"), false],
  ["delete the platform's key", of("kms:ScheduleKeyDeletion", `arn:aws:kms:us-east-1:${account}:key/platform`), false],
  ["make a role with the boundary", of("iam:CreateRole", tenantRole, boundary), true],
  ["make a role without it", of("iam:CreateRole", tenantRole), false],
  ["take the boundary off", of("iam:DeleteRolePermissionsBoundary", tenantRole, boundary), false],
  [
    "change the pipeline's roles",
    of("iam:UpdateAssumeRolePolicy", `arn:aws:iam::${account}:role/mate-production-plan`),
    false,
  ],
  [
    "hand a role to a service of its choice",
    of("iam:PassRole", tenantRole, { "iam:PassedToService": "ec2.amazonaws.com" }),
    false,
  ],
  [
    "make a tenant's database",
    of("rds:CreateDBInstance", `arn:aws:rds:us-east-1:${account}:db:mate-hospital-a-production`),
    true,
  ],
  ["make another database", of("rds:CreateDBInstance", `arn:aws:rds:us-east-1:${account}:db:other`), false],
  ["read a patient's file", of("s3:GetObject", "arn:aws:s3:::mate-hospital-a-production-data/patient.pdf"), false],
  ["write into another zone", of("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/ZOTHER"), false],
])("CloudFormation may %s: %s", ([, request, allowed]) => {
  const statements = roleStatements(found("bootstrap/bootstrap"), "CloudFormationRole");

  expect(decide(statements, request) === "allowed").toBe(allowed);
});

describe("CloudFormation looks for drift in the name of whoever asks", () => {
  /** What shows a secret: the client secrets of sign-in, and values. Such types are not compared (drift-inventory.ts). */
  const secret = new Set([
    "cognito-idp:DescribeIdentityProvider",
    "cognito-idp:DescribeUserPoolClient",
    "s3:GetObject",
    "s3:ListBucket",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:GetSecretValue",
  ]);
  const looks = roleStatements(found("bootstrap/bootstrap"), "CloudFormationRole")
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .map(String)
        .filter((action) => /:(Describe|Get|List|View)/.test(action) && !secret.has(action))
        .map((action) => ({ action, resources: [Resource].flat().map(String) })),
    );
  const plan = roleStatements(document, "PlanRole");

  test("so the role for plans sees of a tenant's resources what CloudFormation's own role sees", () => {
    const tagged = { "aws:ResourceTag/mate-tenant": "hospital-a" };
    const granted = (action: string, resource: string): boolean =>
      resource === "*"
        ? plan.some(({ Action }) => [Action].flat().includes(action))
        : decide(plan, of(action, resource.replaceAll("*", "hospital-a"), tagged)) === "allowed";
    const missing = looks.filter(({ action, resources }) => !resources.some((resource) => granted(action, resource)));

    expect(looks.length).toBeGreaterThan(80);
    expect([...new Set(missing.map(({ action }) => action))]).toEqual([]);
  });

  test("but no secret", () => {
    const shown = [...secret].filter((action) =>
      plan.some(({ Action, Resource }) => {
        const ofTenant = [Resource].flat().some((one) => !String(one).includes("-pipeline-"));
        return [Action].flat().includes(action) && ofTenant;
      }),
    );

    expect(shown).toEqual([]);
  });
});

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

/** Calls whose resource cannot be named (Service Authorization Reference: no resource type, or one that does not exist before the call). */
const namesNoResource: ReadonlySet<string> = new Set([
  "acm:RequestCertificate",
  "application-autoscaling:DescribeScalableTargets",
  "application-autoscaling:DescribeScalingActivities",
  "application-autoscaling:DescribeScalingPolicies",
  "backup:ListBackupPlans",
  "cloudformation:BatchDescribeTypeConfigurations",
  "cloudformation:DescribeStackDriftDetectionStatus",
  "cloudformation:ListStacks",
  "cloudformation:ValidateTemplate",
  "cloudwatch:GetMetricData",
  "cognito-idp:DescribeUserPoolDomain",
  "ecr:GetAuthorizationToken",
  "ecs:DeregisterTaskDefinition",
  "ecs:DescribeTaskDefinition",
  "ecs:ListServices",
  "ecs:ListTaskDefinitionFamilies",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "inspector2:ListCoverage",
  "inspector2:ListFindings",
  "kms:CreateKey",
  "kms:ListAliases",
  "kms:ListKeys",
  "logs:DescribeLogGroups",
  "secretsmanager:GetRandomPassword",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "wafv2:GetWebACLForResource",
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
]);
const reads = /^(ec2|elasticache|elasticloadbalancing|rds):Describe/;

test.for(specialised)(
  "$name: no policy says every action, nor every resource where one can be named",
  ({ document: each }) => {
    for (const { policy, statement } of identityStatements(each)) {
      const actions = [statement.Action].flat().map(String);
      expect(
        actions.filter((action) => action.includes("*")),
        policy,
      ).toEqual([]);
      if (statement.Effect === "Deny" || ![statement.Resource].flat().includes("*")) continue;
      expect(
        actions.filter((action) => !namesNoResource.has(action) && !reads.test(action)),
        policy,
      ).toEqual([]);
    }
  },
);

test.for(specialised)(
  "$name: every role of a tenant has the boundary and its tenant's path",
  ({ name, document: each }) => {
    const tenant = { "tenant/enterprise": "hospital-a", "tenant/standard": "clinic-b", "tenant/trial": "trial-c" }[
      name
    ];
    if (tenant === undefined) return;
    const all = Object.values(each.Resources as Section) as unknown as readonly {
      readonly Type: string;
      readonly Properties: Section;
    }[];
    const made = all.filter(({ Type }) => Type === "AWS::IAM::Role");

    expect(made.length).toBeGreaterThan(0);
    for (const { Properties } of made) {
      expect(Properties.Path).toBe(`/mate/production/${tenant}/`);
      expect(Properties.PermissionsBoundary).toBe(`arn:aws:iam::${account}:policy/mate-production-boundary`);
    }
  },
);
