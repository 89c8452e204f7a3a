/** `run:` steps: a script in a shell, started as GitHub starts it. */
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { evaluateText } from "./expression.ts";
import { type StepExecution, scopeOf } from "./job-context.ts";
import { runStepProcess } from "./step-process.ts";
import type { StepResult } from "./step-result.ts";
import type { RunStep } from "./workflow.ts";

/** Command lines of the shells a workflow may name (docs.github.com, "Workflow syntax: shell"). */
const SHELLS: Readonly<Record<string, string>> = {
  bash: "bash --noprofile --norc -eo pipefail {0}",
  sh: "sh -e {0}",
  python: "python3 {0}",
};
/** Where no shell is named, `bash` runs without `pipefail`. */
const UNNAMED = "bash -e {0}";

/** Runs the script. The exit code decides; it is also annotated, as on GitHub. */
export async function runScript(step: RunStep, execution: StepExecution): Promise<StepResult> {
  const { job, frame, record, env } = execution;
  const scope = scopeOf(job, frame, env);
  const script = evaluateText(step.run, scope);
  const shell = step.shell === undefined ? frame.defaults.shell : evaluateText(step.shell, scope);
  const folder =
    step.workingDirectory === undefined ? frame.defaults.workingDirectory : evaluateText(step.workingDirectory, scope);
  const file = join(job.machine.temp, `${randomUUID()}.sh`);
  await writeFile(file, `${script}\n`, { mode: 0o755 });
  const [command = "", ...args] = commandLine(shell).map((part) => part.replaceAll("{0}", file));
  record.print(`##[group]Run ${script.split("\n", 1)[0]}\n${script}\nshell: ${shell ?? UNNAMED}\n##[endgroup]`);
  const result = await runStepProcess(execution, {
    command,
    args,
    cwd: resolve(job.machine.workspace, folder ?? "."),
    env: {},
  });
  if (result.exitCode !== 0 && !execution.signal.aborted) {
    job.record.remark(record, { level: "failure", message: `Process completed with exit code ${result.exitCode}.` });
  }
  return {
    outcome: result.exitCode === 0 && !result.malformed ? "success" : "failure",
    outputs: Object.fromEntries(result.outputs),
  };
}

function commandLine(shell: string | undefined): readonly string[] {
  if (shell === undefined) return UNNAMED.split(" ");
  const known = SHELLS[shell];
  if (known !== undefined) return known.split(" ");
  if (!shell.includes("{0}")) throw new Error(`the runner has no shell ${shell}`);
  return shell.split(" ");
}
