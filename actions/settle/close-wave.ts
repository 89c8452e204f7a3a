import { gateVerdict } from "../lib/domain/failure-budget.ts";
import { isUnsettled } from "../lib/domain/outcome.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { replanOthers } from "./replan-others.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";
import { showDeployment } from "./show-deployment.ts";

export type CloseWaveRequest = SettleRequest & {
  readonly runId: string;
  readonly wave: number;
  readonly waves: number;
};

export interface ClosedWave {
  readonly unsettled: readonly string[];
  /** Why the waves after this one are not started. */
  readonly stoppedBecause?: string;
}

export type CloseWavePorts = SettlePorts & {
  /** Of the pull request whose merge is deployed. */
  readonly view: PlanView;
  readonly pull?: number;
  readonly pulls: Pick<Pulls, "open" | "view" | "planAgain">;
};

/**
 * Settles the tenants of a wave, shows the deployment where people look, has pull requests planned again whose plan does not hold any
 * more, and decides whether the next wave may start.
 */
export async function closeWave(
  request: CloseWaveRequest,
  fleet: Fleet<"records">,
  ports: CloseWavePorts,
): Promise<ClosedWave> {
  const { pull, pulls, view } = ports;
  const { clock, progress, cell } = fleet;
  const merged = pull === undefined ? {} : { pull };
  const tenants = await settle({ ...request, ...merged }, fleet, ports);
  const stoppedBecause = gateVerdict(tenants, cell.environment.rollout.failureBudget);
  const stopped = stoppedBecause === undefined ? {} : { stoppedBecause };
  const outcomes = tenants.flatMap(({ stages }) => stages);
  const environment = cell.environment.name;
  await showDeployment(
    { ...request, ...stopped, ...merged, environment, outcomes },
    { records: cell.records, view, clock },
  );
  const { runUrl } = request;
  await replanOthers({ tenants, runUrl, ...merged }, { pulls, records: cell.records, clock, progress });
  return { unsettled: tenants.filter(isUnsettled).map(({ tenant }) => tenant), ...stopped };
}
