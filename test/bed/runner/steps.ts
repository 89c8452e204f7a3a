/** Runs steps one after another: conditions, names, timeouts, cancellation, continue-on-error. */
import { evaluate, evaluateText, evaluateTexts, holds } from "./expression.ts";
import type { Conclusion } from "./host.ts";
import { type Frame, type JobContext, type StepExecution, scopeOf } from "./job-context.ts";
import type { StepRecord } from "./record.ts";
import { runScript } from "./run-step.ts";
import type { StepResult } from "./step-result.ts";
import { runAction } from "./uses-step.ts";
import type { Step } from "./workflow.ts";

/**
 * Runs the steps of a frame. A step that fails marks the frame (and with it what `success()` answers); it never throws.
 *
 * @param parent the step that uses the composite action, into whose log its inner steps write
 */
export async function runSteps(
  steps: readonly Step[],
  frame: Frame,
  { job, parent }: { readonly job: JobContext; readonly parent?: StepExecution },
): Promise<void> {
  for (const step of steps) {
    const record = parent?.record ?? job.record.begin(stepName(step, job, frame));
    if (parent === undefined) job.onProgress(record);
    const { outcome, conclusion, outputs } = await runStep(step, frame, { job, parent, record });
    // Ids that GitHub made up are not part of the context.
    if (!step.id.startsWith("__")) frame.steps[step.id] = { outputs, outcome, conclusion };
    if (conclusion === "failure") fail(job, frame);
    if (parent === undefined) {
      job.record.end(record, { outcome, conclusion });
      job.onProgress(record);
    }
  }
}

/** Marks a frame as failed, and the job with it where the frame is the job's own. A cancelled job stays cancelled. */
export function fail(job: JobContext, frame: Frame): void {
  frame.status = "failure";
  if (frame.kind === "job" && job.status === "success") job.status = "failure";
}

interface StepEnd {
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
}

async function runStep(
  step: Step,
  frame: Frame,
  under: { readonly job: JobContext; readonly parent: StepExecution | undefined; readonly record: StepRecord },
): Promise<StepEnd> {
  const { job, record, parent } = under;
  try {
    const env = evaluateTexts(step.env, scopeOf(job, frame, {}));
    const stillHolds = (): boolean => holds(step.condition, scopeOf(job, frame, env));
    if (!stillHolds()) return { outcome: "skipped", conclusion: "skipped", outputs: {} };
    const minutes =
      step.timeoutMinutes === undefined ? undefined : evaluate(step.timeoutMinutes, scopeOf(job, frame, env));
    const guard = guardOf(job, { stillHolds, minutes: typeof minutes === "number" ? minutes : undefined });
    const execution: StepExecution = {
      job,
      frame,
      record,
      id: step.id,
      env,
      signal: parent === undefined ? guard.signal : AbortSignal.any([guard.signal, parent.signal]),
    };
    const result = await perform(step, execution).finally(guard.release);
    if (guard.timedOut()) {
      const message = `The action '${record.name}' has timed out after ${minutes} minutes.`;
      job.record.remark(record, { level: "failure", message });
      return ended("failure", result.outputs, tolerated(step, { job, frame, env }));
    }
    if (execution.signal.aborted) {
      job.record.remark(record, { level: "failure", message: "The operation was canceled." });
      return { outcome: "cancelled", conclusion: "cancelled", outputs: result.outputs };
    }
    return ended(result.outcome, result.outputs, tolerated(step, { job, frame, env }));
  } catch (error) {
    job.record.remark(record, { level: "failure", message: error instanceof Error ? error.message : String(error) });
    return { outcome: "failure", conclusion: "failure", outputs: {} };
  }
}

/** What stops a step before its end: its own timeout, and a cancelled job whose condition for it holds no more. */
function guardOf(
  job: JobContext,
  { stillHolds, minutes }: { readonly stillHolds: () => boolean; readonly minutes: number | undefined },
): { readonly signal: AbortSignal; readonly timedOut: () => boolean; readonly release: () => void } {
  const controller = new AbortController();
  let timedOut = false;
  const onCancel = (): void => {
    if (!stillHolds()) controller.abort();
  };
  job.cancelled.addEventListener("abort", onCancel);
  const stopTimer =
    minutes === undefined
      ? (): void => {}
      : job.limits.after(minutes * 60_000, () => {
          timedOut = true;
          controller.abort();
        });
  return {
    signal: AbortSignal.any([controller.signal, job.forced]),
    timedOut: () => timedOut,
    release: () => {
      stopTimer();
      job.cancelled.removeEventListener("abort", onCancel);
    },
  };
}

async function perform(step: Step, execution: StepExecution): Promise<StepResult> {
  try {
    if (step.kind === "run") return await runScript(step, execution);
    return await runAction(step, execution, (steps, frame, parent) =>
      runSteps(steps, frame, { job: parent.job, parent }),
    );
  } catch (error) {
    const { job, record } = execution;
    job.record.remark(record, { level: "failure", message: error instanceof Error ? error.message : String(error) });
    // A message is enough for what a workflow's author can mend; a bug of the bed needs to be found.
    if (error instanceof TypeError || error instanceof RangeError) record.print(error.stack ?? "");
    return { outcome: "failure", outputs: {} };
  }
}

function ended(outcome: "success" | "failure", outputs: StepEnd["outputs"], tolerate: boolean): StepEnd {
  return { outcome, conclusion: outcome === "failure" && tolerate ? "success" : outcome, outputs };
}

function tolerated(
  step: Step,
  {
    job,
    frame,
    env,
  }: { readonly job: JobContext; readonly frame: Frame; readonly env: Readonly<Record<string, string>> },
): boolean {
  if (step.continueOnError === undefined) return false;
  return evaluateText(step.continueOnError, scopeOf(job, frame, env)) === "true";
}

/** As people see it: the step's `name`, else `Run` and what it runs. */
export function stepName(step: Step, job: JobContext, frame: Frame): string {
  if (step.name !== undefined) {
    try {
      const name = evaluateText(step.name, scopeOf(job, frame, evaluateTexts(step.env, scopeOf(job, frame, {}))));
      if (name !== "") return name;
    } catch {
      // The same expression fails again when the step runs, and is reported there.
      return step.name.toString();
    }
  }
  if (step.kind === "uses") return `Run ${step.uses}`;
  return `Run ${step.run.toString().trim().split("\n", 1)[0]}`;
}
