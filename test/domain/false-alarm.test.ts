import { expect, test } from "vitest";
import { withoutFalseAlarm } from "../../actions/lib/domain/false-alarm.ts";
import { dangersOf, type PropertyChange, type ResourceChange } from "../../actions/lib/domain/plan.ts";

function database(...properties: readonly (readonly [string, PropertyChange["replacement"]])[]): ResourceChange {
  return {
    ...{ logicalId: "Database", type: "AWS::RDS::DBInstance", action: "modify", replacement: "conditional" },
    policyAction: "ReplaceAndSnapshot",
    properties: properties.map(([name, replacement]) => ({ path: `/Properties/${name}`, replacement })),
  };
}

test("a standby and longer backups are had in place, and no danger", () => {
  const change = withoutFalseAlarm(database(["MultiAZ", "conditional"], ["BackupRetentionPeriod", "conditional"]));

  expect(change.replacement).toBe("never");
  expect(dangersOf([change], [])).toEqual([]);
});

test.for([
  ["another engine beside it", database(["MultiAZ", "conditional"], ["Engine", "conditional"]), ["Engine"]],
  ["a key that may change beside it", database(["MultiAZ", "conditional"], ["KmsKeyId", "always"]), ["KmsKeyId"]],
  ["nothing that explains it", database(["AllocatedStorage", "never"]), []],
  ["no property at all", database(), []],
] as const)("a possible replacement stays a danger with %s", ([, change, because]) => {
  expect(dangersOf([withoutFalseAlarm(change)], [])).toMatchObject([{ logicalId: "Database", because }]);
});

test("what is certain stays certain, and what other types call conditional stays possible", () => {
  const certain: ResourceChange = { ...database(["MultiAZ", "conditional"]), replacement: "always" };
  const other: ResourceChange = { ...database(["MultiAZ", "conditional"]), type: "AWS::RDS::DBCluster" };

  expect(withoutFalseAlarm(certain)).toEqual(certain);
  expect(withoutFalseAlarm(other)).toEqual(other);
});

test("a key for performance insights is given in place to a database that had none, and replaces one that had another", () => {
  const path = "/Properties/PerformanceInsightsKMSKeyId";
  const given = (values: Pick<PropertyChange, "before" | "after">): ResourceChange => ({
    ...database(),
    properties: [{ path, replacement: "conditional", ...values }],
  });

  expect(withoutFalseAlarm(given({ after: "key/2" })).replacement).toBe("never");
  expect(withoutFalseAlarm(given({ before: "key/1", after: "key/2" })).replacement).toBe("conditional");
  expect(withoutFalseAlarm(given({})).replacement).toBe("conditional");
});
