import { describe, expect, test } from "vitest";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { specialised, template, templateNames, tenantDocument } from "./templates.ts";

/** AWS CloudFormation quotas; IAM quotas; AWS Lambda, "Code" of a function. */
const limits = {
  inlineBody: 51_200,
  uploadedBody: 1_000_000,
  resources: 500,
  parameters: 200,
  outputs: 200,
  dynamicReferences: 60,
  managedPolicy: 6_144,
  inlineCode: 4_096,
} as const;

/** What holds data that no one can make again, and how each must be kept. */
const kept: Readonly<Record<string, readonly string[]>> = {
  "AWS::RDS::DBInstance": ["Snapshot"],
  "AWS::ElastiCache::ReplicationGroup": ["Snapshot"],
  "AWS::S3::Bucket": ["RetainExceptOnCreate"],
  "AWS::EFS::FileSystem": ["RetainExceptOnCreate"],
  "AWS::KMS::Key": ["RetainExceptOnCreate"],
  "AWS::Logs::LogGroup": ["RetainExceptOnCreate"],
  "AWS::Cognito::UserPool": ["RetainExceptOnCreate"],
  "AWS::ECR::Repository": ["RetainExceptOnCreate"],
  "AWS::Backup::BackupVault": ["RetainExceptOnCreate"],
  "AWS::SecretsManager::Secret": ["Delete"],
};

type Resource = Section & { readonly Type: string; readonly Properties: Section };
const resources = (document: Section): readonly (readonly [string, Resource])[] =>
  Object.entries(section(document, "Resources")) as [string, Resource][];

describe.for(templateNames.map((name) => ({ name, ...template(name) })))("$name", ({ name, text, document }) => {
  test("fits CloudFormation's limits", () => {
    expect(Buffer.byteLength(text)).toBeLessThan(limits.uploadedBody);
    expect(Object.keys(section(document, "Resources")).length).toBeLessThanOrEqual(limits.resources);
    expect(Object.keys(section(document, "Parameters")).length).toBeLessThanOrEqual(limits.parameters);
    expect(Object.keys(section(document, "Outputs")).length).toBeLessThanOrEqual(limits.outputs);
    expect(text.split("{{resolve:").length - 1).toBeLessThanOrEqual(limits.dynamicReferences);
  });

  test("can be sent without a bucket where there is none yet", () => {
    // The first stack makes the bucket; the others are sent through it.
    if (name === "bootstrap/bootstrap") expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.inlineBody);
    else expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.uploadedBody);
  });

  test("runs no macro and ties no stack to another by an export", () => {
    expect(text).not.toMatch(/Transform|ImportValue|Fn::Transform/);
    expect(text).not.toMatch(/^\s+Export:/m);
  });

  test("says how everything that holds data is kept", () => {
    for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of resources(document)) {
      const policies = kept[Type];
      if (policies === undefined) continue;
      expect(policies, id).toContain(DeletionPolicy);
      expect(UpdateReplacePolicy, id).toBeOneOf(["Snapshot", "Retain", "Delete"]);
      expect(UpdateReplacePolicy === "Delete", id).toBe(Type === "AWS::SecretsManager::Secret");
    }
  });
});

describe.for(specialised)("$name", ({ document }) => {
  test("has managed policies that IAM takes", () => {
    for (const [id, { Type, Properties }] of resources(document)) {
      if (Type !== "AWS::IAM::ManagedPolicy") continue;
      // IAM does not count white space.
      expect(JSON.stringify(Properties.PolicyDocument).length, id).toBeLessThanOrEqual(limits.managedPolicy);
    }
  });

  test("has inline code that Lambda takes", () => {
    for (const [id, { Type, Properties }] of resources(document)) {
      if (Type !== "AWS::Lambda::Function") continue;
      expect(String(section(Properties, "Code").ZipFile).length, id).toBeLessThanOrEqual(limits.inlineCode);
    }
  });
});

test("a tenant of the longest name and environment still gets names that AWS takes", () => {
  const tenant = "a".repeat(24);
  const environment = "productio1";
  const text = JSON.stringify(tenantDocument("enterprise", { Tenant: tenant, Environment: environment }));

  const name = (property: string): string => new RegExp(`"${property}":"([^"]+)"`).exec(text)?.[1] ?? "";
  expect(name("ReplicationGroupId")).toMatch(/^[a-z](-?[a-z0-9])*$/);
  expect(name("ReplicationGroupId").length).toBeLessThanOrEqual(40);
  expect(name("DBInstanceIdentifier").length).toBeLessThanOrEqual(63);
  expect(name("ProviderName").length).toBeLessThanOrEqual(32);
  for (const [, bucket = ""] of text.matchAll(/"BucketName":"([^"]+)"/g)) expect(bucket.length).toBeLessThanOrEqual(63);
});
