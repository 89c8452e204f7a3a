import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ParameterValues } from "./specialise.ts";
import { type TenantTier, template, tenantTiers } from "./templates.ts";
import { type Change, type Stack, type TenantStacks, tenantStacks } from "./tenant-stack-on-bed.ts";

let stacks: TenantStacks;
beforeAll(async () => {
  stacks = await tenantStacks();
}, 120_000);
afterAll(() => stacks?.bed.stop());

const names: Readonly<Record<TenantTier, string>> = {
  enterprise: "mate-hospital-a-production",
  standard: "mate-clinic-b-production",
  trial: "mate-trial-c-production",
};

const replaced = (changes: readonly Change[]): readonly string[] =>
  changes
    .filter(({ Replacement }) => Replacement === "True")
    .map(({ LogicalResourceId }) => LogicalResourceId)
    .sort();
const touched = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ LogicalResourceId }) => LogicalResourceId).sort();

/** What each tenant's stack is made from now. Changes add up, because a database neither shrinks nor goes back to an older version. */
const present = new Map<TenantTier, ParameterValues>();

async function change(
  tier: TenantTier,
  values: ParameterValues,
): Promise<{ readonly changes: readonly Change[]; readonly stack: Stack }> {
  const parameters = { ...stacks.parameters(tier), ...present.get(tier), ...values };
  const plan = await stacks.plan(names[tier], parameters);
  const stack = await plan.execute();
  if (!stack.StackStatus.includes("ROLLBACK")) present.set(tier, parameters);
  return { changes: plan.changes, stack };
}

describe.for(tenantTiers)("a tenant of the %s tier", { timeout: 120_000 }, (tier) => {
  test("is created, with every output that its services are made from", async () => {
    const { stack } = await change(tier, {});

    expect(stack).toMatchObject({ StackStatus: "CREATE_COMPLETE", failure: undefined });
    const always = Object.entries(template("tenant/tenant").document.Outputs as Record<string, { Condition?: string }>)
      .filter(
        ([, { Condition }]) => Condition === undefined || Condition === (tier === "trial" ? "IsTrial" : "IsDedicated"),
      )
      .map(([name]) => name);
    expect(Object.keys(stack.Outputs).sort()).toEqual(always.sort());
    expect(Object.entries(stack.Outputs).filter(([, value]) => value === "")).toEqual([]);
  });
});

/** What a tenant file offers: the tier, the parameter, what is touched that matters, and what is replaced. */
const offers: readonly (readonly [string, TenantTier, ParameterValues, readonly string[], readonly string[]])[] = [
  ["displayName", "enterprise", { DisplayName: "Hospital A, East Wing" }, ["Dashboard"], []],
  ["contact", "enterprise", { Contact: "it@hospitala.com" }, ["Dashboard"], []],
  ["monthlyBudgetUsd", "standard", { MonthlyBudgetUsd: "500" }, ["Budget"], []],
  [
    "subdomain",
    "standard",
    { Subdomain: "clinic-bee" },
    ["Certificate", "DnsRecord", "UserPoolClient"],
    ["Certificate", "DnsRecord"],
  ],
  ["database.instanceClass", "standard", { DatabaseInstanceClass: "db.m7g.large" }, ["Database"], []],
  ["database.allocatedStorageGib", "standard", { DatabaseAllocatedStorage: "80" }, ["Database"], []],
  ["database.maxAllocatedStorageGib", "standard", { DatabaseMaxAllocatedStorage: "400" }, ["Database"], []],
  ["database.backupRetentionDays", "standard", { DatabaseBackupRetentionDays: "21" }, ["Database"], []],
  ["database.engineVersion", "standard", { DatabaseEngineVersion: "17.10" }, ["Database"], []],
  ["redis.nodeType", "standard", { RedisNodeType: "cache.t4g.medium" }, ["Redis"], []],
  ["redis.nodes", "enterprise", { RedisNodes: "3" }, ["Redis"], []],
  ["storage.throughputMibps", "enterprise", { FileSystemThroughputMibps: "20" }, ["FileSystem"], []],
  ["logRetentionDays", "trial", { LogRetentionDays: "90" }, ["DjangoLogs", "ProvisionLogs"], []],
  ["sso from oidc to none", "standard", { SsoType: "none" }, ["OidcProvider", "UserPoolClient"], []],
  ["sso.metadataUrl", "enterprise", { SamlMetadataUrl: "https://idp.hospitala.com/v2/metadata" }, ["SamlProvider"], []],
];

test.for(offers)(
  "changing %s of a tenant (%s) changes what it should, and replaces no data",
  { timeout: 120_000 },
  async ([, tier, values, touches, replaces]) => {
    const { changes, stack } = await change(tier, values);

    expect(touched(changes)).toEqual(expect.arrayContaining([...touches]));
    expect(replaced(changes)).toEqual(replaces);
    expect(stack).toMatchObject({ StackStatus: "UPDATE_COMPLETE", failure: undefined });
  },
);

describe("standard becomes enterprise", { timeout: 120_000 }, () => {
  const enterprise = {
    Tier: "enterprise",
    DatabaseInstanceClass: "db.m7g.large",
    DatabaseMultiAz: "true",
    DatabaseBackupRetentionDays: "30",
    RedisNodeType: "cache.m7g.large",
    RedisNodes: "2",
    FileSystemThroughputMibps: "10",
  };

  test("not in one update: ElastiCache refuses failover before there is a second node, and nothing is lost", async () => {
    const { stack } = await change("standard", enterprise);

    expect(stack.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    expect(stack.failure).toContain("must have at least one read replica to enable autofailover");
  });

  test("in place when the first update does without failover: no data moves", async () => {
    const first = await change("standard", { ...enterprise, RedisFailover: "false" });
    expect(first.stack).toMatchObject({ StackStatus: "UPDATE_COMPLETE", failure: undefined });
    expect(replaced(first.changes)).toEqual(["BackupSelection"]);
    expect(touched(first.changes)).toEqual(expect.arrayContaining(["Database", "FileSystem", "Redis"]));
  });

  test("with failover after the second update", async () => {
    const { changes, stack } = await change("standard", { RedisFailover: "true" });

    expect(touched(changes)).toEqual(["Redis"]);
    expect(replaced(changes)).toEqual([]);
    expect(stack).toMatchObject({ StackStatus: "UPDATE_COMPLETE", failure: undefined });
  });
});

test("an enterprise tenant without a standby is refused by the template itself", async () => {
  const careless = stacks.parameters("enterprise", { DatabaseMultiAz: "false" });

  await expect(stacks.plan("mate-careless-production", { ...careless, Tenant: "careless" })).rejects.toThrow(
    "an enterprise database has a standby",
  );
});

test("a tenant that leaves leaves its data behind", { timeout: 120_000 }, async () => {
  const open = await change("standard", { DeletionProtection: "false" });
  expect(open.stack).toMatchObject({ StackStatus: "UPDATE_COMPLETE" });

  const stack = await stacks.remove(names.standard);

  expect(stack).toMatchObject({ StackStatus: "DELETE_COMPLETE" });
  const { Buckets } = await stacks.invoke<{ Buckets: readonly { Name: string }[] }>("s3", "ListBuckets", {});
  expect(Buckets.map(({ Name }) => Name)).toEqual(
    expect.arrayContaining(["mate-clinic-b-production-data", "mate-clinic-b-production-backup"]),
  );
  const { DBSnapshots } = await stacks.invoke<{ DBSnapshots: readonly { DBInstanceIdentifier: string }[] }>(
    "rds",
    "DescribeDBSnapshots",
    {},
  );
  expect(DBSnapshots.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toContain(names.standard);
});
