/** Looks for drift: a tenant's stack, services, scaling, database and live changes, and what an environment has that belongs to nobody. */
import type { DesiredTenant } from "../domain/desired.ts";
import { type DriftFinding, type KnownDrift, serviceFindings, stackFindings } from "../domain/drift.ts";
import { databaseFindings, orphanFindings } from "../domain/drift-inventory.ts";
import { clusterName } from "../domain/environment-names.ts";
import { OperatorError } from "../domain/operator-error.ts";
import {
  describeOverride,
  type Override,
  overrideKey,
  overrideRecord,
  unrecorded,
  withOverrides,
} from "../domain/override.ts";
import { serviceChanges } from "../domain/service-changes.ts";
import { settledFingerprints, settledPrefix } from "../domain/settled.ts";
import type { Tenant } from "../domain/tenant.ts";
import { tenantServices } from "../domain/tenant-services.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Inventory } from "../ports/inventory.ts";
import { observeServices } from "./observe-services.ts";
import { tenantSources } from "./tenant-sources.ts";
import { together } from "./together.ts";
import { waitFor } from "./wait.ts";

/** A fleet with all that drift is looked for in. */
export type WatchedFleet = Fleet<"records" | "services" | "images"> & {
  readonly cell: { readonly inventory: Inventory };
};

export interface TenantDrift {
  readonly tenant: Tenant;
  readonly findings: readonly DriftFinding[];
}

/** CloudFormation compares stacks one resource after the other; a large one takes some minutes. */
const detectionMs = 20 * 60_000;
/** Above this CloudFormation throttles detections. */
const atOnce = 6;

/**
 * Drift of every tenant of the fleet. A tenant that has not settled is not compared with its file, which it is not expected to
 * match; its stack and its database are looked at all the same.
 */
export async function tenantDrift(fleet: WatchedFleet, known: KnownDrift): Promise<readonly TenantDrift[]> {
  const { cell, clock } = fleet;
  const [settled, databases] = await Promise.all([
    cell.records.list(settledPrefix).then(settledFingerprints),
    cell.inventory.databases(),
  ]);
  return await together(fleet.tenants, atOnce, async (desired) => {
    fleet.progress.say(`${desired.tenant.name}: looking for drift`);
    const { tenant } = desired;
    const overrides = await overridesOf(tenant, fleet);
    const expected = settled.get(tenant.name) === desired.fingerprint;
    return {
      tenant,
      findings: [
        ...(await stackDrift(desired, known, fleet)),
        ...(expected ? await serviceDrift(desired, overrides, fleet) : []),
        ...unrecorded(tenant, overrides, clock.now()).map(
          (override): DriftFinding => ({
            kind: "override",
            subject: tenant.name,
            what: describeOverride(override, tenant),
          }),
        ),
        ...databaseFindings(tenant, databases, clock.now()),
      ],
    };
  });
}

/**
 * What the environment has that belongs to no tenant.
 *
 * @param declared all tenants the repository declares, of every environment
 */
export async function orphans(fleet: WatchedFleet, declared: readonly Tenant[]): Promise<readonly DriftFinding[]> {
  const { environment, inventory } = fleet.cell;
  const [services, stacks, databases] = await Promise.all([
    inventory.services(clusterName(environment)),
    inventory.stacks(),
    inventory.databases(),
  ]);
  const here = declared.filter((tenant) => tenant.environment === environment.name);
  return orphanFindings({ services, stacks, databases }, { environment, tenants: here }, fleet.clock.now());
}

async function overridesOf(tenant: Tenant, { cell }: WatchedFleet): Promise<readonly Override[]> {
  const stored = await cell.records.get(overrideKey(tenant.name));
  return stored === undefined ? [] : overrideRecord.parse(stored.value).overrides;
}

async function stackDrift(
  { stack, tenant }: DesiredTenant,
  known: KnownDrift,
  { cell, clock }: WatchedFleet,
): Promise<readonly DriftFinding[]> {
  const { inventory, stacks } = cell;
  const present = await stacks.find(stack.name);
  if (present === undefined) return [];
  const id = await inventory.detectDrift(stack.name);
  const end = await waitFor(clock, { everyMs: [2_000, 5_000, 10_000], atMostMs: detectionMs }, async () => {
    const detection = await inventory.driftDetection(id, stack.name);
    return detection.state === "running" ? undefined : detection;
  });
  if (end?.state === "done") return stackFindings(end.drifts, known);
  const why = end === undefined ? "CloudFormation did not finish comparing it in 20 minutes" : end.reason;
  return [{ kind: "unchecked", subject: tenant.name, what: `stack ${stack.name} could not be compared: ${why}` }];
}

async function serviceDrift(
  desired: DesiredTenant,
  overrides: readonly Override[],
  fleet: WatchedFleet,
): Promise<readonly DriftFinding[]> {
  const { environment } = desired;
  const tenant = withOverrides(desired.tenant, overrides, fleet.clock.now());
  try {
    const release = tenant.release ?? desired.release;
    const sources = await tenantSources({ ...desired, tenant, release }, fleet);
    const desires = tenantServices(tenant, sources);
    const observed = await observeServices(clusterName(environment), desires, fleet.cell.services);
    return serviceFindings(serviceChanges(desires, observed));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [{ kind: "unchecked", subject: tenant.name, what: `services could not be compared: ${error.message}` }];
  }
}
