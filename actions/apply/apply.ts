import type { StageOutcome } from "../lib/domain/outcome.ts";
import { runWave } from "../lib/engine/fleet-wave.ts";
import { applyStage } from "../lib/engine/stage-apply.ts";
import type { Fleet } from "../lib/ports/fleet.ts";

export interface ApplyWave {
  /** Outcomes of the steps before, if there were any. */
  readonly before: readonly StageOutcome[];
}

/** Makes the stacks of the given tenants what they should be; each tenant's failure is its own. */
export async function apply({ before }: ApplyWave, fleet: Fleet<"records">): Promise<readonly StageOutcome[]> {
  return await runWave({ stages: [applyStage(fleet)], before }, fleet);
}
