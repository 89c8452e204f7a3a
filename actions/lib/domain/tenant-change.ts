/**
 * Edits that look like one line and are a data migration: refused, with the way to do it.
 */

import { type Finding, finding } from "./schema.ts";
import type { DedicatedDatabase, Tenant } from "./tenant.ts";

/** No workflow reaches the data of two tenants: the roles of the pipeline are made so that it cannot. */
const handMove = "let an administrator move its data (infra/README.md, Moving a tenant's data)";

/**
 * Everything a change from `before` to `after` of the same tenant may not do.
 * Moving between standard and enterprise is fine: the database, Redis and file system are modified in place.
 */
export function tenantChangeFindings(before: Tenant, after: Tenant): readonly Finding[] {
  const tier = tierChange(before, after);
  return [
    ...(tier === undefined ? [] : [tier]),
    ...environmentChange(before, after),
    ...(before.database.kind === "dedicated" && after.database.kind === "dedicated"
      ? databaseChange(before.database, after.database)
      : []),
    ...redisChange(before, after),
  ];
}

/** Why the tier cannot be changed by an edit, or `undefined` when it stays or the change is done in place. */
export function tierChange(before: Tenant, after: Tenant): Finding | undefined {
  if (before.tier === after.tier || (before.tier !== "trial" && after.tier !== "trial")) return undefined;
  const why =
    before.tier === "trial"
      ? "its data is in the shared database and would have to move to one of its own"
      : "its own database, Redis and files would be removed";
  const way =
    before.tier === "trial"
      ? `add a new tenant file of tier ${after.tier} under another name, suspend ${before.name}, ${handMove}, then remove ${before.name}`
      : `add a new trial tenant under another name, suspend ${before.name}, ${handMove}, then remove ${before.name}`;
  return finding(["tier"], `tier cannot be changed from ${before.tier} to ${after.tier} by an edit: ${why}`, way);
}

function environmentChange(before: Tenant, after: Tenant): readonly Finding[] {
  if (before.environment === after.environment) return [];
  return [
    finding(
      ["environment"],
      `environment cannot be changed from ${before.environment} to ${after.environment} by an edit: the data would stay behind`,
      `add a tenant file under another name in ${after.environment}, suspend ${before.name}, ${handMove}, then remove ${before.name}`,
    ),
  ];
}

/** Tasks and cache stay at the number they are at, and its next owner would run what another hospital asked for. */
function redisChange({ name, redis: before }: Tenant, { redis: after }: Tenant): readonly Finding[] {
  if (before.kind !== "shared" || after.kind !== "shared" || before.index === after.index) return [];
  return [
    finding(
      ["redis", "index"],
      `redis index of ${name} cannot be changed from ${before.index} to ${after.index}: its tasks would stay behind, for the next trial that gets ${before.index}`,
      `leave it at ${before.index}; only a trial that leaves gives its number back`,
    ),
  ];
}

/** RDS storage only grows, by 10 % or more at a time; an engine is never downgraded. Source: RDS user guide, "Working with storage", "Upgrading". */
function databaseChange(before: DedicatedDatabase, after: DedicatedDatabase): readonly Finding[] {
  const [from, to] = [before.allocatedStorageGib, after.allocatedStorageGib];
  const least = Math.ceil((from * 11) / 10);
  return [
    ...(to < from
      ? [
          finding(
            ["database", "allocatedStorageGib"],
            `allocatedStorageGib cannot shrink from ${from} to ${to}: RDS storage only grows`,
          ),
        ]
      : []),
    ...(to > from && to < least
      ? [
          finding(
            ["database", "allocatedStorageGib"],
            `allocatedStorageGib ${to} is too small a step from ${from}: RDS needs 10 % or more, so at least ${least}`,
          ),
        ]
      : []),
    ...(isOlder(after.engineVersion, before.engineVersion)
      ? [
          finding(
            ["database", "engineVersion"],
            `engineVersion cannot go back from ${before.engineVersion} to ${after.engineVersion}; restore a snapshot from before the upgrade instead`,
          ),
        ]
      : []),
  ];
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
