/** How much of a wave may fail before the waves after it are not started. */
import type { Rollout } from "./environment.ts";
import { isUnsettled, type TenantOutcome } from "./outcome.ts";

/**
 * Why a wave closes the gate, in words, or undefined if the next may start.
 *
 * @param budget of the environment: a number of tenants, or a share of the wave
 */
export function gateVerdict(outcomes: readonly TenantOutcome[], budget: Rollout["failureBudget"]): string | undefined {
  const unsettled = outcomes.filter(isUnsettled);
  const allowed = "count" in budget ? budget.count : Math.floor((outcomes.length * budget.percent) / 100);
  if (unsettled.length <= allowed) return undefined;
  const [first] = unsettled;
  const cause = first?.stages.find((stage) => stage.cause !== undefined)?.cause ?? "no cause reported";
  const others = unsettled.length === 1 ? "" : ` (and ${unsettled.length - 1} more)`;
  return `${first?.tenant}: ${cause}${others}`;
}
