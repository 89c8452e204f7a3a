/** Branches and pull requests in which changes of commands are written down. */

import type { GitHubRepository } from "./client.ts";
import { statusOf } from "./people.ts";

export interface Branch {
  readonly name: string;
  /** Paths that its pull request changes. */
  readonly files: readonly string[];
}

/** The branch of an open pull request, if it is in this repository: a fork's is somebody else's. */
export async function branchOfPull(
  { octokit, owner, repo }: GitHubRepository,
  pull: number,
): Promise<Branch | undefined> {
  const one = { owner, repo, pull_number: pull };
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", one);
  const own = data.head.repo?.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
  if (data.state !== "open" || !own || data.head.ref === data.base.repo.default_branch) return undefined;
  const files = await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
    ...one,
    per_page: 100,
  });
  return { name: data.head.ref, files: files.map(({ filename }) => filename) };
}

/**
 * The branch for records of one tenant: that of the record's open pull request, or a fresh one from the default branch. What is left
 * of an earlier one is overwritten.
 */
export async function openRecord(
  { octokit, owner, repo }: GitHubRepository,
  name: string,
): Promise<{
  readonly branch: Pick<Branch, "name">;
  readonly base: string;
  readonly open?: { readonly number: number; readonly node_id: string; readonly html_url: string };
}> {
  const one = { owner, repo };
  const [{ data: repository }, { data: pulls }] = await Promise.all([
    octokit.request("GET /repos/{owner}/{repo}", one),
    octokit.request("GET /repos/{owner}/{repo}/pulls", { ...one, head: `${owner}:${name}`, state: "open" }),
  ]);
  const base = repository.default_branch;
  const [open] = pulls;
  if (open !== undefined) return { branch: { name }, base, open };
  const { data: head } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    ...one,
    ref: `heads/${base}`,
  });
  try {
    await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
      ...one,
      ref: `refs/heads/${name}`,
      sha: head.object.sha,
    });
  } catch (error) {
    // 422: the branch is left over from a pull request that was merged or closed (REST docs, "Create a reference").
    if (statusOf(error) !== 422) throw error;
    await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
      ...one,
      ref: `heads/${name}`,
      sha: head.object.sha,
      force: true,
    });
  }
  return { branch: { name }, base };
}

/** The text of a file on a branch, and the blob it is. */
export async function fileAt(
  { octokit, owner, repo }: GitHubRepository,
  path: string,
  branch: string,
): Promise<{ readonly text: string; readonly sha: string }> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
    owner,
    repo,
    path,
    ref: branch,
  });
  if (Array.isArray(data) || data.type !== "file" || !("content" in data))
    throw new Error(`${path} is no file on ${branch}`);
  return { text: Buffer.from(data.content, "base64").toString("utf8"), sha: data.sha };
}

/** Commits one file over the blob that was read; GitHub refuses if somebody pushed another in between. */
export async function commitFile(
  { octokit, owner, repo }: GitHubRepository,
  change: {
    readonly branch: string;
    readonly file: string;
    readonly text: string;
    readonly replaces: string;
    readonly message: string;
  },
): Promise<{ readonly commit: string; readonly address: string }> {
  const { data } = await octokit.request("PUT /repos/{owner}/{repo}/contents/{path}", {
    ...{ owner, repo, path: change.file, branch: change.branch, message: change.message, sha: change.replaces },
    content: Buffer.from(change.text, "utf8").toString("base64"),
  });
  return { commit: data.commit.sha ?? "", address: data.commit.html_url ?? "" };
}

/** Lets a pull request merge by itself once its checks pass, where the repository allows that. */
export async function allowAutoMerge({ octokit }: GitHubRepository, pullRequestId: string): Promise<boolean> {
  const query =
    "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }";
  try {
    await octokit.graphql(query, { input: { pullRequestId, mergeMethod: "MERGE" } });
    return true;
  } catch (error) {
    // An answer with errors: the repository does not allow it, or there is nothing to wait for.
    if (error instanceof Error && error.name === "GraphqlResponseError") return false;
    throw error;
  }
}
