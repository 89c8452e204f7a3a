import type { Proposals } from "../../ports/proposals.ts";
import type { GitHubRepository } from "./client.ts";
import { openPull } from "./recording-branch.ts";
import { startPlan } from "./start-plan.ts";

/**
 * Pull requests through GitHub's git database: nothing is checked out, and a bot's commits are signed by GitHub (REST docs, "Git
 * commits"). A pull request of a job's own token starts no workflows, so its plan is asked for by name.
 *
 * @param settings.plan `started` where a job's token opens it; what a person opens starts its plan by itself
 */
export function gitHubProposals(
  github: GitHubRepository,
  settings: { readonly plan: "started" | "by itself" },
): Proposals {
  const { octokit, owner, repo } = github;
  const one = { owner, repo };
  return {
    propose: async ({ branch, title, body, files }) => {
      const { data: repository } = await octokit.request("GET /repos/{owner}/{repo}", one);
      const base = repository.default_branch;
      const { data: open } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...one,
        head: `${owner}:${branch}`,
        state: "open",
      });
      const [present] = open;
      const parent = await headOf(github, present === undefined ? base : branch);
      if (parent === undefined) throw new Error(`${owner}/${repo} has no branch ${base}`);
      const commit = await commitFiles(github, { parent, message: title, files });
      await point(github, branch, commit);
      const { data: pull } =
        present === undefined
          ? { data: await openPull(github, { head: branch, base, title, body }) }
          : await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
              ...one,
              pull_number: present.number,
              title,
              body,
            });
      // Whether there is a plan is said by its check; the proposal is there either way.
      if (settings.plan === "started") await startPlan(github, pull.number);
      return { number: pull.number, url: pull.html_url, outcome: present === undefined ? "opened" : "updated" };
    },
  };
}

async function headOf({ octokit, owner, repo }: GitHubRepository, branch: string): Promise<string | undefined> {
  // The list of matching references is empty where a single reference would be a 404.
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", {
    owner,
    repo,
    ref: `heads/${branch}`,
  });
  return data.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
}

async function commitFiles(
  { octokit, owner, repo }: GitHubRepository,
  change: { readonly parent: string; readonly message: string; readonly files: Readonly<Record<string, string>> },
): Promise<string> {
  const one = { owner, repo };
  const { data: parent } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...one,
    commit_sha: change.parent,
  });
  const { data: tree } = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
    ...one,
    base_tree: parent.tree.sha,
    tree: Object.entries(change.files).map(([path, content]) => ({
      path,
      mode: "100644" as const,
      type: "blob" as const,
      content,
    })),
  });
  const { data: commit } = await octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...one,
    message: change.message,
    tree: tree.sha,
    parents: [change.parent],
  });
  return commit.sha;
}

/** A branch left over from a pull request that was closed starts anew. */
async function point(github: GitHubRepository, branch: string, sha: string): Promise<void> {
  const { octokit, owner, repo } = github;
  if ((await headOf(github, branch)) === undefined) {
    await octokit.request("POST /repos/{owner}/{repo}/git/refs", { owner, repo, ref: `refs/heads/${branch}`, sha });
    return;
  }
  await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
    owner,
    repo,
    ref: `heads/${branch}`,
    sha,
    force: true,
  });
}
