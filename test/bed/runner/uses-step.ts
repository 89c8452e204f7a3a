/** `uses:` steps: finds the action, gives it its inputs, runs it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Action, readAction } from "./action.ts";
import { builtinAction } from "./builtin-actions.ts";
import { evaluateText, evaluateTexts, holdsAsWritten } from "./expression.ts";
import { git } from "./git.ts";
import { type Frame, type JobContext, type StepExecution, scopeOf } from "./job-context.ts";
import { runFile, runMain } from "./node-action.ts";
import type { StepResult } from "./step-result.ts";
import type { Step, UsesStep } from "./workflow.ts";

/** Runs the steps of a composite action in a frame of its own; given by the module that runs steps. */
export type RunSteps = (steps: readonly Step[], frame: Frame, execution: StepExecution) => Promise<void>;

/** Runs the action that a step uses. Throws, naming it, for an action that is neither local nor built in. */
export async function runAction(step: UsesStep, execution: StepExecution, runSteps: RunSteps): Promise<StepResult> {
  const { job, frame } = execution;
  const given = evaluateTexts(step.with, scopeOf(job, frame, execution.env));
  const builtin = builtinAction(step.uses);
  if (builtin !== undefined) return builtin(given, execution);
  const action = readAction(await locate(step.uses, job), step.uses);
  const inputs = actionInputs(action, given, execution);
  switch (action.runs.kind) {
    case "node":
      return runMain({ action, runs: action.runs, inputs, user: step }, execution);
    case "composite":
      return runComposite({ action, steps: action.runs.steps, inputs }, execution, runSteps);
  }
}

/**
 * Runs `pre` of an action, before the first step of the job. Actions of the workspace have none: they are not there yet.
 */
export async function runPre(step: UsesStep, execution: StepExecution): Promise<StepResult | undefined> {
  if (!step.uses.startsWith("$/")) return undefined;
  const { job, frame } = execution;
  const action = readAction(await locate(step.uses, job), step.uses);
  if (action.runs.kind !== "node" || action.runs.pre === undefined) return undefined;
  const scope = scopeOf(job, frame, execution.env);
  if (!holdsAsWritten(action.runs.preIf, scope)) return undefined;
  const inputs = actionInputs(action, evaluateTexts(step.with, scope), execution);
  return runFile({ action, runs: action.runs, inputs, user: step }, action.runs.pre, execution);
}

async function locate(uses: string, job: JobContext): Promise<string> {
  if (uses.startsWith("./")) return join(job.machine.workspace, uses);
  if (uses.startsWith("$/")) return join(await unpackDefinition(job), uses.slice(2));
  throw new Error(
    `the runner cannot run ${uses}: it knows actions of this repository (./ and $/), actions/checkout and actions/setup-node`,
  );
}

/** The repository at the commit of the workflow, unpacked once per job. */
async function unpackDefinition({ machine, definition }: JobContext): Promise<string> {
  const folder = join(machine.actions, definition.sha);
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined)
    await git(
      definition.repository.gitDirectory,
      `--work-tree=${folder}`,
      "restore",
      `--source=${definition.sha}`,
      "--worktree",
      "--",
      ".",
    );
  return folder;
}

function actionInputs(
  action: Action,
  given: Readonly<Record<string, string>>,
  execution: StepExecution,
): Record<string, string> {
  const { job, frame, record, env } = execution;
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const declared = new Set(action.inputs.map(({ name }) => name.toLowerCase()));
  const unexpected = Object.keys(given).filter((name) => !declared.has(name.toLowerCase()));
  if (unexpected.length > 0) {
    const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");
    const message = `Unexpected input(s) ${list(unexpected)}, valid inputs are [${list([...declared])}]`;
    job.record.remark(record, { level: "warning", message });
  }
  const scope = scopeOf(job, frame, env);
  const inputs: Record<string, string> = Object.fromEntries(
    Object.entries(given).filter(([name]) => !declared.has(name.toLowerCase())),
  );
  for (const { name, fallback } of action.inputs) {
    const value = byName.get(name.toLowerCase());
    inputs[name] = value ?? (fallback === undefined ? "" : evaluateText(fallback, scope));
  }
  return inputs;
}

async function runComposite(
  use: { readonly action: Action; readonly steps: readonly Step[]; readonly inputs: Readonly<Record<string, string>> },
  execution: StepExecution,
  runSteps: RunSteps,
): Promise<StepResult> {
  const inner: Frame = {
    kind: "composite",
    steps: {},
    inputs: use.inputs,
    env: { ...execution.frame.env, ...execution.env },
    actionPath: use.action.directory,
    defaults: { shell: undefined, workingDirectory: undefined },
    status: "success",
  };
  await runSteps(use.steps, inner, execution);
  const scope = scopeOf(execution.job, inner, {});
  const outputs: Record<string, string> = {};
  for (const [name, token] of use.action.outputs) outputs[name] = token === undefined ? "" : evaluateText(token, scope);
  return { outcome: inner.status === "success" ? "success" : "failure", outputs };
}
