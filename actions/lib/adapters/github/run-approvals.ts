import type { Approvals } from "../../ports/approvals.ts";
import type { GitHubRepository } from "./client.ts";

/**
 * Approvals by the review history of a run (REST docs, "Get the review history for a workflow run"; needs `actions: read`). It does not say
 * for which attempt of the run somebody approved; GitHub itself asks again for each.
 */
export function gitHubApprovals({ octokit, owner, repo }: GitHubRepository): Approvals {
  return {
    of: async (runId, environment) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals", {
        owner,
        repo,
        run_id: Number(runId),
      });
      return data
        .filter(
          ({ state, environments }) => state === "approved" && environments.some(({ name }) => name === environment),
        )
        .map(({ user }) => user.login);
    },
  };
}
