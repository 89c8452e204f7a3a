import { expect, test } from "vitest";
import { creationStep } from "../../actions/lib/domain/deletion-protection.ts";
import type { ResourceChange } from "../../actions/lib/domain/plan.ts";
import { compareWithWhole } from "../../actions/lib/domain/review.ts";

const desire = (parameters: Readonly<Record<string, string>>) => ({
  name: "mate-hospital-a-production",
  template: "Resources: {}",
  parameters,
  tags: {},
});

test("a stack is made without the protection it asks for, and otherwise as it asks", () => {
  const step = creationStep(desire({ Tenant: "hospital-a", DeletionProtection: "true" }));

  expect(step?.first).toEqual(desire({ Tenant: "hospital-a", DeletionProtection: "false" }));
});

test.for([{ DeletionProtection: "false" }, { Tenant: "hospital-a" }] as const)(
  "a stack with %j is made at once",
  (parameters) => {
    expect(creationStep(desire(parameters))).toBeUndefined();
  },
);

const change = (more: Partial<ResourceChange>): ResourceChange => ({
  logicalId: "Database",
  type: "AWS::RDS::DBInstance",
  action: "add",
  replacement: "never",
  properties: [],
  ...more,
});

test.for<readonly [string, ResourceChange, "same" | "dangerous"]>([
  ["finish what it made", change({ action: "modify" }), "same"],
  ["replace what it made", change({ action: "modify", replacement: "always" }), "dangerous"],
  ["perhaps replace what it made", change({ action: "modify", replacement: "conditional" }), "dangerous"],
  ["remove what it made", change({ action: "remove" }), "dangerous"],
  ["change what it did not make", change({ action: "modify", logicalId: "Redis" }), "dangerous"],
])("the second update of a creation may %s: %s", ([, second, verdict]) => {
  expect(compareWithWhole({ changes: [second], dangers: [] }, [change({})]).verdict).toBe(verdict);
});
