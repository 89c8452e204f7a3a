import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decide, type Request } from "./iam-evaluator.ts";
import { allowedCalls, type PipelineRole } from "./pipeline-calls.ts";
import { refusedCalls } from "./refused-calls.ts";
import { roleStatements } from "./role-policies.ts";
import { account, found } from "./templates.ts";

const roles: readonly PipelineRole[] = ["Plan", "Build", "Deploy", "Ops", "Restore"];
const document = found("bootstrap/roles");

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
