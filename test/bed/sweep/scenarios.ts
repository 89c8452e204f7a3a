/** Every scenario there is. */
import { commandScenarios } from "./command-scenarios.ts";
import { newTenant, release } from "./deployment-scenarios.ts";
import { restore, undo } from "./restore-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import type { SweepStage } from "./sweep-stage.ts";

/** By name, to be played on a stage. */
export const scenarios: Readonly<Record<string, (stage: SweepStage) => Scenario>> = {
  "new-tenant": newTenant,
  release,
  ...commandScenarios,
  restore,
  undo,
};
