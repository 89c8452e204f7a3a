/** Inputs and outputs that the actions of one wave share: which tenants, and what became of them in the steps before. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { type StageOutcome, stages } from "../domain/outcome.ts";

const outcome = z.looseObject({
  tenant: z.string(),
  environment: z.string(),
  stage: z.enum(stages),
  outcome: z.enum(["unchanged", "changed", "failed", "held", "skipped"]),
  durationMs: z.number(),
});

/** A JSON text, parsed and held against a schema. */
export function json<T extends z.ZodType>(
  schema: T,
): z.ZodPipe<z.ZodPipe<z.ZodString, z.ZodTransform<unknown, string>>, T> {
  const parse = z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      context.addIssue({ code: "custom", message: `not valid JSON: ${error.message}` });
      return z.NEVER;
    }
  });
  return parse.pipe(schema);
}

export const tenantNames = json(z.array(z.string().min(1)));

/**
 * Outcomes are written by the steps before, from the values of domain/outcome.ts: in place, or, being long, in a file whose name is
 * given.
 */
export const outcomes = json(
  z.union([z.array(outcome), z.string().transform(readOutcomes).pipe(z.array(outcome))]),
).default([]) as unknown as z.ZodType<readonly StageOutcome[]>;

/**
 * Inputs are environment variables, and Linux takes none of more than 128 KiB (execve(2), MAX_ARG_STRLEN): some hundred tenants
 * with their calls and evidence.
 */
const longestInPlace = 64 * 1024;

/** Outcomes as the output that the next step takes as its input. */
export function outcomesOutput(all: readonly StageOutcome[]): string {
  const text = JSON.stringify(all);
  if (Buffer.byteLength(text) <= longestInPlace) return text;
  const folder = process.env.RUNNER_TEMP;
  if (folder === undefined) throw new Error("RUNNER_TEMP is not set; actions run inside a GitHub Actions job");
  const file = `${folder}/outcomes-${randomUUID()}.json`;
  writeFileSync(file, text);
  return JSON.stringify(file);
}

function readOutcomes(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

export const waveContract = {
  inputs: z.strictObject({ environment: z.string(), tenants: tenantNames, outcomes }),
  outputs: ["outcomes"],
} as const;
