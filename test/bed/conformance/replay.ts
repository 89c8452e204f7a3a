import { type Check, checkerFor } from "./checks.ts";
import { followProcedure } from "./procedure.ts";
import type { RecordedCase } from "./recording.ts";
import { type Script, takeSteps } from "./script.ts";
import { openSession } from "./session.ts";

/**
 * `agrees in part`: everything that CloudFormation and the services of the bed said agrees, but the case also looks at answers of a
 * service that the bed does not have. `not modelled`: nothing could be compared.
 */
export type Verdict = "agrees" | "agrees in part" | "differs" | "not modelled";

/** What became of one recorded case on the bed. */
export interface Replayed {
  readonly id: string;
  readonly classes: readonly string[];
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}

/** Replays a recorded case on a fresh bed and compares everything that was recorded. */
export async function replay(recording: RecordedCase): Promise<Replayed> {
  const session = await openSession(recording.id);
  const checker = checkerFor(recording);
  const script: Script = {
    session,
    checker,
    outcomes: new Map(),
    eventsFormat: recording.eventsFormat ?? "reduced",
    transformers: recording.normalisation.transformers ?? [],
  };
  try {
    if (recording.kind === "update") await followProcedure(recording, script);
    else await takeSteps(recording.steps, script);
  } catch (cause) {
    // Nothing in a case may stop the lane; what broke is the case's own result.
    const bed = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    checker.note({ verdict: "differs", key: "(run)", mismatch: { path: "(run)", recorded: "completes", bed } });
  } finally {
    await session.end();
  }
  return { id: recording.id, classes: recording.classes, verdict: verdictOf(checker.checks), checks: checker.checks };
}

function verdictOf(checks: readonly Check[]): Verdict {
  const some = (wanted: Check["verdict"]): boolean => checks.some(({ verdict }) => verdict === wanted);
  if (some("differs")) return "differs";
  if (!some("not modelled")) return "agrees";
  return some("agrees") ? "agrees in part" : "not modelled";
}
