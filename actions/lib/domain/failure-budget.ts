/** How much of a wave may fail before no more is started. */
import type { Rollout } from "./environment.ts";
import { isUnsettled, type TenantOutcome } from "./outcome.ts";

/** Tenants of a wave that may fail: a number, or a share of the wave rounded down. */
export function allowedFailures(tenants: number, budget: Rollout["failureBudget"]): number {
  return "count" in budget ? budget.count : Math.floor((tenants * budget.percent) / 100);
}

/**
 * Why a wave closes the gate, in words, or undefined if the next may start.
 *
 * @param outcomes of all tenants of the wave
 * @param budget of the environment: a number of tenants, or a share of the wave
 */
export function gateVerdict(outcomes: readonly TenantOutcome[], budget: Rollout["failureBudget"]): string | undefined {
  return verdictOf(outcomes, allowedFailures(outcomes.length, budget));
}

/**
 * Why a wave that is under way starts no more tenants, in words, or undefined if it goes on. Only a strict budget stops it half-way.
 *
 * @param outcomes known so far
 * @param tenants how many the wave has
 */
export function wavePause(
  outcomes: readonly TenantOutcome[],
  tenants: number,
  budget: Rollout["failureBudget"],
): string | undefined {
  return budget.mode === "strict" ? verdictOf(outcomes, allowedFailures(tenants, budget)) : undefined;
}

function verdictOf(outcomes: readonly TenantOutcome[], allowed: number): string | undefined {
  const unsettled = outcomes.filter(isUnsettled);
  if (unsettled.length <= allowed) return undefined;
  const [first] = unsettled;
  const cause = first?.stages.find((stage) => stage.cause !== undefined)?.cause ?? "no cause reported";
  const others = unsettled.length === 1 ? "" : ` (and ${unsettled.length - 1} more)`;
  return `${first?.tenant}: ${cause}${others}`;
}
