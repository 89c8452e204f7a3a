/** The last stage of a tenant: its services run what they should. */
import type { DesiredTenant } from "../domain/desired.ts";
import { clusterName } from "../domain/environment-names.ts";
import { tenantServices } from "../domain/tenant-services.ts";
import type { Fleet } from "../ports/fleet.ts";
import { doubt } from "./doubt.ts";
import type { TenantStage } from "./fleet-wave.ts";
import { aloneOnTenant } from "./lease-stage.ts";
import type { StageResult } from "./outcome-of.ts";
import { rollRemembered } from "./remembered-roll.ts";
import { tenantSources } from "./tenant-sources.ts";

export type RollFleet = Fleet<"images" | "records" | "services" | "tasks">;

/** How long one service may take to become healthy: draining the old tasks is part of it. */
const atMostMs = 30 * 60_000;

/** Makes services what they should be. */
export function rollStage(fleet: RollFleet): TenantStage {
  return { stage: "roll", work: (desired) => aloneOnTenant(desired, fleet, rollTenant) };
}

async function rollTenant(desired: DesiredTenant, fleet: RollFleet): Promise<StageResult> {
  const { tenant, environment, release, fingerprint } = desired;
  const sources = await tenantSources(desired, fleet);
  const end = await rollRemembered(
    tenant.name,
    {
      ...{ cluster: clusterName(environment), desires: tenantServices(tenant, sources), atMostMs },
      onStart: () => doubt(tenant.name, fleet),
    },
    { ...fleet.cell, clock: fleet.clock, progress: fleet.progress },
  );
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged", fingerprint };
    case "rolled":
      return { outcome: "changed", what: `${end.services.join(", ")} run ${release}`, fingerprint };
    case "failed":
      return {
        outcome: "failed",
        cause: end.cause,
        evidence: end.evidence,
        reasonCode: end.reasonCode,
        running:
          end.rolledBack.length === 0
            ? "the other services still run what they ran before"
            : `${end.rolledBack.join(", ")} went back to what they ran before`,
        next: `/retry ${tenant.name}`,
      };
  }
}
