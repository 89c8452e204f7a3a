/** JavaScript actions: `pre`, `main` and `post` as processes of Node 24, with inputs and saved state in their environment. */
import { join } from "node:path";
import type { Action, ActionRuns } from "./action.ts";
import type { StepExecution } from "./job-context.ts";
import { runStepProcess } from "./step-process.ts";
import type { StepResult } from "./step-result.ts";

export interface NodeActionUse {
  readonly action: Action;
  readonly runs: Extract<ActionRuns, { readonly kind: "node" }>;
  readonly inputs: Readonly<Record<string, string>>;
  /** The step that uses it: the key of its saved state. */
  readonly user: object;
}

/** Runs `main` and registers `post`, which also runs when main fails. */
export async function runMain(use: NodeActionUse, execution: StepExecution): Promise<StepResult> {
  const { post, postIf } = use.runs;
  if (post !== undefined) {
    const name = `Post ${execution.record.name}`;
    execution.job.posts.push({
      name,
      condition: postIf,
      frame: execution.frame,
      run: async (later) => (await runFile(use, post, { ...later, env: execution.env, id: execution.id })).outcome,
    });
  }
  return runFile(use, use.runs.main, execution);
}

/** Runs one of the action's files: the script of `pre`, `main` or `post`. */
export async function runFile(use: NodeActionUse, file: string, execution: StepExecution): Promise<StepResult> {
  const { job } = execution;
  const state = job.states.get(use.user) ?? new Map<string, string>();
  job.states.set(use.user, state);
  const result = await runStepProcess(execution, {
    command: job.nodePath,
    args: [join(use.action.directory, file)],
    cwd: job.machine.workspace,
    env: {
      ...Object.fromEntries(Object.entries(use.inputs).map(([name, value]) => [inputVariable(name), value])),
      ...Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value])),
    },
  });
  for (const [name, value] of result.state) state.set(name, value);
  return {
    outcome: result.exitCode === 0 && !result.malformed ? "success" : "failure",
    outputs: Object.fromEntries(result.outputs),
  };
}

/** `INPUT_TIMEOUT-MINUTES` for `timeout-minutes`: only spaces are replaced, as `@actions/core` expects. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}
