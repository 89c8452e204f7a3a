import { describe, expect, test } from "vitest";
import { dataIn, holdsData } from "../../actions/lib/domain/data-resource.ts";
import { dangersOf, planDigest, type ResourceChange } from "../../actions/lib/domain/plan.ts";
import { compareWithReview } from "../../actions/lib/domain/review.ts";
import { textOf } from "../contract/committed.ts";

const change = (more: Partial<ResourceChange> = {}): ResourceChange => ({
  logicalId: "Database",
  type: "AWS::RDS::DBInstance",
  action: "modify",
  replacement: "never",
  properties: [],
  ...more,
});

const property = (path: string, after?: string): ResourceChange["properties"][number] => ({
  path: `/Properties/${path}`,
  before: "x",
  ...(after !== undefined && { after }),
  replacement: "never",
});

describe("what could lose data", () => {
  test.for([
    ["a removal", { action: "remove", policyAction: "Snapshot" }, "removed after a final snapshot"],
    ["a removal without a known policy", { action: "remove" }, "removed, and its data is deleted"],
    ["a replacement", { replacement: "always", policyAction: "ReplaceAndRetain" }, "replaced by an empty one"],
    ["a replacement that only the execution decides", { replacement: "conditional" }, "possibly replaced"],
    ["an action that only the execution decides", { action: "dynamic" }, "possibly replaced"],
    [
      "a replacement that only the policy tells of",
      { policyAction: "ReplaceAndDelete" },
      "replaced, and the present one",
    ],
    [
      "a restore from a snapshot",
      { properties: [property("DBSnapshotIdentifier", "old")] },
      "replaced, and the present",
    ],
    ["a copy of an other instance", { properties: [property("SourceDBInstanceIdentifier", "b")] }, "replaced, and the"],
    ["a point in time", { properties: [property("RestoreTime", "2026")] }, "replaced, and the present one"],
  ] as const)("%s is a danger", ([_name, more, what]) => {
    const [danger] = dangersOf([change(more)], []);

    expect(danger?.what).toContain(what);
    expect(danger?.allowedBecause).toBeUndefined();
  });

  test.for([
    ["a change of size", { properties: [property("DBInstanceClass", "db.r6g.large")] }],
    ["a snapshot that is not named any more", { properties: [property("DBSnapshotIdentifier")] }],
    ["a new one made from a snapshot", { action: "add", properties: [property("DBSnapshotIdentifier", "old")] }],
    ["an import", { action: "import" }],
    ["what holds nothing", { type: "AWS::CloudWatch::Alarm", action: "remove" }],
  ] as const)("%s is none", ([_name, more]) => {
    expect(dangersOf([change(more)], [])).toEqual([]);
  });

  test("a type nobody decided about may hold data", () => {
    const [danger] = dangersOf([change({ type: "AWS::Neptune::DBCluster", action: "remove" })], []);

    expect(danger?.what).toContain("whether this type holds data is not known");
    expect(holdsData("Custom::Thing")).toBe(true);
  });

  test("somebody decided about every type of the tenant template", () => {
    const types = [...textOf("infra/tenant/tenant.yml").matchAll(/^ {4}Type: (AWS::\S+)$/gm)].map(
      ([, type]) => type ?? "",
    );

    expect(types.length).toBeGreaterThan(20);
    expect(types.filter((type) => dataIn(type) === "unknown")).toEqual([]);
  });

  test("the group of a tenant's users holds who they are", () => {
    const [danger] = dangersOf(
      [change({ logicalId: "UserPoolGroup", type: "AWS::Cognito::UserPoolGroup", replacement: "always" })],
      [],
    );

    expect(danger?.what).toContain("replaced, and the present one is deleted");
  });

  test("a permission is for one resource by name, with its reason", () => {
    const allowed = [{ resource: "Database", reason: "moved to the new account" }];
    const other = change({ logicalId: "Files", type: "AWS::EFS::FileSystem", action: "remove" });

    expect(
      dangersOf([change({ action: "remove" }), other], allowed).map(({ allowedBecause }) => allowedBecause),
    ).toEqual(["moved to the new account", undefined]);
  });
});

describe("the digest of a plan", () => {
  const one = change({ properties: [property("A", "1"), property("B", "2")] });
  const two = change({ logicalId: "Cache", type: "AWS::ElastiCache::ReplicationGroup" });

  test("does not depend on the order of changes and properties, nor on marks of drift", () => {
    const same = { ...one, drifted: true, properties: one.properties.toReversed() };

    expect(planDigest([two, same])).toBe(planDigest([one, two]));
  });

  test.for([
    ["another value", { ...one, properties: [property("A", "1"), property("B", "3")] }],
    ["another replacement", { ...one, replacement: "always" }],
    ["another physical resource", { ...one, physicalId: "db-2" }],
    ["another policy", { ...one, policyAction: "ReplaceAndDelete" }],
  ] as const)("depends on %s", ([_name, other]) => {
    expect(planDigest([other])).not.toBe(planDigest([one]));
  });
});

describe("held against the review", () => {
  const removal = [change({ action: "remove", policyAction: "Delete" })];
  const allowed = [{ resource: "Database", reason: "moved to the new account" }];
  const dangers = dangersOf(removal, allowed);

  test.for([
    ["the same", removal, dangers, { digest: planDigest(removal), dangers }, "same"],
    ["different, without danger", [change()], [], { digest: "other", dangers: [] }, "harmless"],
    ["different, with a danger that was shown", removal, dangers, { digest: "other", dangers }, "harmless"],
    ["different, with a danger nobody saw", removal, dangers, { digest: "other", dangers: [] }, "dangerous"],
    ["never reviewed, with a danger", removal, dangers, undefined, "dangerous"],
    ["never reviewed, without danger", [change()], [], undefined, "harmless"],
    [
      "reviewed, but allowed by nobody",
      removal,
      dangersOf(removal, []),
      { digest: planDigest(removal), dangers },
      "dangerous",
    ],
  ] as const)("%s", ([_name, changes, found, reviewed, verdict]) => {
    expect(compareWithReview({ changes, dangers: found }, reviewed).verdict).toBe(verdict);
  });
});
