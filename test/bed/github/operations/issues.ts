import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure, invalid } from "../failure.ts";
import type { Comment, Issue, Pull, Reaction, ReactionContent } from "../issue-records.ts";
import type { Doer, Repository, User } from "../records.ts";
import { commentShape, issueShape } from "../shapes/issue.ts";
import { isPull, type World } from "../world.ts";
import { announce } from "./announce.ts";
import { announcePull, refreshPull } from "./pull-state.ts";

/** GitHub's limit for bodies of issues, pull requests and comments. */
const BODY_LIMIT = 65_536;

/** @throws GitHubFailure 422 when a body has more characters than GitHub keeps */
export function checkBody(resource: string, body: string): void {
  if ([...body].length <= BODY_LIMIT) return;
  const message = `body is too long (maximum is ${BODY_LIMIT} characters)`;
  throw invalid({ resource, field: "body", code: "custom", message });
}

export interface NewIssue<P extends Pull | undefined> {
  readonly title: string;
  readonly body: string | null;
  readonly author: User;
  readonly pull: P;
}

/** Records an issue or pull request under the next number. */
export function newIssue<P extends Pull | undefined>(
  world: World,
  repository: Repository,
  { title, body, author, pull }: NewIssue<P>,
): Issue & { readonly pull: P } {
  const at = world.clock.now();
  const issue = {
    id: world.nextId(),
    number: repository.issues.size + 1,
    author,
    createdAt: at,
    updatedAt: at,
    title,
    body,
    state: "open" as const,
    stateReason: null,
    closed: undefined,
    locked: false,
    labels: new Set<string>(),
    assignees: new Set<string>(),
    reactions: [],
    timeline: [],
    pull,
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Announces something about an issue that is no pull request. */
export async function announceIssue(
  world: World,
  repository: Repository,
  { issue, action, doer }: { readonly issue: Issue; readonly action: string; readonly doer: Doer },
): Promise<void> {
  await announce(world, repository, {
    name: "issues",
    action,
    doer,
    payload: { issue: issueShape(world, repository, issue) },
  });
}

/** Closes or reopens an issue or pull request. @throws GitHubFailure 422 for reopening a merged pull request */
export async function setIssueState(
  world: World,
  repository: Repository,
  change: {
    readonly issue: Issue;
    readonly state: "open" | "closed";
    readonly reason: Issue["stateReason"];
    readonly doer: Doer;
  },
): Promise<void> {
  const { issue, state, doer } = change;
  if (issue.state === state) return;
  if (issue.pull?.merged !== undefined) {
    throw invalid({ resource: "PullRequest", field: "state", code: "invalid", message: "state cannot be changed." });
  }
  const at = world.clock.now();
  Object.assign(issue, { state, stateReason: change.reason, updatedAt: at });
  issue.closed = state === "closed" ? { at, by: doer.user } : undefined;
  issue.timeline.push({ at, by: doer.user, kind: state === "closed" ? "closed" : "reopened", text: "" });
  const action = state === "closed" ? "closed" : "reopened";
  if (!isPull(issue)) return announceIssue(world, repository, { issue, action, doer });
  if (state === "open") await refreshPull(world, repository, issue);
  await announcePull(world, repository, { issue, action, doer });
}

/** Comments on an issue or pull request. @throws GitHubFailure 422 for an empty or too long body, 403 on a locked one */
export async function addComment(
  world: World,
  repository: Repository,
  { issue, body, doer }: { readonly issue: Issue; readonly body: string; readonly doer: Doer },
): Promise<Comment> {
  checkCommentBody(body);
  const writer = doer.user.type === "Bot" || atLeast(roleOf(world, repository, doer.user), "write");
  if (issue.locked && !writer) throw new GitHubFailure(403, "Unable to create comment because issue is locked.");
  const at = world.clock.now();
  const comment: Comment = {
    id: world.nextId(),
    issue: issue.number,
    author: doer.user,
    createdAt: at,
    updatedAt: at,
    body,
    minimized: undefined,
    versions: [{ at, body }],
    reactions: [],
  };
  repository.comments.set(comment.id, comment);
  issue.updatedAt = at;
  await announceComment(world, repository, { comment, action: "created", doer });
  return comment;
}

/** Replaces a comment's body. */
export async function editComment(
  world: World,
  repository: Repository,
  { comment, body, doer }: { readonly comment: Comment; readonly body: string; readonly doer: Doer },
): Promise<void> {
  checkCommentBody(body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.clock.now();
  comment.versions.push({ at: comment.updatedAt, body });
  const changes = { body: { from } };
  await announceComment(world, repository, { comment, action: "edited", doer, changes });
}

export async function deleteComment(
  world: World,
  repository: Repository,
  { comment, doer }: { readonly comment: Comment; readonly doer: Doer },
): Promise<void> {
  repository.comments.delete(comment.id);
  await announceComment(world, repository, { comment, action: "deleted", doer });
}

/** Adds a reaction, or finds the one this person already left. */
export function react(
  world: World,
  reactions: Reaction[],
  { user, content }: { readonly user: User; readonly content: ReactionContent },
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const existing = reactions.find((reaction) => reaction.user.id === user.id && reaction.content === content);
  if (existing !== undefined) return { reaction: existing, isNew: false };
  const reaction = { id: world.nextId(), user, content, at: world.clock.now() };
  reactions.push(reaction);
  return { reaction, isNew: true };
}

function checkCommentBody(body: string): void {
  if (body.trim() === "") throw invalid({ resource: "IssueComment", field: "body", code: "missing_field" });
  checkBody("IssueComment", body);
}

async function announceComment(
  world: World,
  repository: Repository,
  news: {
    readonly comment: Comment;
    readonly action: "created" | "edited" | "deleted";
    readonly doer: Doer;
    readonly changes?: unknown;
  },
): Promise<void> {
  const issue = repository.issues.get(news.comment.issue);
  if (issue === undefined) throw new Error(`comment ${news.comment.id} belongs to no issue`);
  await announce(world, repository, {
    name: "issue_comment",
    action: news.action,
    doer: news.doer,
    payload: {
      ...(news.changes !== undefined && { changes: news.changes }),
      issue: issueShape(world, repository, issue),
      comment: commentShape(world, repository, news.comment),
    },
  });
}
