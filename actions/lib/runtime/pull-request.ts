/** The pull request an event is about (GitHub docs, "Webhook events and payloads", pull_request). */
import * as z from "zod";
import { OperatorError } from "../domain/operator-error.ts";
import type { RunContext } from "./context.ts";

const payload = z.object({
  pull_request: z.object({ number: z.number().int(), head: z.object({ sha: z.string() }) }),
});

export interface PullRequestEvent {
  readonly number: number;
  /** Head commit of the pull request: what reviewers see, and what checks are reported for. */
  readonly commit: string;
}

/**
 * @throws OperatorError `wrong-event` if the run was not started by a pull request
 */
export function pullRequestOf(context: Pick<RunContext, "payload" | "event">): PullRequestEvent {
  const parsed = payload.safeParse(context.payload);
  if (!parsed.success) {
    throw new OperatorError("wrong-event", `this action works on pull_request events, not on ${context.event}`);
  }
  const { number, head } = parsed.data.pull_request;
  return { number, commit: head.sha };
}
