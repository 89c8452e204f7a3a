import type { StageOutcome } from "../lib/domain/outcome.ts";
import { runWave } from "../lib/engine/fleet-wave.ts";
import { beginShard, type ShardPlace, shardOfWave } from "../lib/engine/shard-news.ts";
import { applyStage } from "../lib/engine/stage-apply.ts";
import { type MigrateSources, migrateStage } from "../lib/engine/stage-migrate.ts";
import { rollStage } from "../lib/engine/stage-roll.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

export interface DeployRequest extends MigrateSources {
  /** Which part of which wave the fleet's tenants are. */
  readonly place: ShardPlace;
}

export type DeployFleet = Fleet<"images" | "records" | "services" | "tasks">;

/**
 * Takes each tenant through its stages: its stack, its database, its services. Nobody waits for the others to be through with a stage;
 * what AWS lets an account do in a second is shared out among all that are under way.
 */
export async function deploy(
  { place, trialScript }: DeployRequest,
  whole: DeployFleet,
): Promise<readonly StageOutcome[]> {
  await beginShard(place, whole.cell.records);
  const shard = shardOfWave(place, { records: whole.cell.records, clock: whole.clock });
  const fleet: DeployFleet = { ...whole, ...(shard !== undefined && { shard }) };
  const stages = [applyStage(fleet), migrateStage(fleet, { trialScript }), rollStage(fleet)];
  return await runWave({ stages, before: [] }, fleet);
}
