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
  github: GitHubRepository,
  name: string,
): Promise<{ readonly branch: Pick<Branch, "name">; readonly base: string; readonly open?: OpenPull }> {
  const { octokit, owner, repo } = github;
  const one = { owner, repo };
  const [{ data: repository }, open] = await Promise.all([
    octokit.request("GET /repos/{owner}/{repo}", one),
    openPullOf(github, name),
  ]);
  const base = repository.default_branch;
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

interface FileCommit {
  readonly branch: string;
  readonly file: string;
  readonly text: string;
  /** Blob that was read. */
  readonly replaces: string;
  readonly message: string;
}

interface Committed {
  readonly commit: string;
  readonly address: string;
}

/** Commits one file over the blob that was read; GitHub refuses if somebody pushed another in between. */
export async function commitFile(github: GitHubRepository, change: FileCommit): Promise<Committed> {
  const { octokit, owner, repo } = github;
  try {
    const { data } = await octokit.request("PUT /repos/{owner}/{repo}/contents/{path}", {
      ...{ owner, repo, path: change.file, branch: change.branch, message: change.message, sha: change.replaces },
      content: Buffer.from(change.text, "utf8").toString("base64"),
    });
    return { commit: data.commit.sha ?? "", address: data.commit.html_url ?? "" };
  } catch (error) {
    // 409: the blob is not there any more, perhaps because our own commit is whose answer was lost.
    if (statusOf(error) !== 409) throw error;
    const present = await fileAt(github, change.file, change.branch);
    if (present.text !== change.text) throw error;
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
      ...{ owner, repo, ref: `heads/${change.branch}` },
    });
    return { commit: data.sha, address: data.html_url };
  }
}

export interface OpenPull {
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
}

/** Opens a pull request; one that is open although GitHub's answer was lost, or that somebody opened just before, is that one. */
export async function openPull(
  github: GitHubRepository,
  wish: { readonly head: string; readonly base: string; readonly title: string; readonly body: string },
): Promise<OpenPull> {
  const { octokit, owner, repo } = github;
  try {
    return (await octokit.request("POST /repos/{owner}/{repo}/pulls", { owner, repo, ...wish })).data;
  } catch (error) {
    const status = statusOf(error) ?? 500;
    if (status < 500 && status !== 422) throw error;
    const open = await openPullOf(github, wish.head);
    if (open === undefined) throw error;
    return open;
  }
}

/** The open pull request of a branch of this repository. */
async function openPullOf({ octokit, owner, repo }: GitHubRepository, branch: string): Promise<OpenPull | undefined> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
    ...{ owner, repo, head: `${owner}:${branch}`, state: "open" },
  });
  return data[0];
}

/** Ways to merge, the one that keeps the commit as it was made first. */
const mergeMethods = ["MERGE", "SQUASH", "REBASE"] as const;

/**
 * Lets a pull request merge by itself once its checks pass, where the repository allows that, in the first of the ways that it allows: with
 * one that it does not, GitHub refuses the whole wish.
 */
export async function allowAutoMerge({ octokit }: GitHubRepository, pullRequestId: string): Promise<boolean> {
  const query =
    "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { clientMutationId } }";
  for (const mergeMethod of mergeMethods) {
    try {
      await octokit.graphql(query, { input: { pullRequestId, mergeMethod } });
      return true;
    } catch (error) {
      // An answer with errors: the repository does not allow it, or not this way, or there is nothing to wait for.
      if (!(error instanceof Error && error.name === "GraphqlResponseError")) throw error;
    }
  }
  return false;
}
