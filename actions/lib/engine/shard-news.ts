/** What the shards of a wave let each other know: a strict failure budget is the whole wave's, not a shard's. */
import { type ShardRecord, shardKey, shardNewsPrefix } from "../domain/deploy-record.ts";
import type { StageOutcome } from "../domain/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { ShardOfWave } from "../ports/fleet.ts";
import type { Records } from "../ports/records.ts";

/** The others are asked no more often than that; milliseconds. A tenant takes minutes. */
const askEveryMs = 5_000;

/** Where a job stands in its deployment. */
export interface ShardPlace {
  readonly runId: string;
  readonly runAttempt: number;
  /** From 1. */
  readonly wave: number;
  /** From 1. */
  readonly shard: number;
  readonly shards: number;
  /** Tenants of the whole wave. */
  readonly waveTenants: number;
}

/** Takes back what an earlier attempt at a shard left: if this one is lost, nothing became of it. */
export async function beginShard(
  { runId, runAttempt: attempt, wave, shard, shards }: ShardPlace,
  records: Pick<Records, "put">,
): Promise<void> {
  if (shards > 1) await records.put(shardKey(runId, wave, shard), { attempt, outcomes: [] } satisfies ShardRecord);
}

/** @returns undefined for the only shard of its wave, which has nobody to tell */
export function shardOfWave(
  place: ShardPlace,
  { records, clock }: { readonly records: Records; readonly clock: Clock },
): ShardOfWave | undefined {
  if (place.shards === 1) return undefined;
  const prefix = shardNewsPrefix(place);
  const own = `${prefix}${place.shard}/`;
  const known = new Map<string, StageOutcome>();
  let asked = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    for (const key of await records.list(prefix)) {
      if (key.startsWith(own) || known.has(key)) continue;
      const stored = await records.get(key);
      if (stored !== undefined) known.set(key, stored.value as StageOutcome);
    }
  };
  return {
    shards: place.shards,
    waveTenants: place.waveTenants,
    tell: async ({ calls, evidence, ...outcome }) => void (await records.put(`${own}${outcome.tenant}.json`, outcome)),
    elsewhere: async () => {
      const now = clock.now().getTime();
      if (now - asked >= askEveryMs) {
        asked = now;
        await ask();
      }
      return [...known.values()];
    },
  };
}
