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

/**
 * The pull requests that one push merged besides the one whose merge its last commit is: the merge queue puts a group on the branch at
 * once (GitHub docs, "Managing a merge queue"), and only its last commit starts a run.
 *
 * @param range before and after the push; none without one
 */
export async function mergedAlongside(
  github: GitHubRepository,
  range: { readonly before: string; readonly after: string } | undefined,
  writing: PlanWriting,
): Promise<readonly { readonly pull: number; readonly view: PlanView }[]> {
  if (range === undefined) return [];
  const { octokit, owner, repo } = github;
  const [{ data: comparison }, { data: pulls }] = await Promise.all([
    octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...{ owner, repo, per_page: 100 },
      basehead: `${range.before}...${range.after}`,
    }),
    // A group has at most a hundred, and was merged just now.
    octokit.request("GET /repos/{owner}/{repo}/pulls", {
      ...{ owner, repo, state: "closed", sort: "updated", direction: "desc", per_page: 100 },
    }),
  ]);
  const commits = new Set(comparison.commits.map(({ sha }) => sha).filter((sha) => sha !== range.after));
  return pulls
    .filter(({ merged_at, merge_commit_sha }) => merged_at !== null && commits.has(merge_commit_sha ?? ""))
    .map(({ number }) => ({ pull: number, view: pullRequestPlanView(github, number, writing) }));
}
