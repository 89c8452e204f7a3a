/** Which settings of one instance another does not have yet. */
import type { DatabaseInstance, DatabaseSettings } from "./restore-database.ts";

type Compared = { readonly [name in keyof DatabaseSettings]-?: string | undefined };

/** What each setting is called in a message; undefined ones may differ: what an instance is protected from is decided when it serves. */
const words: Compared = {
  instanceClass: "instance class",
  // More is as good: a volume never shrinks.
  storageGib: undefined,
  maxStorageGib: "storage limit",
  storageType: "storage type",
  iops: "storage rate",
  throughput: "storage throughput",
  multiAz: "standby",
  port: "port",
  subnetGroup: "subnet group",
  parameterGroup: "parameter group",
  optionGroup: "option group",
  securityGroups: "security groups",
  publiclyAccessible: "public access",
  networkType: "network type",
  certificateAuthority: "certificate authority",
  iamAuthentication: "IAM authentication",
  logExports: "log exports",
  minorUpgrades: "minor upgrades",
  tagsToSnapshots: "tags of snapshots",
  dedicatedLogVolume: "log volume",
  engineVersion: "engine version",
  backupRetentionDays: "backup retention",
  backupWindow: "backup window",
  maintenanceWindow: "maintenance window",
  monitoring: "monitoring",
  insights: "performance insights",
  secretKey: "managed master password",
  protected: undefined,
};

/**
 * Names of the settings an instance still misses, in words; none when it has them all. A setting the wanted ones say nothing about may be
 * anything.
 */
export function uncarried(
  { settings }: Pick<DatabaseInstance, "settings">,
  wanted: DatabaseSettings,
): readonly string[] {
  return (Object.keys(words) as (keyof DatabaseSettings)[]).flatMap((name) => {
    const word = words[name];
    if (word === undefined || wanted[name] === undefined) return [];
    return same(settings[name], wanted[name]) ? [] : [word];
  });
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].map(String).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
