import type { CommandReply } from "../../domain/command/reply.ts";
import type { Comments } from "../../ports/comments.ts";
import type { GitHubRepository } from "./client.ts";
import { statusOf } from "./people.ts";
import { findStickyComment } from "./sticky-comment.ts";

/** How a reply is written and known again; from the report, which this adapter does not know. */
export interface ReplyWriting {
  readonly write: (reply: CommandReply) => string;
  readonly isReply: (body: string, comment: number) => boolean;
}

/** Comments through the REST API. */
export function gitHubComments(github: GitHubRepository, { write, isReply }: ReplyWriting): Comments {
  const { octokit, owner, repo } = github;
  const one = { owner, repo };
  const get = async (comment: number) =>
    (await octokit.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...one, comment_id: comment }))
      .data;
  return {
    saw: async (comment) => {
      await octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
        ...one,
        comment_id: comment,
        content: "eyes",
      });
    },

    state: async (comment, written) => {
      try {
        const { body } = await get(comment);
        return body === written ? "as written" : "edited";
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const status = statusOf(error);
        return status === 404 || status === 410 ? "deleted" : "lookup-failed";
      }
    },

    find: async (comment) => {
      try {
        const { body, user, created_at, issue_url } = await get(comment);
        const pull = Number(issue_url.split("/").at(-1));
        return { body: body ?? "", author: user?.login ?? "ghost", createdAt: created_at, pull };
      } catch (error) {
        const status = statusOf(error);
        if (status === 404 || status === 410) return undefined;
        throw error;
      }
    },

    findReply: async (pull, comment) => {
      const found = await findStickyComment(github, pull, (body) => isReply(body, comment));
      return found === undefined ? undefined : Number(found.id);
    },

    reply: async ({ pull, reply }, content) => {
      const body = write(content);
      if (reply !== undefined) {
        await octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...one,
          comment_id: reply,
          body,
        });
        return reply;
      }
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...one,
        issue_number: pull,
        body,
      });
      return Number(data.id);
    },
  };
}
