import type { PlanView } from "../../ports/plan-view.ts";
import type { GitHubRepository } from "./client.ts";
import { type PlanWriting, pullRequestPlanView, silentPlanView } from "./plan-view.ts";

/**
 * The view of the pull request whose merge a commit is. A commit that was pushed directly, or deployed again by hand, has none.
 */
export async function mergedPullView(
  github: GitHubRepository,
  commit: string,
  writing: PlanWriting,
): Promise<{ readonly view: PlanView; readonly pull?: number }> {
  const { octokit, owner, repo } = github;
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
    owner,
    repo,
    commit_sha: commit,
  });
  const pull = data.find(
    ({ merged_at, merge_commit_sha }) => merged_at !== null && merge_commit_sha === commit,
  )?.number;
  if (pull === undefined) return { view: silentPlanView };
  return { view: pullRequestPlanView(github, pull, writing), pull };
}
