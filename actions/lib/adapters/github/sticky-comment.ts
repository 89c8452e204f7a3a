import type { GitHubRepository } from "./client.ts";

export interface StickyComment {
  readonly id: number | bigint;
  readonly body: string;
}

/**
 * Our one comment on a pull request. Anybody can write the line that marks it, so only a comment of a bot counts.
 *
 * @param isOurs whether a comment's text is the one looked for
 */
export async function findStickyComment(
  { octokit, owner, repo }: GitHubRepository,
  number: number,
  isOurs: (body: string) => boolean,
): Promise<StickyComment | undefined> {
  const comments = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  const found = comments.find(({ body, user }) => user?.type === "Bot" && body !== undefined && isOurs(body));
  return found === undefined ? undefined : { id: found.id, body: found.body ?? "" };
}

/** Writes the comment: edits it if it is there, creates it otherwise. */
export async function writeStickyComment(
  { octokit, owner, repo }: GitHubRepository,
  number: number,
  comment: { readonly body: string; readonly isOurs: (body: string) => boolean },
): Promise<void> {
  const present = await findStickyComment({ octokit, owner, repo }, number, comment.isOurs);
  if (present?.body === comment.body) return;
  if (present === undefined) {
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      body: comment.body,
    });
    return;
  }
  await octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    owner,
    repo,
    comment_id: Number(present.id),
    body: comment.body,
  });
}
