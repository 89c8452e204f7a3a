/** Which tenants a stage still has to do: those an earlier stage of the same run did not leave unsettled. */
import type { StageOutcome } from "./outcome.ts";

/**
 * @param tenants names, as the run was asked for them
 * @param outcomes of the stages before
 */
export function stillGoing(tenants: readonly string[], outcomes: readonly StageOutcome[]): readonly string[] {
  const stopped = new Set(
    outcomes
      .filter(({ outcome }) => outcome === "failed" || outcome === "held" || outcome === "skipped")
      .map(({ tenant }) => tenant),
  );
  return tenants.filter((name) => !stopped.has(name));
}
