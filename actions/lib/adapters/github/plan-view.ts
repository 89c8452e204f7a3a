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
 * Shows a plan in the pull request's one comment, and, once it is finished, in the check run `plan` of the planned commit.
 */
export function pullRequestPlanView(github: GitHubRepository, pull: number, writing: PlanWriting): PlanView {
  return {
    show: async (state) => {
      await writeStickyComment(github, pull, { body: writing.comment(state), isOurs: writing.isComment });
      if (state.state.state !== "planned" && state.state.state !== "failed") return;
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

/** The view of an open pull request; static checks, as of forks, only have the step summary. */
export function planViewOf(
  github: GitHubRepository,
  { pull, depth, writing }: { readonly pull: number; readonly depth: "full" | "static"; readonly writing: PlanWriting },
): PlanView {
  return depth === "static" ? silentPlanView : pullRequestPlanView(github, pull, writing);
}
