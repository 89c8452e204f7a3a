/** What a run of the plan workflow is about. */
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { Pulls } from "../lib/ports/pulls.ts";

export type PlanSubject =
  | { readonly kind: "pull"; readonly pull: number; readonly commit: string; readonly depth: "full" | "static" }
  | { readonly kind: "closed"; readonly pull: number; readonly commit: string }
  /** Commits that the merge queue is about to put on the default branch, and what they come on top of. */
  | { readonly kind: "merge-group"; readonly commit: string; readonly base: string };

/** What the event said. */
export type PlanOccasion =
  | { readonly event: "pull_request"; readonly number: number; readonly commit: string; readonly closed: boolean }
  | { readonly event: "merge_group"; readonly commit: string; readonly base: string }
  | { readonly event: "workflow_dispatch" };

/**
 * @param asked.pull number given by hand or by another run, for `workflow_dispatch`
 * @throws OperatorError `no-pull-request` when there is none of that number, or it is not open; `older-event` when the pull request
 * moved on since its event
 */
export async function planSubject(
  occasion: PlanOccasion,
  asked: { readonly pull?: number; readonly depth: "full" | "static" },
  pulls: Pick<Pulls, "find">,
): Promise<PlanSubject> {
  switch (occasion.event) {
    case "merge_group":
      return { kind: "merge-group", commit: occasion.commit, base: occasion.base };
    case "pull_request": {
      const { number: pull, commit } = occasion;
      if (asked.depth === "full") await refuseOlderEvent(occasion, pulls);
      return occasion.closed ? { kind: "closed", pull, commit } : { kind: "pull", pull, commit, depth: asked.depth };
    }
    case "workflow_dispatch": {
      const pull = asked.pull === undefined ? undefined : await pulls.find(asked.pull);
      if (pull?.state !== "open") {
        throw new OperatorError(
          "no-pull-request",
          asked.pull === undefined
            ? "say which pull request to plan: the input pull-request takes its number"
            : `#${asked.pull} is ${pull === undefined ? "no pull request here" : pull.state}; there is nothing to plan`,
        );
      }
      // Whoever asks, a fork's files are only read.
      const depth = pull.fromFork ? "static" : asked.depth;
      return { kind: "pull", pull: pull.number, commit: pull.commit, depth };
    }
  }
}

/**
 * A run that is started again replays its event (GitHub docs, "Re-running workflows and jobs"): what it would show, or throw away, is not
 * of the pull request as it is now.
 */
async function refuseOlderEvent(
  { number, commit, closed }: Extract<PlanOccasion, { readonly event: "pull_request" }>,
  pulls: Pick<Pulls, "find">,
): Promise<void> {
  const now = await pulls.find(number);
  if (now === undefined || ((now.state !== "open") === closed && now.commit === commit)) return;
  throw new OperatorError(
    "older-event",
    `this run is about #${number} at ${commit.slice(0, 7)}; by now it is ${now.state} at ${now.commit.slice(0, 7)}`,
  );
}
