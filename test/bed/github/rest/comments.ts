import * as z from "zod";
import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure, notFound } from "../failure.ts";
import { type Comment, REACTIONS, type Reaction } from "../issue-records.ts";
import { addComment, deleteComment, editComment, react } from "../operations/issues.ts";
import { commentShape, reactionShape } from "../shapes/issue.ts";
import { commentOf } from "../world.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { theIssue } from "./issues.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

const READ = reading("issues:read", "pull_requests:read");
const SPEAK = { role: "read", scopes: ["issues:write", "pull_requests:write"] } as const;
const text = z.object({ body: z.string() });

/** Comments on issues and pull requests, and reactions to them. */
export const commentRoutes: readonly Route[] = [
  repositoryRoute("GET /issues/comments", READ, (call) => list(call, [...call.repository.comments.values()])),
  repositoryRoute("GET /issues/{issue_number}/comments", READ, (call) => {
    const issue = theIssue(call);
    return list(
      call,
      [...call.repository.comments.values()].filter((comment) => comment.issue === issue.number),
    );
  }),
  repositoryRoute("POST /issues/{issue_number}/comments", SPEAK, async (call) => {
    const { world, repository, doer } = call;
    const comment = await addComment(world, repository, { issue: theIssue(call), body: bodyOf(call, text).body, doer });
    return created(commentShape(world, repository, comment));
  }),
  repositoryRoute("GET /issues/comments/{comment_id}", READ, (call) => {
    return ok(commentShape(call.world, call.repository, theComment(call)));
  }),
  repositoryRoute("PATCH /issues/comments/{comment_id}", SPEAK, async (call) => {
    const comment = theComment(call);
    refuseStranger(call, comment);
    const { world, repository, doer } = call;
    await editComment(world, repository, { comment, body: bodyOf(call, text).body, doer });
    return ok(commentShape(world, repository, comment));
  }),
  repositoryRoute("DELETE /issues/comments/{comment_id}", SPEAK, async (call) => {
    const comment = theComment(call);
    refuseStranger(call, comment);
    await deleteComment(call.world, call.repository, { comment, doer: call.doer });
    return noContent();
  }),
  ...reactionRoutes("/issues/comments/{comment_id}/reactions", (call) => theComment(call).reactions),
  ...reactionRoutes("/issues/{issue_number}/reactions", (call) => theIssue(call).reactions),
];

function theComment(call: RepositoryCall): Comment {
  return commentOf(call.repository, numberOf(call, "comment_id"));
}

/** People may edit their own comments; writers anybody's. */
function refuseStranger({ world, repository, doer }: RepositoryCall, comment: Comment): void {
  const own = comment.author.id === doer.user.id || doer.user.type === "Bot";
  if (own || atLeast(roleOf(world, repository, doer.user), "write")) return;
  throw new GitHubFailure(403, "Must have admin rights to Repository.");
}

/** A list that may be stale: then newer comments are missing and edited ones still say what they said. */
function list(call: RepositoryCall, all: readonly Comment[]) {
  const seenAt = call.world.clock.now() - call.staleBy;
  const since = call.query.has("since") ? Date.parse(call.query.get("since") ?? "") : 0;
  const visible = all
    .filter((comment) => comment.updatedAt >= since)
    .filter((comment) => call.staleBy === 0 || comment.createdAt <= seenAt);
  return paged(call, visible, {
    shape: (comment) => {
      const old = comment.versions.findLast((version) => version.at <= seenAt);
      return commentShape(call.world, call.repository, comment, call.staleBy === 0 ? comment.body : old?.body);
    },
  });
}

function reactionRoutes(path: string, of: (call: RepositoryCall) => Reaction[]): readonly Route[] {
  return [
    repositoryRoute(`GET ${path}`, READ, (call) => {
      const wanted = call.query.get("content");
      const reactions = of(call).filter((reaction) => wanted === null || reaction.content === wanted);
      return paged(call, reactions, { shape: (reaction) => reactionShape(call.world, reaction) });
    }),
    repositoryRoute(`POST ${path}`, SPEAK, (call) => {
      const { content } = bodyOf(call, z.object({ content: z.enum(REACTIONS) }));
      const { reaction, isNew } = react(call.world, of(call), { user: call.doer.user, content });
      return { status: isNew ? 201 : 200, body: reactionShape(call.world, reaction) };
    }),
    repositoryRoute(`DELETE ${path}/{reaction_id}`, SPEAK, (call) => {
      const reactions = of(call);
      const at = reactions.findIndex((reaction) => reaction.id === numberOf(call, "reaction_id"));
      const reaction = reactions[at];
      if (reaction === undefined || reaction.user.id !== call.doer.user.id) throw notFound();
      reactions.splice(at, 1);
      return noContent();
    }),
  ];
}
