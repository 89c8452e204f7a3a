/** Sets a runner on a repository of the given files, and takes both away after the test. */
import { onTestFinished } from "vitest";
import type { RunView } from "../../runner/host.ts";
import { type Runner, type RunnerOptions, startRunner } from "../../runner/runner.ts";
import { type Files, MemoryHost } from "./memory-host.ts";

export interface Rehearsal {
  readonly host: MemoryHost;
  readonly runner: Runner;
  /** Lines that were shown to people. */
  readonly lines: readonly string[];
}

/** Starts it; the keys are paths in the repository. */
export function rehearse(files: Files, options: Omit<RunnerOptions, "host" | "onProgress"> = {}): Rehearsal {
  const host = new MemoryHost(files);
  const lines: string[] = [];
  const runner = startRunner({ host, onProgress: ({ text }) => lines.push(text), ...options });
  onTestFinished(async () => {
    await runner.stop();
    host.remove();
  });
  return { host, runner, lines };
}

/** Pushes a change to main of a repository with one workflow (the text after `on: push`) and gives back the finished run. */
export async function runOnPush(
  jobs: string,
  options: { readonly files?: Files; readonly runner?: Omit<RunnerOptions, "host" | "onProgress"> } = {},
): Promise<RunView & { readonly host: MemoryHost }> {
  const { host, runner } = rehearse(
    { ".github/workflows/w.yml": `name: w\non: push\n${jobs}`, ...options.files },
    options.runner,
  );
  host.push("main", { "README.md": "changed\n" });
  await runner.idle();
  const [run] = runner.runs();
  if (run === undefined) throw new Error("no run was started");
  return { ...run, host };
}

/** The job with a name; throws with the names there are. */
export function jobOf(run: RunView, name: string): RunView["jobs"][number] {
  const job = run.jobs.find((candidate) => candidate.name === name);
  if (job === undefined)
    throw new Error(`no job ${name} among ${run.jobs.map((other) => other.name).join(", ")}; ${run.problem ?? ""}`);
  return job;
}
