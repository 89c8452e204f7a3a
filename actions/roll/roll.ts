import type { DesiredTenant } from "../lib/domain/desired.ts";
import { clusterName } from "../lib/domain/environment-names.ts";
import type { StageOutcome } from "../lib/domain/outcome.ts";
import { tenantServices } from "../lib/domain/tenant-services.ts";
import { outcomeOf, type StageResult } from "../lib/engine/outcome-of.ts";
import { rollServices } from "../lib/engine/roll-services.ts";
import { tenantSources } from "../lib/engine/tenant-sources.ts";
import { together } from "../lib/engine/together.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

/** How long one service may take to become healthy: draining the old tasks is part of it. */
const atMostMs = 30 * 60_000;

/** Makes the services of the given tenants what they should be; each tenant's failure is its own. */
export async function roll(fleet: Fleet<"images" | "services" | "tasks">): Promise<readonly StageOutcome[]> {
  const { cell, clock } = fleet;
  return await together(fleet.tenants, cell.environment.rollout.concurrency, (desired) =>
    outcomeOf({ tenant: desired.tenant.name, environment: cell.environment.name, stage: "roll" }, clock, () =>
      rollTenant(desired, fleet),
    ),
  );
}

async function rollTenant(desired: DesiredTenant, fleet: Fleet<"images" | "services" | "tasks">): Promise<StageResult> {
  const { tenant, environment, release } = desired;
  const sources = await tenantSources(desired, fleet);
  const end = await rollServices(
    { cluster: clusterName(environment), desires: tenantServices(tenant, sources), atMostMs },
    { ...fleet.cell, clock: fleet.clock, progress: fleet.progress },
  );
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
