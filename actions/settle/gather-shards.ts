/** A wave that went over several jobs: each leaves what became of its tenants, and the last job puts it together. */
import { shardKey, shardPrefix, shardRecord } from "../lib/domain/deploy-record.ts";
import { byTenant, type TenantOutcome } from "../lib/domain/outcome.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { Records } from "../lib/ports/records.ts";
import { type SettlePorts, type SettleRequest, settle } from "./settle.ts";

interface Wave {
  readonly runId: string;
  readonly wave: number;
}

/** Keeps what became of the tenants of one shard, instead of what an earlier attempt at it left. */
export async function keepShard(
  { runId, wave }: Wave,
  { shard, tenants }: { readonly shard: number; readonly tenants: readonly TenantOutcome[] },
  records: Records,
): Promise<void> {
  await records.put(shardKey(runId, wave, shard), { outcomes: tenants.flatMap(({ stages }) => stages) });
}

/**
 * What became of all tenants of a wave. Those whose job was lost before it could settle them are settled here: as not settled.
 *
 * @param fleet with all tenants of the wave
 */
export async function gatherShards(
  request: SettleRequest & Wave,
  fleet: Fleet<"records">,
  ports: SettlePorts,
): Promise<readonly TenantOutcome[]> {
  const { records } = fleet.cell;
  const keys = await records.list(shardPrefix(request.runId, request.wave));
  const kept = await Promise.all(keys.map(async (key) => shardRecord.parse((await records.get(key))?.value).outcomes));
  const reported = byTenant(kept.flat());
  const lost = fleet.tenants.filter(({ tenant }) => !reported.some((one) => one.tenant === tenant.name));
  return [...(await settle({ ...request, outcomes: [] }, { ...fleet, tenants: lost }, ports)), ...reported];
}
