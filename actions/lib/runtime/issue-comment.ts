/** The comment an event is about (GitHub docs, "Webhook events and payloads", issue_comment). */
import * as z from "zod";
import { OperatorError } from "../domain/operator-error.ts";
import type { RunContext } from "./context.ts";

const payload = z.object({
  action: z.literal("created"),
  comment: z.object({
    id: z.int(),
    body: z.string(),
    created_at: z.iso.datetime(),
    user: z.object({ login: z.string(), type: z.string() }),
    performed_via_github_app: z.object({ slug: z.string().nullish(), name: z.string() }).nullish(),
  }),
  issue: z.object({ number: z.int(), pull_request: z.object({}).exactOptional() }),
});

/** A comment as the event brought it, which is what counts: what is fetched later may be somebody else's words. */
export interface CommentEvent {
  readonly id: number;
  readonly body: string;
  readonly createdAt: string;
  readonly author: string;
  readonly authorType: string;
  /** The GitHub App that wrote it in the author's name (GitHub docs, "Authenticating with a GitHub App on behalf of a user"). */
  readonly via?: string;
  /** Number of the pull request. */
  readonly pull: number;
}

/**
 * @throws OperatorError `wrong-event` if the run was not started by a new comment on a pull request
 */
export function commentOf(context: Pick<RunContext, "payload" | "event">): CommentEvent {
  const parsed = payload.safeParse(context.payload);
  if (context.event !== "issue_comment" || !parsed.success || parsed.data.issue.pull_request === undefined) {
    throw new OperatorError(
      "wrong-event",
      `this action works on new comments of pull requests, not on ${context.event}`,
    );
  }
  const { comment, issue } = parsed.data;
  const app = comment.performed_via_github_app;
  return {
    id: comment.id,
    body: comment.body,
    createdAt: comment.created_at,
    author: comment.user.login,
    authorType: comment.user.type,
    ...(app !== undefined && app !== null && { via: app.slug ?? app.name }),
    pull: issue.number,
  };
}
