import type { GitHubRepository } from "./client.ts";
import { awaitMergeCommit } from "./merge-commit.ts";
import { statusOf } from "./people.ts";

/**
 * Plans a pull request whose branch was pushed by a job's own token, which starts no workflow by itself.
 *
 * @returns whether a plan was started; without one its required check never comes by itself
 */
export async function startPlan(github: GitHubRepository, pull: number): Promise<boolean> {
  return (await awaitMergeCommit(github, pull)) !== "conflict" && (await dispatchPlan(github, pull));
}

/**
 * Starts the workflow that plans, for a pull request that GitHub has merged for a try.
 *
 * @returns false if it is not there, is disabled, or cannot be started by hand (REST docs, "Create a workflow dispatch event")
 */
export async function dispatchPlan({ octokit, owner, repo }: GitHubRepository, pull: number): Promise<boolean> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}", { owner, repo });
  try {
    await octokit.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
      owner,
      repo,
      workflow_id: "plan.yml",
      ref: data.default_branch,
      inputs: { "pull-request": String(pull) },
    });
    return true;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 422) return false;
    throw error;
  }
}
