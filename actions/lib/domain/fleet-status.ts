/**
 * The whole fleet at one moment, as one value: what the fleet page is made from, and what other tools may read. Everything in it
 * was observed or recorded; nothing is decided from it.
 */

import * as z from "zod";
import { type RunningService, serviceOrder } from "./service.ts";
import { type TenantState, tenantStates, tierNames } from "./tenant.ts";

/** Worst first: the order of the page. */
export const healths = ["down", "degraded", "absent", "changing", "healthy", "suspended"] as const;
export type Health = (typeof healths)[number];

const moment = z.iso.datetime();
const usd = z.number().min(0);

const service = z.strictObject({
  role: z.string(),
  running: z.int(),
  wanted: z.int(),
});

/** One line of a tenant's history: an entry of the journal. */
const operation = z.strictObject({
  id: z.string(),
  verb: z.string(),
  actor: z.string(),
  at: moment,
  outcome: z.string(),
  /** The second person, of what needs one. */
  confirmedBy: z.string().exactOptional(),
  /** Number of the pull request whose merge it was. */
  pull: z.int().exactOptional(),
  reason: z.string().exactOptional(),
  run: z.string().exactOptional(),
});

const tenant = z.strictObject({
  name: z.string(),
  displayName: z.string(),
  environment: z.string(),
  tier: z.literal(tierNames),
  state: z.literal(tenantStates),
  url: z.string(),
  contact: z.string(),
  release: z.strictObject({ wanted: z.string(), settled: z.string().exactOptional() }),
  health: z.literal(healths),
  services: z.array(service),
  /** Whether the tenant is what its file says; with a cause if the last deployment failed. */
  settled: z.boolean(),
  unsettled: z.strictObject({ since: moment, cause: z.string() }).exactOptional(),
  overrides: z.array(z.string()),
  /** What the last look for drift found; absent if nobody looked yet. */
  drift: z.strictObject({ at: moment, findings: z.array(z.string()) }).exactOptional(),
  cost: z.strictObject({ floor: usd, ceiling: usd, budget: usd, unknown: z.array(z.string()) }),
  /** The last time its backup was restored for practice. */
  drill: z
    .strictObject({
      at: moment,
      outcome: z.string(),
      rtoMinutes: z.number().exactOptional(),
      rpoMinutes: z.number().exactOptional(),
    })
    .exactOptional(),
  /** Newest first. */
  history: z.array(operation),
});

export const fleetStatus = z.strictObject({
  version: z.literal(1),
  at: moment,
  /** Address of the repository, for links. */
  repository: z.string(),
  environments: z.array(
    z.strictObject({ name: z.string(), account: z.string(), region: z.string(), release: z.string() }),
  ),
  tenants: z.array(tenant),
});

export type FleetStatus = z.infer<typeof fleetStatus>;
export type TenantStatus = FleetStatus["tenants"][number];
export type FleetOperation = TenantStatus["history"][number];

/**
 * How a tenant is, from its services alone. Without tasks of the web application nobody can work: that is `down`, whether it lost
 * them or is asked for none; too few of anything is `degraded`, unless a deployment is putting them there right now.
 */
export function healthOf(
  state: TenantState,
  services: readonly Pick<RunningService, "name" | "runningCount" | "desiredCount" | "pendingCount">[],
): Health {
  if (services.length === 0) return "absent";
  if (state === "suspended" && services.every(({ runningCount }) => runningCount === 0)) return "suspended";
  const django = services.find(({ name }) => name.endsWith("-django"));
  const active = state === "active";
  if (django === undefined || (django.runningCount === 0 && (active || django.desiredCount > 0))) return "down";
  // Every tenant has all of them: one that was deleted has no count that could be short.
  if (active && (services.length < serviceOrder.length || services.some(({ desiredCount }) => desiredCount === 0)))
    return "degraded";
  const short = services.filter(({ runningCount, desiredCount }) => runningCount !== desiredCount);
  if (short.length === 0) return "healthy";
  return short.every(({ runningCount, pendingCount, desiredCount }) => runningCount + pendingCount >= desiredCount)
    ? "changing"
    : "degraded";
}

export interface FleetTotals {
  readonly tenants: number;
  readonly health: Readonly<Record<Health, number>>;
  readonly unsettled: number;
  readonly drifted: number;
  readonly overridden: number;
  readonly floor: number;
  readonly ceiling: number;
}

/** The fleet in a few numbers. */
export function fleetTotals(tenants: readonly TenantStatus[]): FleetTotals {
  const count = (is: (tenant: TenantStatus) => boolean): number => tenants.filter(is).length;
  const sum = (of: (tenant: TenantStatus) => number): number => tenants.reduce((total, one) => total + of(one), 0);
  const health = Object.fromEntries(healths.map((name) => [name, count((one) => one.health === name)]));
  return {
    tenants: tenants.length,
    health: health as Readonly<Record<Health, number>>,
    unsettled: count(({ settled }) => !settled),
    drifted: count(({ drift }) => (drift?.findings.length ?? 0) > 0),
    overridden: count(({ overrides }) => overrides.length > 0),
    floor: sum(({ cost }) => cost.floor),
    ceiling: sum(({ cost }) => cost.ceiling),
  };
}

/** Those that need somebody first: down, then degraded, then not settled, then drifted; each by name. */
export function worstFirst(tenants: readonly TenantStatus[]): readonly TenantStatus[] {
  const rank = ({ health, settled, drift }: TenantStatus): number =>
    Math.min(
      healths.indexOf(health),
      settled ? healths.length : 1.5,
      (drift?.findings.length ?? 0) > 0 ? 1.7 : healths.length,
    );
  return tenants.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
