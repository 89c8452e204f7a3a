/** Work on one tenant, as an outcome: timed, and with every failure that somebody can fix told as one. */
import { OperatorError } from "../domain/operator-error.ts";
import type { Stage, StageOutcome } from "../domain/outcome.ts";
import type { Clock } from "../ports/clock.ts";

/** What a stage has to say besides who, where and how long. */
export type StageResult = Omit<StageOutcome, "tenant" | "environment" | "stage" | "durationMs">;

/**
 * Runs one stage of one tenant. Bugs are not caught: they fail the whole run, with their stack.
 */
export async function outcomeOf(
  subject: { readonly tenant: string; readonly environment: string; readonly stage: Stage },
  clock: Clock,
  work: () => Promise<StageResult>,
): Promise<StageOutcome> {
  const started = clock.now().getTime();
  const result = await work().catch((error: unknown): StageResult => {
    if (!(error instanceof OperatorError)) throw error;
    return {
      outcome: "failed",
      cause: error.message,
      reasonCode: error.reasonCode,
      next: `/retry ${subject.tenant}`,
    };
  });
  return { ...subject, ...result, durationMs: clock.now().getTime() - started };
}
