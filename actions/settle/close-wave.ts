import { gateVerdict } from "../lib/domain/failure-budget.ts";
import { isUnsettled, type StageOutcome } from "../lib/domain/outcome.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { gatherShards, keepShard } from "./gather-shards.ts";
import { replanOthers } from "./replan-others.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";
import { recordWave, showDeployment } from "./show-deployment.ts";

export type CloseWaveRequest = Omit<SettleRequest, "pull"> & {
  readonly runId: string;
  readonly runAttempt: number;
  /** How the job of a shard went before this step, as GitHub says it. */
  readonly job?: string;
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
  /** What people could not be told on GitHub, in words: it stops no wave, and the run does not end green. */
  readonly untold: readonly string[];
}

export type CloseWavePorts = SettlePorts & {
  /** Of the pull request whose merge is deployed. */
  readonly view: PlanView;
  readonly pull?: number | "unknown";
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
  const { pull, pulls, view, telling } = ports;
  const { clock, progress, cell } = fleet;
  const merged = pull === undefined ? {} : { pull };
  const { shard, shards = 1 } = request;
  if (shard !== undefined && shards > 1) {
    const own = await settle({ ...request, ...merged }, fleet, ports);
    const untold = telling.untold();
    await keepShard(request, { shard, tenants: own, untold }, cell.records);
    return {
      untold,
      unsettled: own.filter(isUnsettled).map(({ tenant }) => tenant),
      outcomes: own.flatMap(({ stages }) => stages),
    };
  }
  const { tenants, untold } =
    shards === 1
      ? { tenants: await settle({ ...request, ...merged }, fleet, ports), untold: [] }
      : await gatherShards({ ...request, ...merged, shards }, fleet, ports);
  const stoppedBecause = gateVerdict(tenants, cell.environment.rollout.failureBudget);
  const stopped = stoppedBecause === undefined ? {} : { stoppedBecause };
  const outcomes = tenants.flatMap(({ stages }) => stages);
  const environment = cell.environment.name;
  const { records } = cell;
  const wave = { ...request, ...stopped, environment, outcomes };
  const record = (): Promise<void> =>
    recordWave({ ...wave, untold: [...untold, ...telling.untold()] }, { records, clock });
  await record();
  const shown = typeof pull === "number" ? { pull } : {};
  await showDeployment({ ...wave, ...shown }, { records, view, clock, telling });
  const toldSoFar = telling.untold().length;
  const { runUrl } = request;
  await replanOthers({ tenants, runUrl, ...shown }, { pulls, records, clock, progress, telling });
  if (telling.untold().length > toldSoFar) await record();
  return {
    ...stopped,
    unsettled: tenants.filter(isUnsettled).map(({ tenant }) => tenant),
    outcomes,
    untold: telling.untold(),
  };
}
