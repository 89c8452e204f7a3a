import { describe, expect, test } from "vitest";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { decide } from "./iam-evaluator.ts";

const statement = (more: Section): Section => ({
  Effect: "Allow",
  Action: "ecs:UpdateService",
  Resource: "*",
  ...more,
});
const request = { action: "ecs:UpdateService", resource: "arn:aws:ecs:us-east-1:1:service/c/mate-a-django" };

describe("a call", () => {
  test("is refused when nothing speaks of it", () => {
    expect(decide([statement({ Action: "ecs:DescribeServices" })], request)).toBe("not allowed");
  });

  test("is denied whatever allows it", () => {
    expect(decide([statement({}), statement({ Effect: "Deny" })], request)).toBe("denied");
  });

  test("is allowed without regard to the case of its name", () => {
    expect(decide([statement({ Action: "ECS:updateService" })], request)).toBe("allowed");
  });
});

test("a policy variable without a value matches nothing", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own placeholder.
  const own = statement({ Resource: "arn:aws:ecs:*:*:service/c/mate-${aws:PrincipalTag/mate-tenant}-*" });

  expect(decide([own], request)).toBe("not allowed");
  expect(decide([own], { ...request, context: { "aws:PrincipalTag/mate-tenant": "b" } })).toBe("not allowed");
  expect(decide([own], { ...request, context: { "aws:PrincipalTag/mate-tenant": "a" } })).toBe("allowed");
});

test.for<readonly [Section, Readonly<Record<string, string | readonly string[]>>, boolean]>([
  [{ StringEquals: { k: ["x", "y"] } }, { k: "y" }, true],
  [{ StringEquals: { k: "x" } }, {}, false],
  [{ StringEqualsIfExists: { k: "x" } }, {}, true],
  [{ StringNotEquals: { k: "x" } }, {}, true],
  [{ StringNotEquals: { k: "x" } }, { k: "x" }, false],
  [{ StringLike: { k: "plan-*" } }, { k: "plan-1" }, true],
  [{ StringLike: { k: "?*" } }, { k: "" }, false],
  [{ Null: { k: "true" } }, {}, true],
  [{ Null: { k: "false" } }, {}, false],
  [{ "ForAllValues:StringEquals": { k: ["a"] } }, { k: ["a", "b"] }, false],
  [{ "ForAllValues:StringEquals": { k: ["a"] } }, { k: ["a"] }, true],
  [{ StringEquals: { k: "x" }, Bool: { l: "true" } }, { k: "x", l: "false" }, false],
])("under %j a request with %j is decided rightly", ([Condition, context, holds]) => {
  expect(decide([statement({ Condition })], { ...request, context })).toBe(holds ? "allowed" : "not allowed");
});

test("what it does not understand, it refuses to decide", () => {
  expect(() => decide([statement({ NotAction: "iam:*" })], request)).toThrow("NotAction is not understood");
  expect(() =>
    decide([statement({ Condition: { IpAddress: { k: "x" } } })], { ...request, context: { k: "x" } }),
  ).toThrow("IpAddress is not understood");
});
