/** Looks for drift: a tenant's stack, services, scaling, database and live changes, and what an environment has that belongs to nobody. */

import type { DesiredTenant } from "../domain/desired.ts";
import { type DriftFinding, type KnownDrift, serviceFindings, stackFindings } from "../domain/drift.ts";
import { databaseFindings, foreignChangeSets, orphanFindings } from "../domain/drift-inventory.ts";
import { clusterName } from "../domain/environment-names.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { describeOverride, unrecorded } from "../domain/override.ts";
import { serviceChanges } from "../domain/service-changes.ts";
import { settledFingerprints, settledPrefix } from "../domain/settled.ts";
import type { Tenant } from "../domain/tenant.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Inventory } from "../ports/inventory.ts";
import { asDeclared } from "./as-declared.ts";
import { compareServices, compareStack } from "./drift-look.ts";
import { liveOverrides } from "./live-overrides.ts";
import { together } from "./together.ts";

/** A fleet with all that drift is looked for in. */
export type WatchedFleet = Fleet<"records" | "services" | "images"> & {
  readonly cell: { readonly inventory: Inventory };
};

export interface TenantDrift {
  readonly tenant: Tenant;
  readonly findings: readonly DriftFinding[];
}

/** Above this CloudFormation throttles detections. */
const atOnce = 6;

/**
 * Drift of every tenant of the fleet. A tenant that has not settled is not compared with its file, which it is not expected to
 * match; its stack and its database are looked at all the same.
 */
export async function tenantDrift(
  fleet: WatchedFleet,
  { declarations, known }: { readonly declarations: Declarations; readonly known: KnownDrift },
): Promise<readonly TenantDrift[]> {
  const { cell, clock } = fleet;
  const declared = asDeclared(fleet, declarations);
  const [settled, overrides, databases] = await Promise.all([
    cell.records.list(settledPrefix).then(settledFingerprints),
    liveOverrides(cell.records),
    cell.inventory.databases(),
  ]);
  return await together(fleet.tenants, atOnce, async (desired) => {
    const { name } = desired.tenant;
    fleet.progress.say(`${name}: looking for drift`);
    const file = declared.get(name) ?? desired;
    const live = unrecorded(file.tenant, overrides.get(name) ?? [], clock.now());
    // It settled as its file says; a command that changed it since then did not make it unsettled.
    const expected = [desired.fingerprint, file.fingerprint].includes(settled.get(name) ?? "");
    return {
      tenant: desired.tenant,
      findings: [
        ...(await stackDrift(file, known, fleet)),
        ...(expected ? await serviceDrift(desired, fleet) : []),
        ...live.map(
          (override): DriftFinding => ({
            kind: "override",
            subject: name,
            what: describeOverride(override, file.tenant),
          }),
        ),
        ...databaseFindings(desired.tenant, databases, clock.now()),
        ...(await changeSetDrift(file, fleet)),
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
  const [services, families, stacks, databases] = await Promise.all([
    inventory.services(clusterName(environment)),
    inventory.families("mate-"),
    inventory.stacks(),
    inventory.databases(),
  ]);
  const here = declared.filter((tenant) => tenant.environment === environment.name);
  return orphanFindings({ services, families, stacks, databases }, { environment, tenants: here }, fleet.clock.now());
}

async function stackDrift(
  { stack, tenant }: DesiredTenant,
  known: KnownDrift,
  fleet: WatchedFleet,
): Promise<readonly DriftFinding[]> {
  const look = await compareStack(stack.name, fleet);
  switch (look.outcome) {
    case "absent":
      return [];
    case "compared":
      return stackFindings(look.drifts, known);
    case "failed":
      return [{ kind: "unchecked", subject: tenant.name, what: look.why }];
  }
}

async function changeSetDrift({ stack }: DesiredTenant, { cell }: WatchedFleet): Promise<readonly DriftFinding[]> {
  if ((await cell.stacks.find(stack.name)) === undefined) return [];
  return foreignChangeSets(await cell.inventory.changeSets(stack.name));
}

async function serviceDrift(desired: DesiredTenant, fleet: WatchedFleet): Promise<readonly DriftFinding[]> {
  try {
    const { desires, observed } = await compareServices(desired, fleet);
    return serviceFindings(serviceChanges(desires, observed));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const what = `services could not be compared: ${error.message}`;
    return [{ kind: "unchecked", subject: desired.tenant.name, what }];
  }
}
