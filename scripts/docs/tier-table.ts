/**
 * A Markdown table of what each tier gives and allows.
 */

import type { Tier } from "../../actions/lib/domain/tier.ts";

type Range = { readonly min: number; readonly max: number };

/** One column per tier, one row per thing a hospital gets; what the tenant file may change has its limits in brackets. */
export function tierTable(tiers: readonly Tier[]): string {
  const row = (what: string, of: (tier: Tier) => string): string => `| ${what} | ${tiers.map(of).join(" | ")} |`;
  return [
    row("", ({ name }) => name),
    `|---|${tiers.map(() => "---|").join("")}`,
    row("web tasks (`django`)", ({ services, limits }) => scaled(services.django, limits.count)),
    row("worker tasks (`celery`)", ({ services, limits }) => scaled(services.celery, limits.count)),
    row("scheduler (`beat`)", ({ services }) => `1 × ${size(services.beat)}`),
    row("PostgreSQL", databaseOf),
    row("point-in-time recovery", ({ database, limits }) =>
      database === "shared"
        ? "of the shared instance"
        : `${database.backupRetentionDays} days (${span(limits.backupRetentionDays)})`,
    ),
    row("Redis", ({ redis, limits }) =>
      redis === "shared"
        ? "shared"
        : `${redis.nodes} × ${redis.nodeType}${redis.nodes > 1 ? " with failover" : ""} (nodes ${span(limits.redisNodes)})`,
    ),
    row("files (EFS)", ({ storage }) =>
      typeof storage === "string" ? storage : `provisioned ${storage.throughputMibps} MiB/s`,
    ),
    row("sign-in", ({ limits }) => limits.sso.join(", ")),
    row("logs kept", ({ logRetentionDays }) => `${logRetentionDays} days`),
    row("monthly budget", ({ monthlyBudgetUsd }) => `$${monthlyBudgetUsd}`),
    "",
  ].join("\n");
}

function scaled({ count, ...task }: Tier["services"]["django"], limit: Range): string {
  return `${span(count)} × ${size(task)} (${span(limit)})`;
}

function size({ cpu, memory }: { readonly cpu: number; readonly memory: number }): string {
  return `${cpu / 1024} vCPU, ${memory / 1024} GiB`;
}

function databaseOf({ database }: Tier): string {
  if (database === "shared") return "own database on a shared instance";
  const { instanceClass, multiAz, allocatedStorageGib, maxAllocatedStorageGib } = database;
  return `${instanceClass}, ${multiAz ? "Multi-AZ" : "single"}, ${allocatedStorageGib} GiB growing to ${maxAllocatedStorageGib}`;
}

function span({ min, max }: Range): string {
  return min === max ? String(min) : `${min}–${max}`;
}
