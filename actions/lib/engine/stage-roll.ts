/** The last stage of a tenant: its services run what they should. */
import type { DesiredTenant } from "../domain/desired.ts";
import { clusterName } from "../domain/environment-names.ts";
import { rollKey, rollRecord } from "../domain/roll-record.ts";
import { tenantServices } from "../domain/tenant-services.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { TenantStage } from "./fleet-wave.ts";
import { aloneOnTenant } from "./lease-stage.ts";
import type { StageResult } from "./outcome-of.ts";
import { rollServices } from "./roll-services.ts";
import { tenantSources } from "./tenant-sources.ts";

export type RollFleet = Fleet<"images" | "records" | "services" | "tasks">;

/** How long one service may take to become healthy: draining the old tasks is part of it. */
const atMostMs = 30 * 60_000;

/** Makes services what they should be. */
export function rollStage(fleet: RollFleet): TenantStage {
  return { stage: "roll", work: (desired) => aloneOnTenant(desired, fleet, rollTenant) };
}

async function rollTenant(desired: DesiredTenant, fleet: RollFleet): Promise<StageResult> {
  const { tenant, environment, release } = desired;
  const { records } = fleet.cell;
  const sources = await tenantSources(desired, fleet);
  const key = rollKey(tenant.name);
  const stored = await records.get(key);
  const record = stored === undefined ? undefined : rollRecord.parse(stored.value);
  const lost = record?.state === "under way" ? record.before : undefined;
  let begun = lost;
  const end = await rollServices(
    {
      cluster: clusterName(environment),
      desires: tenantServices(tenant, sources),
      atMostMs,
      ...(lost !== undefined && { before: lost }),
      onStart: async (before) => {
        begun = before;
        await records.put(key, { state: "under way", before });
      },
    },
    { ...fleet.cell, clock: fleet.clock, progress: fleet.progress },
  );
  if (begun !== undefined) await records.put(key, { state: "over", before: begun });
  switch (end.outcome) {
    case "unchanged":
      return { outcome: "unchanged" };
    case "rolled":
      return { outcome: "changed", what: `${end.services.join(", ")} run ${release}` };
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
