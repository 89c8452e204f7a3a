import { OperatorError } from "../../domain/operator-error.ts";
import type { Deployments } from "../../ports/deployments.ts";
import type { GitHubRepository } from "./client.ts";

/** What deployments leave of an hour's requests: a job's token has 1,000 for the whole repository (REST docs, "Rate limits"). */
const keptForOthers = 0.25;

/**
 * Deployments through the REST API. They only show; once three quarters of the hour's requests are used, no more are shown, so that commands
 * can still be answered after a release of a thousand tenants.
 */
export function gitHubDeployments({ octokit, owner, repo }: GitHubRepository): Deployments {
  let left = 1;
  return {
    record: async ({ environment, commit, state, description, url }) => {
      if (left < keptForOthers) {
        throw new OperatorError("requests-kept", "what is left of this hour's requests to GitHub is kept for commands");
      }
      const { data, headers } = await octokit.request("POST /repos/{owner}/{repo}/deployments", {
        owner,
        repo,
        ref: commit,
        environment,
        auto_merge: false,
        // Whether the commit may be deployed was decided before it was merged.
        required_contexts: [],
        description: description.slice(0, 140),
      });
      left = Number(headers["x-ratelimit-remaining"] ?? 1) / Number(headers["x-ratelimit-limit"] ?? 1);
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
