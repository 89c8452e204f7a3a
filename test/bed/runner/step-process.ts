/** A process of a step with everything GitHub gives to it and takes from it: environment, command files, output, exit code. */
import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { readPairs, readPaths } from "./command-file.ts";
import type { StepExecution } from "./job-context.ts";
import { runProcess } from "./process.ts";
import { SUMMARY_LIMIT } from "./record.ts";
import { stepOutput } from "./step-output.ts";

export interface StepCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** `INPUT_*`, `STATE_*` and what else belongs to this process alone. */
  readonly env: Readonly<Record<string, string>>;
}

export interface StepProcessResult {
  readonly exitCode: number;
  readonly outputs: ReadonlyMap<string, string>;
  readonly state: ReadonlyMap<string, string>;
  /** A command file could not be read, which fails the step whatever the process said. */
  readonly malformed: boolean;
}

const FILES = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] as const;
type CommandFile = (typeof FILES)[number];

/** Runs the process and applies what it wrote to the job: environment, path, summary. Outputs and state go to the caller. */
export async function runStepProcess(execution: StepExecution, command: StepCommand): Promise<StepProcessResult> {
  const { job, record } = execution;
  const files = await makeFiles(job.machine.commandFiles);
  const exitCode = await runProcess({
    command: command.command,
    args: command.args,
    cwd: command.cwd,
    env: {
      ...processEnvironment(execution),
      ...command.env,
      ...job.fixedEnvironment,
      ...stepFixed(execution),
      ...files,
    },
    onLine: stepOutput(job.record, record),
    signal: execution.signal,
  });
  let malformed = false;
  const read = async <T>(file: CommandFile, empty: T, parse: (content: string) => T): Promise<T> => {
    try {
      return parse(await readFile(files[file], "utf8"));
    } catch (error) {
      malformed = true;
      const kind = file.slice("GITHUB_".length).toLowerCase();
      job.record.remark(record, {
        level: "failure",
        message: `Unable to process file command '${kind}' successfully.`,
      });
      job.record.remark(record, { level: "failure", message: (error as Error).message });
      return empty;
    }
  };
  const none: ReadonlyMap<string, string> = new Map();
  const outputs = await read("GITHUB_OUTPUT", none, readPairs);
  const state = await read("GITHUB_STATE", none, readPairs);
  for (const [name, value] of await read("GITHUB_ENV", none, readEnvironment)) job.env.set(name, value);
  job.path.unshift(...(await read("GITHUB_PATH", [], readPaths)));
  keepSummary(execution, await readFile(files.GITHUB_STEP_SUMMARY, "utf8"));
  for (const file of FILES) await rm(files[file], { force: true });
  return { exitCode, outputs, state, malformed };
}

async function makeFiles(folder: string): Promise<Readonly<Record<CommandFile, string>>> {
  const id = randomUUID();
  const path = (file: CommandFile): string => join(folder, `${file.slice("GITHUB_".length).toLowerCase()}_${id}`);
  const files = Object.fromEntries(FILES.map((file) => [file, path(file)])) as Record<CommandFile, string>;
  for (const file of FILES) await writeFile(files[file], "");
  return files;
}

function processEnvironment({ job, frame, env }: StepExecution): Record<string, string> {
  const layered: Record<string, string> = {
    ...job.baseEnvironment,
    ...Object.fromEntries(job.env),
    ...frame.env,
    ...env,
  };
  return { ...layered, PATH: [...job.path, layered.PATH ?? ""].join(delimiter) };
}

function stepFixed({ id, frame }: StepExecution): Record<string, string> {
  return { GITHUB_ACTION: id, ...(frame.actionPath !== undefined && { GITHUB_ACTION_PATH: frame.actionPath }) };
}

function readEnvironment(content: string): ReadonlyMap<string, string> {
  const pairs = readPairs(content);
  if (pairs.has("NODE_OPTIONS"))
    throw new Error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  return pairs;
}

function keepSummary({ job, record }: StepExecution, markdown: string): void {
  const size = Buffer.byteLength(markdown);
  if (size > SUMMARY_LIMIT) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(size / 1024)}k`;
    job.record.remark(record, { level: "failure", message });
  } else if (size > 0) {
    job.record.summaries.push(job.record.mask.hide(markdown));
  }
}
