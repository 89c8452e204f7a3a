import type { PlanComment } from "../../domain/plan-view.ts";
import type { PlanView } from "../../ports/plan-view.ts";
import { type CheckReport, reportCheck } from "./check-run.ts";
import type { GitHubRepository } from "./client.ts";
import { writeStickyComment } from "./sticky-comment.ts";

/** How the values are written; from the report, which this adapter does not know. */
export interface PlanWriting {
  readonly comment: (state: PlanComment) => string;
  readonly isComment: (body: string) => boolean;
  readonly check: (state: PlanComment) => Pick<CheckReport, "conclusion" | "title" | "summary" | "text">;
  readonly annotations: (state: PlanComment) => CheckReport["annotations"];
}

/** The required check's name; branch protection names it. */
export const planCheckName = "plan";

/**
 * Shows a plan in the pull request's one comment, and in the check run `plan` of the planned commit: once it is finished, and as soon
 * as it does not hold any more.
 */
export function pullRequestPlanView(github: GitHubRepository, pull: number, writing: PlanWriting): PlanView {
  const check = planCheckView(github, writing);
  return {
    show: async (state) => {
      await writeStickyComment(github, pull, { body: writing.comment(state), isOurs: writing.isComment });
      await check.show(state);
    },
  };
}

/** Shows a plan in the check run `plan` of its commit only: a merge group has no comments. */
export function planCheckView(github: GitHubRepository, writing: PlanWriting): PlanView {
  return {
    show: async (state) => {
      if (!["planned", "stale", "failed"].includes(state.state.state)) return;
      await reportCheck(github, {
        name: planCheckName,
        commit: state.commit,
        detailsUrl: state.links.run,
        ...writing.check(state),
        annotations: writing.annotations(state),
      });
    },
  };
}

/** A commit that no pull request was merged as, and a fork's pull request, whose token may write nothing, show nothing. */
export const silentPlanView: PlanView = { show: async () => {} };

/** Where a plan is shown: a pull request, a merge group, or, for static checks as of forks, only in the step summary. */
export function planViewOf(
  github: GitHubRepository,
  {
    pull,
    depth,
    writing,
  }: { readonly pull?: number; readonly depth: "full" | "static"; readonly writing: PlanWriting },
): PlanView {
  if (depth === "static") return silentPlanView;
  return pull === undefined ? planCheckView(github, writing) : pullRequestPlanView(github, pull, writing);
}
