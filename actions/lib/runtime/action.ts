/** Runs an action: inputs in at the door, outputs and a reason code out at every exit. */
import type * as z from "zod";
import { OperatorError } from "../domain/operator-error.ts";
import type { Progress } from "../ports/progress.ts";
import { type Annotation, addSummary, annotationLine, progressLine, setOutput } from "./command-file.ts";
import { type RunContext, runContext } from "./context.ts";

/** The TypeScript side of an action.yml; a test holds the two together. */
export interface Contract<Inputs extends z.ZodObject, Outputs extends string> {
  readonly inputs: Inputs;
  readonly outputs: readonly Outputs[];
}

export interface ActionResult<Outputs extends string> {
  readonly outputs: Readonly<Record<Outputs, string>>;
  readonly summary?: string;
  readonly annotations?: readonly Annotation[];
  /** Set when the work ended badly: the step fails with this message, after everything above was written. */
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

export type Run<Inputs extends z.ZodObject, Outputs extends string> = (
  inputs: z.infer<Inputs>,
  context: RunContext,
  progress: Progress,
) => Promise<ActionResult<Outputs>>;

/**
 * Parses the inputs, runs, writes outputs, summary and annotations. Besides its own outputs every action has `reason-code`:
 * `ok`, or why it failed. Problems somebody can fix are shown as one line, bugs with their stack; both fail the step.
 */
export async function runAction<Inputs extends z.ZodObject, Outputs extends string>(
  contract: Contract<Inputs, Outputs>,
  run: Run<Inputs, Outputs>,
): Promise<void> {
  const environment = process.env;
  try {
    const context = runContext(environment);
    const inputs = parseInputs(contract.inputs, environment);
    const result = await run(inputs, context, { say: (line) => console.log(progressLine(line)) });
    for (const name of contract.outputs) output(name, result.outputs[name]);
    if (result.summary !== undefined && addSummary(fileOf("GITHUB_STEP_SUMMARY"), result.summary) === "too long")
      for (const line of result.summary.split("\n")) console.log(progressLine(line));
    for (const annotation of result.annotations ?? []) console.log(annotationLine(annotation));
    output("reason-code", result.failed?.reasonCode ?? "ok");
    if (result.failed !== undefined) fail(result.failed.message);
  } catch (error) {
    const reasonCode = error instanceof OperatorError ? error.reasonCode : "bug";
    output("reason-code", reasonCode);
    // Whoever reads results finds one at every exit.
    if (contract.outputs.some((name) => name === "result")) {
      output("result", JSON.stringify({ reasonCode, message: error instanceof Error ? error.message : String(error) }));
    }
    fail(error instanceof OperatorError ? error.message : describe(error));
  }
}

/** All wrong inputs at once, by name. The runner gives an input that was left out as an empty text. */
function parseInputs<Inputs extends z.ZodObject>(
  schema: Inputs,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Inputs> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`]?.trim();
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `input ${path.join(".")}: ${message}`);
  throw new OperatorError("wrong-input", problems.join("; "));
}

function output(name: string, value: string): void {
  setOutput(fileOf("GITHUB_OUTPUT"), name, value);
}

function fileOf(name: "GITHUB_OUTPUT" | "GITHUB_STEP_SUMMARY"): string {
  const file = process.env[name];
  if (file === undefined) throw new Error(`${name} is not set; actions run inside a GitHub Actions job`);
  return file;
}

function fail(message: string): void {
  console.log(annotationLine({ level: "error", message }));
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
