/** Inputs and outputs that the actions of one wave share: which tenants, and what became of them in the steps before. */
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

/** Outcomes are written by the steps before, from the values of domain/outcome.ts. */
export const outcomes = json(z.array(outcome)).default([]) as unknown as z.ZodType<readonly StageOutcome[]>;

export const waveContract = {
  inputs: z.strictObject({ environment: z.string(), tenants: tenantNames, outcomes }),
  outputs: ["outcomes"],
} as const;
