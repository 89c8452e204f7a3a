import { type GitHubRepository, pause } from "./client.ts";

/** How often GitHub is asked whether it has tried to merge; it does that some seconds after either branch moved. */
const tries = 10;

/**
 * Waits until GitHub has merged a pull request with the branch it is for, as both are now. It does so when it is asked, in the background
 * and not at once: until then `refs/pull/N/merge` is of before, or not there (REST docs, "Get a pull request").
 *
 * @param sleep waits between two questions, milliseconds
 * @returns `unknown` if it took GitHub too long
 */
export async function awaitMergeCommit(
  { octokit, owner, repo }: GitHubRepository,
  pull: number,
  sleep: (milliseconds: number) => Promise<void> = pause,
): Promise<"merged" | "conflict" | "unknown"> {
  for (let attempt = 1; ; attempt++) {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      owner,
      repo,
      pull_number: pull,
    });
    if (data.mergeable === false) return "conflict";
    if (data.mergeable === true) return "merged";
    if (attempt === tries) return "unknown";
    await sleep(2_000);
  }
}
