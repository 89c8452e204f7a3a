/** Goes through the steps of an operation. What an earlier run has done is not done again; what it had begun is taken up. */
import { OperatorError } from "../../domain/operator-error.ts";
import { type RestoreFacts, type StepRecord, stepOf, withStep } from "../../domain/restore-record.ts";
import { type StepName, stepKinds } from "../../domain/restore-steps.ts";
import type { RestoreContext } from "./restore-context.ts";

/** What a step came to: words for people, and what later steps need to know. */
export interface StepResult {
  readonly note?: string;
  readonly facts?: Partial<RestoreFacts>;
}

/** Each may be called again after it was cut off anywhere: it looks first, and does what is still missing. */
export type Perform = (context: RestoreContext, step: StepRecord) => Promise<StepResult>;

/**
 * @throws OperatorError of the step that failed, after the journal says so; a later run tries that step again
 */
export async function runSteps(
  steps: readonly StepName[],
  context: RestoreContext,
  performers: Readonly<Record<StepName, Perform>>,
): Promise<void> {
  const { journal, clock, progress } = context;
  for (const name of steps) {
    const before = stepOf(journal.now(), name);
    if (before?.state === "done") continue;
    await context.stillOurs();
    const step = begun(name, before, clock.now());
    await journal.write((record) => withStep(record, step));
    progress.say(`${name}: ${stepKinds[name].does}`);
    const result = await performers[name](context, step).catch(async (error: unknown) => {
      // A bug or a broken connection is left as it is: begun, to be taken up.
      if (error instanceof OperatorError)
        await journal.write((record) => withStep(record, failed(record, name, error)));
      throw error;
    });
    await journal.write((record) => ({
      ...withStep(record, done(stepOf(record, name) ?? step, result, clock.now())),
      facts: { ...record.facts, ...result.facts },
    }));
    if (result.note !== undefined) progress.say(`${name}: ${result.note}`);

    function failed(record: Parameters<typeof stepOf>[0], of: StepName, error: OperatorError): StepRecord {
      const at = clock.now().toISOString();
      return { ...(stepOf(record, of) ?? step), state: "failed", endedAt: at, note: error.message.slice(0, 2000) };
    }
  }
}

/** A step that failed gets a new number, so that its calls are new ones; one that was cut off keeps it, so that they are not. */
function begun(name: StepName, before: StepRecord | undefined, now: Date): StepRecord {
  const startedAt = now.toISOString();
  if (before === undefined) return { step: name, state: "started", startedAt, attempt: 1 };
  if (before.state === "started") return before;
  return { step: name, state: "started", startedAt, attempt: before.attempt + 1 };
}

function done(step: StepRecord, { note }: StepResult, now: Date): StepRecord {
  return { ...step, state: "done", endedAt: now.toISOString(), ...(note !== undefined && { note }) };
}
