/** A wave that went over several jobs: each leaves what became of its tenants, and the last job puts it together. */
import { isLast, type ShardRecord, shardKey, shardRecord } from "../lib/domain/deploy-record.ts";
import { byTenant, type TenantOutcome } from "../lib/domain/outcome.ts";
import { together } from "../lib/engine/together.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { Records } from "../lib/ports/records.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";

interface Wave {
  readonly runId: string;
  readonly wave: number;
  readonly runAttempt: number;
  /** How this job went so far, as GitHub says it. */
  readonly job?: string;
}

interface ShardedWave extends Wave {
  readonly shards: number;
}

/** What became of tenants, and what of it could not be told. */
interface Gathered {
  readonly tenants: readonly TenantOutcome[];
  readonly untold: readonly string[];
}

/** Keeps what became of the tenants of one shard, instead of what an earlier attempt at it left. */
export async function keepShard(
  { runId, wave, runAttempt: attempt, job = "success" }: Wave,
  { shard, tenants, untold }: { readonly shard: number } & Gathered,
  records: Records,
): Promise<void> {
  const outcomes = tenants.flatMap(({ stages }) => stages);
  await records.put(shardKey(runId, wave, shard), { attempt, job, outcomes, untold } satisfies ShardRecord);
}

/**
 * What became of all tenants of a wave. Those whose job was lost before it could settle them are settled here: as not settled.
 *
 * @param fleet with all tenants of the wave
 */
export async function gatherShards(
  request: SettleRequest & ShardedWave,
  fleet: Fleet<"records">,
  ports: SettlePorts,
): Promise<Gathered> {
  const { records } = fleet.cell;
  const names = new Set(fleet.tenants.map(({ tenant }) => tenant.name));
  const kept = await together(shardsOf(request), 8, async (key) => {
    const stored = await records.get(key);
    return stored === undefined ? [] : [shardRecord.parse(stored.value)];
  });
  const shards = kept.flat().filter((one) => isLast(one, request.runAttempt));
  const reported = byTenant(shards.flatMap(({ outcomes }) => outcomes).filter(({ tenant }) => names.has(tenant)));
  const lost = fleet.tenants.filter(({ tenant }) => !reported.some((one) => one.tenant === tenant.name));
  const settled = await settle({ ...request, outcomes: [] }, { ...fleet, tenants: lost }, ports);
  return { tenants: [...settled, ...reported], untold: shards.flatMap(({ untold = [] }) => untold) };
}

/** A run that is started again as a whole may need fewer shards; what its first attempt left in the others is over. */
function shardsOf({ runId, wave, shards }: ShardedWave): readonly string[] {
  return Array.from({ length: shards }, (_, index) => shardKey(runId, wave, index + 1));
}
