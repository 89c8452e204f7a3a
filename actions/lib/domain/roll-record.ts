/** What the environment remembers of a roll while it is under way. */
import * as z from "zod";

/**
 * One record per tenant, `operations/rolls/<tenant>.json`: what its services ran when they were last all well. A run that takes over
 * from a lost one finds some services on the new release already; if the release then fails, these must go back as well.
 */
export const rollRecord = z.object({
  state: z.enum(["under way", "over"]),
  /** Service → ARN of its task definition. */
  before: z.record(z.string(), z.string()),
});

/** Key of a tenant's roll record. */
export function rollKey(tenant: string): string {
  return `operations/rolls/${tenant}.json`;
}
