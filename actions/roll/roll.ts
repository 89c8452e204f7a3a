import type { DesiredTenant } from "../lib/domain/desired.ts";
import { clusterName } from "../lib/domain/environment-names.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { rollKey, rollRecord } from "../lib/domain/roll-record.ts";
import { tenantServices } from "../lib/domain/tenant-services.ts";
import { runWaveStage } from "../lib/engine/fleet-wave.ts";
import { aloneOnTenant } from "../lib/engine/lease-stage.ts";
import type { StageResult } from "../lib/engine/outcome-of.ts";
import { rollServices } from "../lib/engine/roll-services.ts";
import { tenantSources } from "../lib/engine/tenant-sources.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

export interface RollWave {
  /** Outcomes of the stages before. */
  readonly before: readonly StageOutcome[];
}

/** How long one service may take to become healthy: draining the old tasks is part of it. */
const atMostMs = 30 * 60_000;

/** Makes the services of the given tenants what they should be; each tenant's failure is its own. */
export async function roll(
  request: RollWave,
  fleet: Fleet<"images" | "records" | "services" | "tasks">,
): Promise<readonly StageOutcome[]> {
  return await runWaveStage({ stage: "roll", before: request.before }, fleet, (desired) =>
    aloneOnTenant(desired, fleet, rollTenant),
  );
}

async function rollTenant(
  desired: DesiredTenant,
  fleet: Fleet<"images" | "records" | "services" | "tasks">,
): Promise<StageResult> {
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
