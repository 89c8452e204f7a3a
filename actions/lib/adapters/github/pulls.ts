import { OperatorError } from "../../domain/operator-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Pull, Pulls } from "../../ports/pulls.ts";
import type { GitHubRepository } from "./client.ts";
import { awaitMergeCommit } from "./merge-commit.ts";
import { statusOf } from "./people.ts";
import { type PlanWriting, pullRequestPlanView } from "./plan-view.ts";
import { dispatchPlan } from "./start-plan.ts";

interface PullData {
  readonly number: number;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly repo: { readonly full_name: string } };
}

/** Pull requests through the REST API. */
export function gitHubPulls(
  github: GitHubRepository,
  { writing, clock }: { readonly writing: PlanWriting; readonly clock: Clock },
): Pulls {
  const { octokit, owner, repo } = github;
  const get = async (number: number): Promise<PullData> => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      owner,
      repo,
      pull_number: number,
    });
    return data;
  };
  return {
    find: async (number) => {
      try {
        return toPull(await get(number));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },

    open: async () => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
      const open = await octokit.paginate("GET /repos/{owner}/{repo}/pulls", {
        owner,
        repo,
        state: "open",
        base: data.default_branch,
        per_page: 100,
      });
      return open.map(toPull);
    },

    view: (number) => pullRequestPlanView(github, number, writing),

    planAgain: async (number) => {
      if ((await awaitMergeCommit(github, number, clock.sleep)) === "conflict") return "conflict";
      if (await dispatchPlan(github, number)) return "started";
      throw new OperatorError(
        "no-plan-workflow",
        `#${number} could not be planned again: plan.yml is not there, is disabled or takes no workflow_dispatch`,
      );
    },
  };
}

function toPull({ number, state, merged_at, head, base }: PullData): Pull {
  return {
    number,
    commit: head.sha,
    // The repository of a fork can be gone by now.
    fromFork: head.repo?.full_name !== base.repo.full_name,
    state: state === "open" ? "open" : merged_at === null || merged_at === undefined ? "closed" : "merged",
  };
}
