import { type Check, checkerFor } from "./checks.ts";
import { followProcedure } from "./procedure.ts";
import type { RecordedCase } from "./recording.ts";
import { type Script, takeSteps } from "./script.ts";
import { openSession } from "./session.ts";

/**
 * `agrees in part`: all that CloudFormation said agrees, but the case also looks at another service, which the bed does not have
 * or which answers differently. `differs`: CloudFormation itself said something else. `not modelled`: nothing could be compared.
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
    speakers: new Map(),
    eventsFormat: recording.eventsFormat ?? "reduced",
    transformers: recording.normalisation.transformers ?? [],
  };
  try {
    if (recording.kind === "update") await followProcedure(recording, script);
    else await takeSteps(recording.steps, script);
  } catch (cause) {
    // Nothing in a case may stop the lane; what broke is the case's own result.
    const bed = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    checker.note({
      verdict: "differs",
      key: "(run)",
      speaker: "cloudformation",
      mismatch: { path: "(run)", recorded: "completes", bed },
    });
  } finally {
    await session.end();
  }
  return { id: recording.id, classes: recording.classes, verdict: verdictOf(checker.checks), checks: checker.checks };
}

function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.every(({ verdict }) => verdict === "agrees")) return "agrees";
  const own = checks.filter(({ speaker }) => speaker === "cloudformation");
  if (own.some(({ verdict }) => verdict === "differs")) return "differs";
  return own.some(({ verdict }) => verdict === "agrees") ? "agrees in part" : "not modelled";
}
