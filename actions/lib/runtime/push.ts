/** What a push brought (GitHub docs, "Webhook events and payloads", push). */
import * as z from "zod";
import type { RunContext } from "./context.ts";

const push = z.object({ before: z.string() });

/** Two commits, full SHAs: what the branch was before a push, and what of it is checked out. */
export interface PushedRange {
  readonly before: string;
  readonly after: string;
}

/**
 * From before the push that started the run to the commit its files are from, which can be a later one; undefined if something else started
 * it, or if the push made the branch.
 */
export function pushedRange({
  event,
  payload,
  commit,
}: Pick<RunContext, "event" | "payload" | "commit">): PushedRange | undefined {
  const parsed = push.safeParse(payload);
  if (event !== "push" || !parsed.success || /^0+$/.test(parsed.data.before)) return undefined;
  return { before: parsed.data.before, after: commit };
}
