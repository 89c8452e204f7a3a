/**
 * A restored database has a master secret of its own, and CloudFormation goes on giving the old one's ARN as its stack's output until
 * the database is next changed through it. This remembers which ARNs are out of date, and which secret is the right one.
 */
import * as z from "zod";

export const databaseSecret = z.strictObject({
  /** ARN of the secret of the database that serves. */
  secret: z.string(),
  /** ARNs that the stack may still give instead. */
  stale: z.array(z.string()),
  operation: z.string(),
  at: z.iso.datetime(),
});

export interface DatabaseSecret {
  readonly secret: string;
  readonly stale: readonly string[];
}

/** `operations/secrets/hospital-a.json`: names, never values. */
export function databaseSecretKey(tenant: string): string {
  return `operations/secrets/${tenant}.json`;
}

/** A stack's outputs with the secret of the database that really serves. What the stack gives anew counts again. */
export function servingOutputs(
  outputs: Readonly<Record<string, string>>,
  known: DatabaseSecret | undefined,
): Readonly<Record<string, string>> {
  const given = outputs.DatabaseSecretArn;
  if (known === undefined || given === undefined || !known.stale.includes(given)) return outputs;
  return { ...outputs, DatabaseSecretArn: known.secret };
}

/** What to remember after another database took over. */
export function withServing(
  known: DatabaseSecret | undefined,
  next: { readonly before: string; readonly now: string },
): DatabaseSecret {
  const stale = new Set([...(known?.stale ?? []), ...(known === undefined ? [] : [known.secret]), next.before]);
  stale.delete(next.now);
  return { secret: next.now, stale: [...stale].sort() };
}
