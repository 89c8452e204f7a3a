import { gateVerdict } from "../lib/domain/failure-budget.ts";
import { isUnsettled } from "../lib/domain/outcome.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";
import { showDeployment } from "./show-deployment.ts";

export type CloseWaveRequest = SettleRequest & { readonly wave: number; readonly waves: number };

export interface ClosedWave {
  readonly unsettled: readonly string[];
  /** Why the waves after this one are not started. */
  readonly stoppedBecause?: string;
}

/**
 * Settles the tenants of a wave, shows the deployment where people look, and decides whether the next wave may start.
 */
export async function closeWave(
  request: CloseWaveRequest,
  fleet: Fleet<"records">,
  ports: SettlePorts & { readonly view: PlanView; readonly pull?: number },
): Promise<ClosedWave> {
  const tenants = await settle(request, fleet, ports);
  const stoppedBecause = gateVerdict(tenants, fleet.cell.environment.rollout.failureBudget);
  const stopped = stoppedBecause === undefined ? {} : { stoppedBecause };
  if (ports.pull !== undefined) {
    const outcomes = tenants.flatMap(({ stages }) => stages);
    await showDeployment(
      { ...request, ...stopped, pull: ports.pull, outcomes },
      { records: fleet.cell.records, view: ports.view, clock: fleet.clock },
    );
  }
  return { unsettled: tenants.filter(isUnsettled).map(({ tenant }) => tenant), ...stopped };
}
