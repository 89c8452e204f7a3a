import type { GitHubRepository } from "./client.ts";

/** Number of the pull request whose merge a commit is, or undefined if it was pushed directly. */
export async function mergedPull(
  { octokit, owner, repo }: GitHubRepository,
  commit: string,
): Promise<number | undefined> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
    owner,
    repo,
    commit_sha: commit,
  });
  return data.find(({ merged_at, merge_commit_sha }) => merged_at !== null && merge_commit_sha === commit)?.number;
}
