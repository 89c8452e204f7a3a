/**
 * A tenant file plus its tier's defaults: every value present.
 */

import { OperatorError } from "./operator-error.ts";
import type { Count, Database, Redis, Storage, Tenant, TenantServices } from "./tenant.ts";
import type { TenantFile } from "./tenant-file.ts";
import type { Tier } from "./tier.ts";

/**
 * Fills in what the file leaves out. Expects a file in which `tenantFindings` found nothing.
 *
 * @throws OperatorError when a tenant of a shared tier has no Redis index, which no default can give
 */
export function resolveTenant(file: TenantFile, tier: Tier): Tenant {
  return {
    name: file.name,
    displayName: file.displayName,
    tier: file.tier,
    environment: file.environment,
    contact: file.contact,
    sso: file.sso ?? { type: "none" },
    state: file.state ?? "active",
    ...(file.release !== undefined && { release: file.release }),
    subdomain: file.subdomain ?? file.name,
    services: servicesOf(file, tier),
    database: databaseOf(file, tier),
    redis: redisOf(file, tier),
    storage: storageOf(file, tier),
    monthlyBudgetUsd: file.monthlyBudgetUsd ?? tier.monthlyBudgetUsd,
    logRetentionDays: file.logRetentionDays ?? tier.logRetentionDays,
    allowDestruction: file.allowDestruction ?? [],
    tags: file.tags ?? {},
  };
}

/** What the services of this file are with the tier's defaults; needed before the rest is known to be right. */
export function servicesOf({ services = {} }: Pick<TenantFile, "services">, tier: Tier): TenantServices {
  const { django, celery, beat } = tier.services;
  return {
    django: { ...django, ...services.django, count: countOf(services.django?.count, django.count) },
    celery: { ...celery, ...services.celery, count: countOf(services.celery?.count, celery.count) },
    beat: { ...beat, ...services.beat },
  };
}

function countOf(written: number | Count | undefined, tiers: Count): Count {
  if (written === undefined) return tiers;
  return typeof written === "number" ? { min: written, max: written } : written;
}

function databaseOf(file: TenantFile, tier: Tier): Database {
  return tier.database === "shared" ? { kind: "shared" } : { kind: "dedicated", ...tier.database, ...file.database };
}

function redisOf(file: TenantFile, tier: Tier): Redis {
  if (tier.redis === "shared") {
    const index = file.redis?.index;
    if (index === undefined) {
      throw new OperatorError(
        "redis-index-missing",
        `tenant ${file.name} shares Redis and needs redis: { index: 0 to 255 }`,
      );
    }
    return { kind: "shared", index };
  }
  const { nodeType = tier.redis.nodeType, nodes = tier.redis.nodes } = file.redis ?? {};
  return { kind: "dedicated", nodeType, nodes };
}

function storageOf(file: TenantFile, tier: Tier): Storage {
  if (tier.storage === "shared") return { kind: "shared" };
  if (tier.storage === "bursting") return { kind: "bursting" };
  return { kind: "provisioned", throughputMibps: file.storage?.throughputMibps ?? tier.storage.throughputMibps };
}
