/** The status of a fleet, read in few calls: services in batches, records by listings. */

import { unsettledKey, unsettledRecord } from "../domain/deploy-record.ts";
import type { DesiredTenant } from "../domain/desired.ts";
import { driftKey, driftRecord } from "../domain/drift.ts";
import { clusterName } from "../domain/environment-names.ts";
import { historyLine, journalPrefixes, newestEntries } from "../domain/fleet-history.ts";
import { healthOf, type TenantStatus } from "../domain/fleet-status.ts";
import { describeOverride, overrideKey, overrideRecord, unrecorded } from "../domain/override.ts";
import type { CostRange } from "../domain/plan.ts";
import { type RunningService, serviceOrder } from "../domain/service.ts";
import { settledFingerprints, settledKey, settledPrefix } from "../domain/settled.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";
import { asDeclared } from "./as-declared.ts";
import { together } from "./together.ts";

/** Objects of the bucket read at the same time. */
const atOnce = 32;
/** Entries of the journal shown of one tenant. */
const historyLength = 8;

type Records = Fleet<"records">["cell"]["records"];

/**
 * @param cost USD a month of a tenant
 * @returns a status for each tenant of the fleet, in its order
 */
export async function fleetTenants(
  fleet: Fleet<"records" | "services">,
  declarations: Declarations,
  cost: (desired: DesiredTenant) => CostRange,
): Promise<readonly TenantStatus[]> {
  const { cell, tenants } = fleet;
  const now = fleet.clock.now();
  const declared = asDeclared(fleet, declarations);
  const names = tenants.flatMap(({ stack }) => serviceOrder.map((role) => `${stack.name}-${role}`));
  const [services, keys, journal] = await Promise.all([
    cell.services.find(clusterName(cell.environment), names),
    recordKeys(cell.records),
    Promise.all(journalPrefixes(now).map((prefix) => cell.records.list(prefix))),
  ]);
  const entries = newestEntries(
    journal.flat(),
    tenants.map(({ tenant }) => tenant.name),
    historyLength,
  );
  const byName = new Map(services.map((service) => [service.name, service]));
  return await together(tenants, atOnce, async (desired) => {
    const { tenant, environment, stack, release } = desired;
    const { name } = tenant;
    const own = serviceOrder.flatMap((role) => byName.get(`${stack.name}-${role}`) ?? []);
    const stored = await storedOf(name, { records: cell.records, keys });
    const overrides = stored.overrides === undefined ? [] : overrideRecord.parse(stored.overrides).overrides;
    const file = declared.get(name) ?? desired;
    const settled = keys.settled.get(name) ?? "";
    const history = await historyOf(entries.get(name) ?? [], name, cell.records);
    return {
      name,
      displayName: tenant.displayName,
      environment: environment.name,
      tier: tenant.tier,
      state: tenant.state,
      url: `https://${tenant.subdomain}.${environment.domain}`,
      contact: tenant.contact,
      release: { wanted: release, ...stored.settled },
      health: healthOf(tenant.state, own),
      services: own.map((service) => counts(service, stack.name)),
      // It settled as its file says; a command that changed it since then did not make it unsettled.
      settled: [desired.fingerprint, file.fingerprint].includes(settled),
      ...stored.unsettled,
      overrides: unrecorded(file.tenant, overrides, now).map((override) => describeOverride(override, file.tenant)),
      ...stored.drift,
      cost: { ...cost(desired), unknown: [...cost(desired).unknown], budget: tenant.monthlyBudgetUsd },
      ...stored.drill,
      history: [...history],
    };
  });
}

interface RecordKeys {
  readonly settled: ReadonlyMap<string, string>;
  readonly there: ReadonlySet<string>;
}

/** One listing per prefix, so that only records that exist are read. */
async function recordKeys(records: Records): Promise<RecordKeys> {
  const [settled, ...others] = await Promise.all(
    [settledPrefix, "overrides/", "operations/unsettled/", "operations/drills/", "plans/drift/"].map((prefix) =>
      records.list(prefix),
    ),
  );
  return { settled: settledFingerprints(settled ?? []), there: new Set(others.flat()) };
}

type Stored = Pick<TenantStatus, never> & {
  readonly settled?: { readonly settled: string };
  readonly unsettled?: Pick<TenantStatus, "unsettled">;
  readonly drift?: Pick<TenantStatus, "drift">;
  readonly drill?: Pick<TenantStatus, "drill">;
  readonly overrides?: unknown;
};

async function storedOf(
  tenant: string,
  { records, keys }: { readonly records: Records; readonly keys: RecordKeys },
): Promise<Stored> {
  const read = async (key: string): Promise<unknown> =>
    keys.there.has(key) ? (await records.get(key))?.value : undefined;
  const fingerprint = keys.settled.get(tenant);
  const [settled, unsettled, drift, drill, overrides] = await Promise.all([
    fingerprint === undefined ? undefined : records.get(settledKey(tenant, fingerprint)),
    read(unsettledKey(tenant)),
    read(driftKey(tenant)),
    read(`operations/drills/${tenant}.json`),
    read(overrideKey(tenant)),
  ]);
  const release = (settled?.value as { readonly release?: string } | undefined)?.release;
  return {
    ...(release !== undefined && { settled: { settled: release } }),
    ...(unsettled !== undefined && { unsettled: unsettledOf(unsettled) }),
    ...(drift !== undefined && { drift: { drift: driftRecord.parse(drift) } }),
    ...(drill !== undefined && { drill: { drill: drillOf(drill) } }),
    ...(overrides !== undefined && { overrides }),
  };
}

function unsettledOf(value: unknown): Pick<TenantStatus, "unsettled"> {
  const { since, history } = unsettledRecord.parse(value);
  return { unsettled: { since, cause: history.at(-1)?.what ?? "not settled" } };
}

/** Of a drill's record only what people compare: when, how it ended, how long, how much. */
function drillOf(value: unknown): NonNullable<TenantStatus["drill"]> {
  const { at, outcome, rtoMinutes, rpoMinutes } = value as Readonly<Record<string, unknown>>;
  return {
    at: String(at),
    outcome: String(outcome),
    ...(typeof rtoMinutes === "number" && { rtoMinutes }),
    ...(typeof rpoMinutes === "number" && { rpoMinutes }),
  };
}

async function historyOf(keys: readonly string[], tenant: string, records: Records): Promise<TenantStatus["history"]> {
  const values = await Promise.all(keys.map((key) => records.get(key)));
  return values
    .flatMap((stored) => historyLine(stored?.value) ?? [])
    .filter((line) => line.tenant === tenant)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, historyLength)
    .map(({ tenant: _, ...line }) => line);
}

function counts(service: RunningService, stack: string): TenantStatus["services"][number] {
  return {
    role: service.name.slice(stack.length + 1),
    running: service.runningCount,
    wanted: service.desiredCount,
  };
}
