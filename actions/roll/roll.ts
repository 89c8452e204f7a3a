import type { StageOutcome } from "../lib/domain/outcome.ts";
import { runWave } from "../lib/engine/fleet-wave.ts";
import { type RollFleet, rollStage } from "../lib/engine/stage-roll.ts";

export interface RollWave {
  /** Outcomes of the stages before. */
  readonly before: readonly StageOutcome[];
}

/** Makes the services of the given tenants what they should be; each tenant's failure is its own. */
export async function roll({ before }: RollWave, fleet: RollFleet): Promise<readonly StageOutcome[]> {
  return await runWave({ stages: [rollStage(fleet)], before }, fleet);
}
