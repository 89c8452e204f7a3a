/** What a run that plans is about (GitHub docs, "Webhook events and payloads": pull_request, merge_group, workflow_dispatch). */
import * as z from "zod";
import { OperatorError } from "../domain/operator-error.ts";
import type { RunContext } from "./context.ts";

const pullRequest = z.object({
  action: z.string(),
  pull_request: z.object({ number: z.number().int(), head: z.object({ sha: z.string() }) }),
});

const mergeGroup = z.object({ merge_group: z.object({ head_sha: z.string(), base_sha: z.string() }) });

export type PlanEvent =
  /** `commit` is the head of the pull request: what reviewers see, and what checks are reported for. */
  | { readonly event: "pull_request"; readonly number: number; readonly commit: string; readonly closed: boolean }
  | { readonly event: "merge_group"; readonly commit: string; readonly base: string }
  | { readonly event: "workflow_dispatch" };

/**
 * @throws OperatorError `wrong-event` if the run was started by something else
 */
export function planOccasion(context: Pick<RunContext, "payload" | "event">): PlanEvent {
  const { event, payload } = context;
  if (event === "workflow_dispatch") return { event };
  const group = mergeGroup.safeParse(payload);
  if (event === "merge_group" && group.success) {
    const { head_sha: commit, base_sha: base } = group.data.merge_group;
    return { event, commit, base };
  }
  const pull = pullRequest.safeParse(payload);
  if (event === "pull_request" && pull.success) {
    const { number, head } = pull.data.pull_request;
    return { event, number, commit: head.sha, closed: pull.data.action === "closed" };
  }
  throw new OperatorError(
    "wrong-event",
    `this action plans pull requests and merge groups, not what ${event} is about`,
  );
}
