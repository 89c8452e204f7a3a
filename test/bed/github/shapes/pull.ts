import type { Review } from "../issue-records.ts";
import type { MergeBlock } from "../operations/requirements.ts";
import type { Repository } from "../records.ts";
import type { PullIssue, World } from "../world.ts";
import { associationOf, labelShapes } from "./issue.ts";
import { iso, isoOrNull, nodeId, teamShape, userShape } from "./people.ts";
import type { PublishedPull, PublishedReview } from "./published.ts";
import { repositoryApi, repositoryPage, repositoryShape } from "./repository.ts";

/** A pull request as lists show it. */
export function pullShape(world: World, repository: Repository, issue: PullIssue) {
  const { pull } = issue;
  const api = repositoryApi(world, repository);
  const page = `${repositoryPage(world, repository)}/pull/${issue.number}`;
  const head = world.repositories.get(pull.headRepository.toLowerCase());
  const assignees = [...issue.assignees].flatMap((login) => world.user(login) ?? []);
  return {
    url: `${api}/pulls/${issue.number}`,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: `${api}/issues/${issue.number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    commits_url: `${api}/pulls/${issue.number}/commits`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userShape(world, issue.author),
    body: issue.body,
    labels: labelShapes(world, repository, issue),
    milestone: null,
    active_lock_reason: null,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closed?.at),
    merged_at: isoOrNull(pull.merged?.at),
    merge_commit_sha: pull.mergeCommit ?? null,
    assignee: assignees[0] === undefined ? null : userShape(world, assignees[0]),
    assignees: assignees.map((user) => userShape(world, user)),
    requested_reviewers: [...pull.requestedReviewers]
      .flatMap((login) => world.user(login) ?? [])
      .map((user) => userShape(world, user)),
    requested_teams: [...pull.requestedTeams]
      .flatMap((key) => world.teams.get(key) ?? [])
      .map((team) => teamShape(world, team)),
    head: sideShape(world, head, { ref: pull.headRef, sha: pull.headSha, owner: pull.headRepository }),
    base: sideShape(world, repository, { ref: pull.baseRef, sha: pull.baseSha, owner: repository.fullName }),
    author_association: associationOf(world, repository, issue.author),
    auto_merge:
      pull.autoMerge === undefined
        ? null
        : {
            enabled_by: userShape(world, pull.autoMerge.by.user),
            merge_method: pull.autoMerge.method,
            commit_title: pull.autoMerge.title ?? null,
            commit_message: pull.autoMerge.message ?? null,
          },
    draft: pull.draft,
  } satisfies PublishedPull;
}

/** What one pull request says beyond its list entry; counting needs git, so the caller counts. */
export interface PullDetails {
  readonly commits: number;
  readonly changedFiles: number;
  readonly additions: number;
  readonly deletions: number;
  readonly block: MergeBlock | undefined;
}

/** A pull request with its counts and whether it can be merged. */
export function fullPullShape(world: World, repository: Repository, issue: PullIssue, details: PullDetails) {
  const { pull } = issue;
  return {
    ...pullShape(world, repository, issue),
    merged: pull.merged !== undefined,
    mergeable: pull.merged === undefined ? (pull.mergeable ?? null) : null,
    rebaseable: pull.merged === undefined ? (pull.mergeable ?? null) : null,
    mergeable_state: mergeableState(issue, details.block),
    merged_by: pull.merged === undefined ? null : userShape(world, pull.merged.by),
    comments: [...repository.comments.values()].filter((comment) => comment.issue === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: details.commits,
    additions: details.additions,
    deletions: details.deletions,
    changed_files: details.changedFiles,
  } satisfies PublishedPull;
}

function mergeableState(issue: PullIssue, block: MergeBlock | undefined): string {
  const { pull } = issue;
  if (pull.merged !== undefined || pull.mergeable === undefined) return "unknown";
  if (!pull.mergeable) return "dirty";
  if (pull.draft) return "draft";
  if (block === undefined) return "clean";
  return block.kind === "behind" ? "behind" : "blocked";
}

function sideShape(
  world: World,
  repository: Repository | undefined,
  { ref, sha, owner }: { readonly ref: string; readonly sha: string; readonly owner: string },
) {
  return {
    label: `${owner.split("/")[0]}:${ref}`,
    ref,
    sha,
    user: repository === undefined ? null : userShape(world, repository.owner),
    repo: repository === undefined ? null : repositoryShape(world, repository),
  };
}

export function reviewShape(world: World, repository: Repository, issue: PullIssue, review: Review) {
  const page = `${repositoryPage(world, repository)}/pull/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: userShape(world, review.author),
    body: review.body,
    state: review.state,
    html_url: `${page}#pullrequestreview-${review.id}`,
    pull_request_url: `${repositoryApi(world, repository)}/pulls/${issue.number}`,
    author_association: associationOf(world, repository, review.author),
    submitted_at: iso(review.submittedAt),
    commit_id: review.commit,
  } satisfies PublishedReview;
}
