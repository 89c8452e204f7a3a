import type { StageOutcome } from "../lib/domain/outcome.ts";
import { runWave } from "../lib/engine/fleet-wave.ts";
import { type MigrateFleet, type MigrateSources, migrateStage } from "../lib/engine/stage-migrate.ts";

export interface MigrateRequest extends MigrateSources {
  /** Outcomes of the stages before. */
  readonly before: readonly StageOutcome[];
}

/** Brings the databases of the given tenants to their release's migrations; each tenant's failure is its own. */
export async function migrate(request: MigrateRequest, fleet: MigrateFleet): Promise<readonly StageOutcome[]> {
  return await runWave({ stages: [migrateStage(fleet, request)], before: request.before }, fleet);
}
