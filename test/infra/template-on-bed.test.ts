/** What the template refuses by itself, whoever deploys it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TenantStacks, tenantStacks } from "./tenant-stack-on-bed.ts";

let stacks: TenantStacks;
beforeAll(async () => {
  stacks = await tenantStacks();
});
afterAll(() => stacks?.bed.stop());

test("standard does not become enterprise in one update: ElastiCache refuses failover before there is a second node, and nothing is lost", async () => {
  const name = "mate-clinic-b-production";
  await (await stacks.plan(name, stacks.parameters("standard"))).execute();
  const enterprise = {
    ...{ Tier: "enterprise", DatabaseInstanceClass: "db.m7g.large", DatabaseMultiAz: "true" },
    ...{ DatabaseBackupRetentionDays: "30", RedisNodeType: "cache.m7g.large", RedisNodes: "2" },
    FileSystemThroughputMibps: "10",
  };

  const stack = await (await stacks.plan(name, stacks.parameters("standard", enterprise))).execute();

  expect(stack.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(stack.failure).toContain("must have at least one read replica to enable autofailover");
});

test("an enterprise tenant without a standby is refused", async () => {
  const careless = stacks.parameters("enterprise", { DatabaseMultiAz: "false" });

  await expect(stacks.plan("mate-careless-production", { ...careless, Tenant: "careless" })).rejects.toThrow(
    "an enterprise database has a standby",
  );
});
