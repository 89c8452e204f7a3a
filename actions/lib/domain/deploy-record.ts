/** What a running deployment leaves for its later waves, and what a pull request planned leaves for its deployment. */
import * as z from "zod";
import type { StageOutcome } from "./outcome.ts";
import type { PlanComment } from "./plan-view.ts";

/** `operations/deploys/<commit>/wave-2.json`: outcomes of one wave. */
export function waveKey(commit: string, wave: number): string {
  return `${deployPrefix(commit)}wave-${wave}.json`;
}

export function deployPrefix(commit: string): string {
  return `operations/deploys/${commit}/`;
}

export interface WaveRecord {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcomes: readonly StageOutcome[];
}

/** Written and read by the deploy role only, so its form is known. */
export const waveRecord = z.custom<WaveRecord>(
  (value) => typeof value === "object" && value !== null && "outcomes" in value,
);

/**
 * `plans/pulls/12.json`: the last plan a pull request showed, to go on showing it while it is deployed. It is a view; nothing is
 * decided from it.
 */
export function pullKey(pull: number): string {
  return `plans/pulls/${pull}.json`;
}

export const pullRecord = z.custom<Pick<PlanComment, "expected" | "plan" | "history" | "commit">>(
  (value) => typeof value === "object" && value !== null && "expected" in value && "history" in value,
);

/** `operations/unsettled/hospital-a.json`: since when a tenant is not settled, and what was tried. */
export function unsettledKey(tenant: string): string {
  return `operations/unsettled/${tenant}.json`;
}

export const unsettledRecord = z.object({
  since: z.string(),
  history: z.array(z.object({ at: z.string(), what: z.string() })),
});
