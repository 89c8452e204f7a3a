/**
 * What a tenant file may say about its database, Redis and files: only what its tier has, and only sizes that can be.
 */

import { type Finding, finding, type Path } from "./schema.ts";
import { closest } from "./spelling.ts";
import type { DedicatedDatabase } from "./tenant.ts";
import type { TenantFile } from "./tenant-file.ts";
import type { Tier, TierLimits } from "./tier.ts";
import { either } from "./wording.ts";

/** Findings about `database`, `redis` and `storage` of a tenant file. */
export function dataFindings(file: TenantFile, tier: Tier): readonly Finding[] {
  return [...databaseFindings(file, tier), ...redisFindings(file, tier), ...storageFindings(file, tier)];
}

function databaseFindings({ database }: TenantFile, tier: Tier): readonly Finding[] {
  if (database === undefined) return [];
  if (tier.database === "shared") {
    return [
      finding(
        ["database"],
        `tenants of tier ${tier.name} share one database and cannot size it; remove database, or move the tenant to a paying tier`,
      ),
    ];
  }
  const { allocatedStorageGib, maxAllocatedStorageGib } = { ...tier.database, ...database };
  const storagePath = [
    "database",
    database.maxAllocatedStorageGib === undefined ? "allocatedStorageGib" : "maxAllocatedStorageGib",
  ];
  return [
    ...oneOf(
      { value: database.instanceClass, path: ["database", "instanceClass"], offered: tier.limits.instanceClasses },
      tier,
    ),
    ...(database.multiAz !== undefined && database.multiAz !== tier.database.multiAz
      ? [standby(database.multiAz, tier)]
      : []),
    ...within(
      { value: database.allocatedStorageGib, path: ["database", "allocatedStorageGib"], limit: "allocatedStorageGib" },
      tier,
    ),
    ...within(
      {
        value: database.maxAllocatedStorageGib,
        path: ["database", "maxAllocatedStorageGib"],
        limit: "allocatedStorageGib",
      },
      tier,
    ),
    ...within(
      { value: database.backupRetentionDays, path: ["database", "backupRetentionDays"], limit: "backupRetentionDays" },
      tier,
    ),
    ...otherMajor(database.engineVersion, tier.database.engineVersion),
    ...growthFindings({ allocatedStorageGib, maxAllocatedStorageGib }, storagePath),
  ];
}

/** Storage grows by itself to 10 % more at the least, or not at all where both are the same (RDS user guide, "storage autoscaling"). */
function growthFindings(
  {
    allocatedStorageGib: from,
    maxAllocatedStorageGib: to,
  }: Pick<DedicatedDatabase, "allocatedStorageGib" | "maxAllocatedStorageGib">,
  path: Path,
): readonly Finding[] {
  const least = Math.ceil((from * 11) / 10);
  if (to === from || to >= least) return [];
  const message =
    to < from
      ? `maxAllocatedStorageGib ${to} is below allocatedStorageGib ${from}; write both, the maximum at least as large`
      : `maxAllocatedStorageGib ${to} is too near to allocatedStorageGib ${from}: RDS takes ${least} or more, or ${from} for storage that never grows`;
  return [finding(path, message)];
}

/** The database parameter group is made for one major version, so all of a tier's databases have the same. */
function otherMajor(asked: string | undefined, tiers: string): readonly Finding[] {
  const major = tiers.split(".")[0];
  if (asked === undefined || asked.startsWith(`${major}.`)) return [];
  const message = `engineVersion ${asked} is not possible: databases are PostgreSQL ${major} here; another major version is raised for the whole tier`;
  return [finding(["database", "engineVersion"], message)];
}

function standby(asked: boolean, { name }: Tier): Finding {
  return asked
    ? finding(
        ["database", "multiAz"],
        `multiAz true is not part of tier ${name}; change tier to enterprise, which is done in place`,
      )
    : finding(
        ["database", "multiAz"],
        `multiAz false is not possible in tier ${name}: its databases always have a standby; remove the line`,
      );
}

function redisFindings({ redis }: TenantFile, tier: Tier): readonly Finding[] {
  if (tier.redis === "shared") {
    if (redis?.index === undefined) {
      return [
        finding(
          ["redis"],
          `tenants of tier ${tier.name} share one Redis and each needs a database number of its own: redis: { index: 0 to 255 }`,
        ),
      ];
    }
    return (["nodeType", "nodes"] as const)
      .filter((key) => redis[key] !== undefined)
      .map((key) =>
        finding(["redis", key], `tenants of tier ${tier.name} share one Redis and cannot size it; remove ${key}`),
      );
  }
  if (redis === undefined) return [];
  return [
    ...oneOf({ value: redis.nodeType, path: ["redis", "nodeType"], offered: tier.limits.nodeTypes }, tier),
    ...within({ value: redis.nodes, path: ["redis", "nodes"], limit: "redisNodes" }, tier),
    ...(redis.index === undefined
      ? []
      : [
          finding(
            ["redis", "index"],
            `index is for tiers that share Redis; tier ${tier.name} has its own, remove the line`,
          ),
        ]),
  ];
}

function storageFindings({ storage }: TenantFile, tier: Tier): readonly Finding[] {
  if (storage?.throughputMibps === undefined) return [];
  const path = ["storage", "throughputMibps"];
  if (typeof tier.storage === "string") {
    return [
      finding(
        path,
        `provisioned throughput is not part of tier ${tier.name}, whose file system is ${tier.storage}; remove the line or change tier to enterprise`,
      ),
    ];
  }
  return within({ value: storage.throughputMibps, path, limit: "throughputMibps" }, tier);
}

function oneOf(
  {
    value,
    path,
    offered,
  }: { readonly value: string | undefined; readonly path: Path; readonly offered: readonly string[] },
  { name }: Tier,
): readonly Finding[] {
  if (value === undefined || offered.includes(value)) return [];
  const near = closest(value, offered);
  return [
    finding(
      path,
      `${path.at(-1)} ${value} is not offered in tier ${name}, which has ${either(offered)}`,
      near && `did you mean ${near}?`,
    ),
  ];
}

type RangeLimit = {
  [Key in keyof TierLimits]: TierLimits[Key] extends { readonly min: number } ? Key : never;
}[keyof TierLimits];

function within(
  { value, path, limit }: { readonly value: number | undefined; readonly path: Path; readonly limit: RangeLimit },
  { limits, name }: Tier,
): readonly Finding[] {
  const { min, max } = limits[limit];
  if (value === undefined || (value >= min && value <= max)) return [];
  const allowed = min === max ? `tier ${name} has exactly ${min}` : `tier ${name} has ${min} to ${max}`;
  return [finding(path, `${path.at(-1)} ${value} is not possible: ${allowed}`)];
}
