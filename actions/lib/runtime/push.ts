/** What a push brought (GitHub docs, "Webhook events and payloads", push). */
import * as z from "zod";
import type { RunContext } from "./context.ts";

const push = z.object({ before: z.string(), after: z.string() });

/** Two commits, full SHAs: what the branch was before a push, and what it was after it. */
export interface PushedRange {
  readonly before: string;
  readonly after: string;
}

/** Of the push that started the run; undefined if something else did, or if it made or deleted the branch. */
export function pushedRange({ event, payload }: Pick<RunContext, "event" | "payload">): PushedRange | undefined {
  const parsed = push.safeParse(payload);
  if (event !== "push" || !parsed.success) return undefined;
  const { before, after } = parsed.data;
  return [before, after].some((sha) => /^0+$/.test(sha)) ? undefined : { before, after };
}
