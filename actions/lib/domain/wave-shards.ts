/**
 * How far one job reaches. A wave that takes longer than a job may is dealt into several, one after the other: what AWS lets an
 * account do in a second does not grow with the number of jobs. A wave of more tenants than one process should carry is dealt into
 * shards, jobs at the same time, and each has its slice of everything that is counted.
 */
import type { Environment } from "./environment.ts";
import { apiBuckets } from "./limits.ts";
import { inParts } from "./wave.ts";

export interface Shard {
  /** From 1. */
  readonly shard: number;
  readonly shards: number;
  readonly tenants: readonly string[];
}

type Bounds = Pick<Environment, "rollout" | "limits">;

/**
 * Tenants of one process where the environment says nothing else: twice as many were measured in one (`scripts/bench fleet-growth`),
 * and what a lost job has to take up again stays small.
 */
export const tenantsPerJob = 500;

/** Databases of one instance that are migrated at a time: what they lock and write is the same machine. */
export const databasesAtOnce = 4;

/** A job of the deploy workflow may take 350 minutes; GitHub ends every one after 360. */
const jobMinutes = 350;

/** The last tenant's own way, when its turn comes: a slow stack operation, a migration, a service that takes its time. */
const lastTenantMinutes = 90 + 20 + 30;

/** A tenant registers a definition for its migration and one for each of its three services; no other bucket is as slow. */
const registrationsPerTenant = 4;

/** Tenants that a wave may have, so that each of its jobs is through in its time: at least 1. */
export function waveReach({ rollout, limits }: Bounds): number {
  const registrations = apiBuckets.find(({ operations }) => operations.includes("RegisterTaskDefinition"));
  if (registrations === undefined) throw new Error("there is no bucket of registrations");
  const seconds = Math.max(0, jobMinutes - lastTenantMinutes - rollout.bakeMinutes) * 60;
  const share = limits.apiSharePercent / 100;
  const calls = registrations.burst * share + seconds * registrations.perSecond * share;
  return Math.max(1, Math.floor(calls / registrationsPerTenant));
}

/**
 * Deals the tenants of a wave into as few jobs as reach them all: in alphabetical order and in even parts, so that the same tenants
 * always make the same shards. Never more than the smallest thing they share can be sliced into.
 */
export function shardsOf(tenants: readonly string[], environment: Bounds): readonly Shard[] {
  const wanted = Math.ceil(tenants.length / (environment.rollout.tenantsPerJob ?? tenantsPerJob));
  const shards = Math.max(1, Math.min(wanted, tenants.length, mostShards(environment)));
  return inParts(tenants.toSorted(), shards).map((part, index) => ({ shard: index + 1, shards, tenants: part }));
}

/** A bucket that holds less than one token lets nothing out, and less than one tenant at a time is none. */
function mostShards({ rollout, limits }: Bounds): number {
  const leastBurst = Math.min(...apiBuckets.map(({ burst }) => burst));
  return Math.min(rollout.concurrency, databasesAtOnce, Math.floor((leastBurst * limits.apiSharePercent) / 100));
}

/** What an environment lets one of so many shards have: the slices of all together are no more than the whole. */
export function sliceOf<E extends Bounds>(environment: E, shards: number): E {
  const { rollout, limits } = environment;
  return {
    ...environment,
    rollout: { ...rollout, concurrency: Math.max(1, Math.floor(rollout.concurrency / shards)) },
    limits: { ...limits, apiSharePercent: limits.apiSharePercent / shards },
  };
}
