import type { Deployments } from "../../ports/deployments.ts";
import type { GitHubRepository } from "./client.ts";

/** Deployments through the REST API. */
export function gitHubDeployments({ octokit, owner, repo }: GitHubRepository): Deployments {
  return {
    record: async ({ environment, commit, state, description, url }) => {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/deployments", {
        owner,
        repo,
        ref: commit,
        environment,
        auto_merge: false,
        // Whether the commit may be deployed was decided before it was merged.
        required_contexts: [],
        description: description.slice(0, 140),
      });
      if (!("id" in data)) throw new Error(`GitHub did not create a deployment of ${environment}`);
      await octokit.request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
        owner,
        repo,
        deployment_id: Number(data.id),
        state,
        description: description.slice(0, 140),
        ...(url !== undefined && { environment_url: url }),
      });
    },
  };
}
