import { atLeast, roleOf } from "../access.ts";
import { type Comment, type Issue, REACTIONS, type Reaction } from "../issue-records.ts";
import type { Repository, User } from "../records.ts";
import type { World } from "../world.ts";
import { iso, isoOrNull, nodeId, userShape } from "./people.ts";
import type { PublishedComment, PublishedIssue } from "./published.ts";
import { labelShape, repositoryApi, repositoryPage } from "./repository.ts";

export type Association = "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";

/** How GitHub relates an author to a repository. Says nothing about permission: a MEMBER may have read access only. */
export function associationOf(world: World, repository: Repository, user: User): Association {
  if (repository.owner.id === user.id) return "OWNER";
  const login = user.login.toLowerCase();
  if (world.organizationMembers.get(repository.owner.login.toLowerCase())?.has(login) === true) return "MEMBER";
  if (atLeast(repository.collaborators.get(login) ?? "none", "read")) return "COLLABORATOR";
  if (user.type === "Bot" || !atLeast(roleOf(world, repository, user), "read")) return "NONE";
  const merged = [...repository.issues.values()].some(
    (issue) => issue.author.id === user.id && issue.pull?.merged !== undefined,
  );
  return merged ? "CONTRIBUTOR" : "NONE";
}

export function issueShape(world: World, repository: Repository, issue: Issue) {
  const api = `${repositoryApi(world, repository)}/issues/${issue.number}`;
  const page = `${repositoryPage(world, repository)}/${issue.pull === undefined ? "issues" : "pull"}/${issue.number}`;
  const assignees = [...issue.assignees].flatMap((login) => world.user(login) ?? []);
  return {
    url: api,
    repository_url: repositoryApi(world, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId(issue.pull === undefined ? "I" : "PR", issue.pull?.id ?? issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.author),
    labels: labelShapes(world, repository, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignees[0] === undefined ? null : userShape(world, assignees[0]),
    assignees: assignees.map((user) => userShape(world, user)),
    milestone: null,
    comments: [...repository.comments.values()].filter((comment) => comment.issue === issue.number).length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closed?.at),
    closed_by: issue.closed === undefined ? null : userShape(world, issue.closed.by),
    author_association: associationOf(world, repository, issue.author),
    body: issue.body,
    reactions: reactionsShape(`${api}/reactions`, issue.reactions),
    ...(issue.pull !== undefined && {
      draft: issue.pull.draft,
      pull_request: {
        url: `${repositoryApi(world, repository)}/pulls/${issue.number}`,
        html_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
        merged_at: isoOrNull(issue.pull.merged?.at),
      },
    }),
  } satisfies PublishedIssue;
}

export function labelShapes(world: World, repository: Repository, issue: Issue) {
  return [...issue.labels].flatMap((name) => {
    const label = repository.labels.get(name);
    return label === undefined ? [] : [labelShape(world, repository, label)];
  });
}

/** A comment; `body` may be an older one when the read is a stale one. */
export function commentShape(world: World, repository: Repository, comment: Comment, body = comment.body) {
  const api = repositoryApi(world, repository);
  const issue = repository.issues.get(comment.issue);
  const page = `${repositoryPage(world, repository)}/${issue?.pull === undefined ? "issues" : "pull"}/${comment.issue}`;
  return {
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: userShape(world, comment.author),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: associationOf(world, repository, comment.author),
    body,
    reactions: reactionsShape(`${api}/issues/comments/${comment.id}/reactions`, comment.reactions),
    performed_via_github_app: null,
  } satisfies PublishedComment;
}

export function reactionShape(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: userShape(world, reaction.user),
    content: reaction.content,
    created_at: iso(reaction.at),
  };
}

function reactionsShape(url: string, reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url,
    total_count: reactions.length,
    ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])),
  };
}
