/** How jobs ended, and how others see that: the `needs` and `jobs` contexts, the answers of `success()` and its kind. */
import type { Cancellation } from "./cancellation.ts";
import type { StatusAnswers } from "./expression.ts";
import type { JsonObject } from "./host.ts";

export type JobOutcome = "success" | "failure" | "cancelled" | "skipped";

export interface InstanceResult {
  readonly outcome: JobOutcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** It did work in this attempt, so that its dependents must do theirs again. */
  readonly fresh: boolean;
}

export interface JobResult extends InstanceResult {
  /** The jobs it needs, and those they need: what `success()` of a job looks at. */
  readonly ancestors: ReadonlyMap<string, JobResult>;
}

/** The one outcome of several: the worst, where skipped counts only if nothing else happened. */
export function worst(outcomes: readonly JobOutcome[]): JobOutcome {
  const order: readonly JobOutcome[] = ["failure", "cancelled", "success"];
  return order.find((outcome) => outcomes.includes(outcome)) ?? "skipped";
}

/** One result for all instances of a matrix; of an output that several set, the last that is not empty stays. */
export function combined(results: readonly InstanceResult[], ancestors: ReadonlyMap<string, JobResult>): JobResult {
  const outputs: Record<string, string> = {};
  for (const result of results) {
    for (const [name, value] of Object.entries(result.outputs)) {
      if (value !== "" || outputs[name] === undefined) outputs[name] = value;
    }
  }
  return {
    outcome: worst(results.map(({ outcome }) => outcome)),
    outputs,
    ancestors,
    fresh: results.some(({ fresh }) => fresh),
  };
}

/** The `needs` (or, for outputs of a called workflow, the `jobs`) context. */
export function resultsContext(results: ReadonlyMap<string, JobResult>): JsonObject {
  return Object.fromEntries([...results].map(([id, { outcome, outputs }]) => [id, { result: outcome, outputs }]));
}

/** Job-level `success()` wants every ancestor successful, a skipped one included; `failure()` wants one that failed. */
export function statusOf(ancestors: ReadonlyMap<string, JobResult>, cancellation: Cancellation): StatusAnswers {
  const outcomes = [...ancestors.values()].map(({ outcome }) => outcome);
  return {
    success: !cancellation.requested && outcomes.every((outcome) => outcome === "success"),
    failure: !cancellation.requested && outcomes.includes("failure"),
    cancelled: cancellation.requested,
  };
}

export const ALL_WELL: StatusAnswers = { success: true, failure: false, cancelled: false };
