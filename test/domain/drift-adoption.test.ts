import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adoptStack } from "../../actions/lib/domain/drift-adoption.ts";

const template = readFileSync(new URL("../../infra/tenant/tenant.yml", import.meta.url), "utf8");
const drift = (logicalId: string, type: string, properties: Readonly<Record<string, string>>, deleted = false) => ({
  ...{ logicalId, type, deleted },
  properties: Object.entries(properties).map(([path, actual]) => ({ path, actual })),
});

/** Parameter of the template → the property it ends up in, and what a live value of that becomes in the file. */
const parameters = [
  ["DatabaseInstanceClass", "Database", "/DBInstanceClass", "db.m7g.large", "database.instanceClass", "db.m7g.large"],
  ["DatabaseAllocatedStorage", "Database", "/AllocatedStorage", "80", "database.allocatedStorageGib", 80],
  ["DatabaseMaxAllocatedStorage", "Database", "/MaxAllocatedStorage", "400", "database.maxAllocatedStorageGib", 400],
  ["DatabaseBackupRetentionDays", "Database", "/BackupRetentionPeriod", "21", "database.backupRetentionDays", 21],
  ["DatabaseEngineVersion", "Database", "/EngineVersion", "17.10", "database.engineVersion", "17.10"],
  ["HasStandby", "Database", "/MultiAZ", "true", "database.multiAz", true],
  ["RedisNodeType", "Redis", "/CacheNodeType", "cache.m7g.large", "redis.nodeType", "cache.m7g.large"],
  ["RedisNodes", "Redis", "/NumCacheClusters", "2", "redis.nodes", 2],
  ["FileSystemThroughputMibps", "FileSystem", "/ProvisionedThroughputInMibps", "64", "storage.throughputMibps", 64],
  ["MonthlyBudgetUsd", "Budget", "/Budget/BudgetLimit/Amount", "300", "monthlyBudgetUsd", 300],
] as const;

test.for(parameters)("what %s sets is adopted from %s%s", ([parameter, logicalId, path, actual, place, value]) => {
  const { values, homeless } = adoptStack([drift(logicalId, "AWS::Any::Thing", { [path]: actual })]);

  expect(values.map((one) => [one.path.join("."), one.value])).toEqual([[place, value]]);
  expect(homeless).toEqual([]);
  // The template sets that property of that resource from that parameter or condition.
  const resource = template.slice(template.indexOf(`\n  ${logicalId}:\n`)).split(/\n {2}\w+:\n/)[1] ?? "";
  const property = path.split("/").at(-1);
  expect(resource).toMatch(new RegExp(`${property}: (!Ref|!If \\[)[^\\n]*${parameter}`));
});

test("log groups that all keep logs as long give one value, those that do not give none", () => {
  const group = (id: string, days: string) => drift(id, "AWS::Logs::LogGroup", { "/RetentionInDays": days });

  expect(adoptStack([group("DjangoLogs", "30"), group("BeatLogs", "30")])).toEqual({
    values: [{ path: ["logRetentionDays"], value: 30, from: "DjangoLogs/RetentionInDays" }],
    homeless: [],
  });
  const { values, homeless } = adoptStack([group("DjangoLogs", "30"), group("BeatLogs", "7")]);
  expect(values).toEqual([]);
  expect(homeless.map(({ what }) => what)).toEqual([
    "DjangoLogs/RetentionInDays is 30, and others are not",
    "BeatLogs/RetentionInDays is 7, and others are not",
  ]);
});

test("what was deleted, what no file can say and a value of another form are named with where they belong", () => {
  const { values, homeless } = adoptStack([
    drift("DataBucket", "AWS::S3::Bucket", {}, true),
    drift("Alarm", "AWS::CloudWatch::Alarm", { "/Threshold": "90" }),
    drift("Database", "AWS::RDS::DBInstance", { "/AllocatedStorage": "much" }),
  ]);

  expect(values).toEqual([]);
  expect(homeless.map(({ what, where }) => `${what}: ${where}`)).toEqual([
    expect.stringMatching(/^DataBucket \(AWS::S3::Bucket\) was deleted: .*revert makes it again/),
    "Alarm/Threshold is 90: Alarm in infra/tenant/tenant.yml, for all tenants at once",
    "Database/AllocatedStorage is much: Database in infra/tenant/tenant.yml, for all tenants at once",
  ]);
});
