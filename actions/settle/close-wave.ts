import { gateVerdict } from "../lib/domain/failure-budget.ts";
import { isUnsettled, type StageOutcome } from "../lib/domain/outcome.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { gatherShards, keepShard } from "./gather-shards.ts";
import { replanOthers } from "./replan-others.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";
import { showDeployment } from "./show-deployment.ts";

export type CloseWaveRequest = SettleRequest & {
  readonly runId: string;
  readonly wave: number;
  readonly waves: number;
  /** Jobs that work on the wave at the same time; one if left out. */
  readonly shards?: number;
  /** The one of them that closes its part, from 1; undefined closes the whole wave. */
  readonly shard?: number;
};

export interface ClosedWave {
  readonly unsettled: readonly string[];
  /** Of all tenants of the wave, or of the shard. */
  readonly outcomes: readonly StageOutcome[];
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
 * Settles the tenants of a wave, or of one shard of it; then, where the whole wave is through, shows the deployment where people look, has pull requests planned again whose plan does not hold any
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
  const { shard, shards = 1 } = request;
  if (shard !== undefined && shards > 1) {
    const own = await settle({ ...request, ...merged }, fleet, ports);
    await keepShard(request, { shard, tenants: own }, cell.records);
    return {
      unsettled: own.filter(isUnsettled).map(({ tenant }) => tenant),
      outcomes: own.flatMap(({ stages }) => stages),
    };
  }
  const tenants =
    shards === 1
      ? await settle({ ...request, ...merged }, fleet, ports)
      : await gatherShards({ ...request, ...merged, shards }, fleet, ports);
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
  return { unsettled: tenants.filter(isUnsettled).map(({ tenant }) => tenant), outcomes, ...stopped };
}
