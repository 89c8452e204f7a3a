import { clusterName } from "../lib/domain/environment-names.ts";
import { byTenant, type StageOutcome } from "../lib/domain/outcome.ts";
import { serviceOrder } from "../lib/domain/service.ts";
import { type WatchedTenant, watchHealth } from "../lib/engine/health-gate.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { Insight } from "../lib/ports/metrics.ts";
import type { Services } from "../lib/ports/services.ts";

export interface BakeRequest {
  readonly before: readonly StageOutcome[];
  readonly wave: number;
  readonly waves: number;
}

export type BakeFleet = Fleet & {
  readonly cell: {
    readonly services: Pick<Services, "find" | "deployments">;
    readonly health: Pick<Insight, "targets" | "alarms">;
  };
};

/**
 * Watches the tenants that were rolled for as long as the environment wants, and looks twice where no wave waits for it.
 *
 * @returns outcomes of the tenants that fell ill: failed, although their roll succeeded
 */
export async function bake({ before, wave, waves }: BakeRequest, fleet: BakeFleet): Promise<readonly StageOutcome[]> {
  const { cell, clock, progress } = fleet;
  const { environment } = cell;
  const rolled = new Set(
    byTenant(before)
      .filter(({ stages }) => stages.some(({ stage, outcome }) => stage === "roll" && outcome === "changed"))
      .map(({ tenant }) => tenant),
  );
  const tenants = await Promise.all(
    fleet.tenants
      .filter(({ tenant }) => rolled.has(tenant.name))
      .map(async ({ tenant, stack }): Promise<WatchedTenant> => {
        const { outputs = {} } = (await cell.stacks.find(stack.name)) ?? {};
        return {
          tenant: tenant.name,
          services: serviceOrder.map((role) => `${stack.name}-${role}`),
          targetGroup: outputs.TargetGroupArn ?? "",
          alarmPrefix: `${stack.name}-`,
        };
      }),
  );
  if (tenants.length === 0) return [];
  const forMs = wave < waves ? environment.rollout.bakeMinutes * 60_000 : 0;
  progress.say(`watching ${tenants.length} tenants for ${Math.max(1, forMs / 60_000)} minutes`);
  const ill = await watchHealth({ cluster: clusterName(environment), tenants, forMs }, { ...cell, clock, progress });
  return ill.map(({ tenant, cause }) => ({
    tenant,
    environment: environment.name,
    stage: "roll",
    outcome: "failed",
    durationMs: 0,
    cause: `fell ill after it was rolled: ${cause}`,
    reasonCode: "unhealthy-after-roll",
    running: "services run the new release",
    next: `/rollback ${tenant}`,
  }));
}
