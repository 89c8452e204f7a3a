import { OperatorError } from "../../domain/operator-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Pull, Pulls } from "../../ports/pulls.ts";
import type { GitHubRepository } from "./client.ts";
import { statusOf } from "./people.ts";
import { type PlanWriting, pullRequestPlanView } from "./plan-view.ts";
import { startPlan } from "./recording-branch.ts";

interface PullData {
  readonly number: number;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly repo: { readonly full_name: string } };
}

/** How often GitHub is asked whether it has tried to merge; it does that some seconds after either branch moved. */
const mergeTries = 10;

/** Pull requests through the REST API. */
export function gitHubPulls(
  github: GitHubRepository,
  { writing, clock }: { readonly writing: PlanWriting; readonly clock: Clock },
): Pulls {
  const { octokit, owner, repo } = github;
  const get = async (number: number): Promise<PullData & { readonly mergeable: boolean | null }> => {
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
      // Asking makes GitHub merge it with the branch as it is now; until then the merge commit is of before (REST docs, "Get a pull request").
      for (let attempt = 1; ; attempt++) {
        const { mergeable } = await get(number);
        if (mergeable === false) return "conflict";
        if (mergeable === true || attempt === mergeTries) break;
        await clock.sleep(2_000);
      }
      if (await startPlan(github, number)) return "started";
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
