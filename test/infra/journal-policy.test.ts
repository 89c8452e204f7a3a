import { describe, expect, test } from "vitest";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { decide, statementsOf } from "./iam-evaluator.ts";
import { resolved } from "./role-policies.ts";
import { specialised } from "./templates.ts";

const document = specialised.find(({ name }) => name === "bootstrap/bootstrap")?.document ?? {};
const { Properties } = section(document, "Resources").PipelineBucketPolicy as { readonly Properties: Section };
const denials = statementsOf(resolved(Properties.PolicyDocument ?? "", document));
// Everything is allowed to begin with: an administrator.
const statements = [...denials, { Effect: "Allow", Action: "s3:*", Resource: "*" }];

const bucket = "arn:aws:s3:::mate-production-pipeline-123456789012";
const answer = (action: string, key: string, conditions: Readonly<Record<string, string>> = {}): string =>
  decide(statements, {
    action,
    resource: `${bucket}/${key}`,
    context: { "aws:SecureTransport": "true", ...conditions },
  });

const entry = "journal/2026/11/27/op-1-hospital-a.json";
const lease = "leases/hospital-a.json";

describe("an administrator", () => {
  test.for([
    ["adds an entry to the journal", "s3:PutObject", entry, { "s3:if-none-match": "*" }, "allowed"],
    ["cannot write over an entry", "s3:PutObject", entry, {}, "denied"],
    ["cannot replace an entry that was read before", "s3:PutObject", entry, { "s3:if-match": "abc" }, "denied"],
    ["cannot delete an entry", "s3:DeleteObject", entry, {}, "denied"],
    ["cannot delete a version of one", "s3:DeleteObjectVersion", entry, {}, "denied"],
    ["takes a lease that nobody has", "s3:PutObject", lease, { "s3:if-none-match": "*" }, "allowed"],
    ["renews a lease as read", "s3:PutObject", lease, { "s3:if-match": "abc" }, "allowed"],
    ["cannot take a lease without looking", "s3:PutObject", lease, {}, "denied"],
    ["gives a lease back", "s3:DeleteObject", lease, {}, "allowed"],
  ] as const)("%s", ([, action, key, conditions, expected]) => {
    expect(answer(action, key, conditions)).toBe(expected);
  });
});
