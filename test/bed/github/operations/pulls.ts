import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure, invalid } from "../failure.ts";
import { isAncestor, resolveCommit } from "../git/commits.ts";
import type { ReviewState } from "../issue-records.ts";
import type { Doer, Repository } from "../records.ts";
import { reviewShape } from "../shapes/pull.ts";
import type { PullIssue, World } from "../world.ts";
import { announce } from "./announce.ts";
import { checkBody, newIssue } from "./issues.ts";
import { announcePull, describePull, postponeMerge, refreshPull, runPlace } from "./pull-state.ts";

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  /** A branch of this repository, or `owner:branch` of a fork. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

/**
 * Opens a pull request. Call it inside `world.alone`.
 *
 * @throws GitHubFailure 422 when a branch is missing, nothing differs, or one is already open; 403 for a job's token where
 * the repository does not let Actions open pull requests
 */
export async function openPull(world: World, repository: Repository, asked: NewPull, doer: Doer): Promise<PullIssue> {
  refuseActions(repository, doer);
  if (asked.title.trim() === "") throw invalid({ resource: "Issue", field: "title", code: "missing_field" });
  checkBody("PullRequest", asked.body ?? "");
  const { head, branch } = headOf(world, repository, asked.head);
  const headSha = head === undefined ? undefined : await resolveCommit(head.dir, `refs/heads/${branch}`);
  const mayUse = head !== undefined && (doer.user.type === "Bot" || atLeast(roleOf(world, head, doer.user), "write"));
  if (head === undefined || headSha === undefined || !mayUse) {
    throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  }
  const baseSha = await resolveCommit(repository.dir, `refs/heads/${asked.base}`);
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  refuseDuplicate(repository, { head: head.fullName, branch, base: asked.base });
  const nothing = head === repository && (await isAncestor(repository.dir, headSha, baseSha));
  if (nothing) throw custom(`No commits between ${asked.base} and ${branch}`);

  const issue = newIssue(world, repository, {
    title: asked.title,
    body: asked.body,
    author: doer.user,
    pull: {
      id: world.nextId(),
      headRepository: head.fullName,
      headRef: branch,
      headSha,
      baseRef: asked.base,
      baseSha,
      draft: asked.draft,
      mergeCommit: undefined,
      mergeable: undefined,
      merged: undefined,
      autoMerge: undefined,
      reviews: [],
      requestedReviewers: new Set(),
      requestedTeams: new Set(),
      maintainerCanModify: asked.maintainerCanModify,
    },
  });
  await (doer.startsWorkflows ? refreshPull : postponeMerge)(world, repository, issue);
  await announcePull(world, repository, { issue, action: "opened", doer });
  return issue;
}

export interface NewReview {
  readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT";
  readonly body: string;
  readonly commit?: string;
}

/** Reviews a pull request. @throws GitHubFailure 422 for one's own approval, 403 where Actions may not approve */
export async function reviewPull(
  world: World,
  repository: Repository,
  { issue, review, doer }: { readonly issue: PullIssue; readonly review: NewReview; readonly doer: Doer },
) {
  if (review.event === "APPROVE") refuseActions(repository, doer);
  if (review.event !== "COMMENT" && issue.author.id === doer.user.id) {
    const what = review.event === "APPROVE" ? "approve" : "request changes on";
    throw new GitHubFailure(422, "Unprocessable Entity", { errors: [`Can not ${what} your own pull request`] });
  }
  const states: Readonly<Record<NewReview["event"], ReviewState>> = {
    APPROVE: "APPROVED",
    REQUEST_CHANGES: "CHANGES_REQUESTED",
    COMMENT: "COMMENTED",
  };
  const made = {
    id: world.nextId(),
    author: doer.user,
    commit: review.commit ?? issue.pull.headSha,
    body: review.body,
    submittedAt: world.clock.now(),
    state: states[review.event],
  };
  issue.pull.reviews.push(made);
  issue.pull.requestedReviewers.delete(doer.user.login);
  issue.updatedAt = made.submittedAt;
  await announce(world, repository, {
    name: "pull_request_review",
    action: "submitted",
    doer,
    at: runPlace(issue),
    fromFork: issue.pull.headRepository !== repository.fullName,
    payload: {
      review: { ...reviewShape(world, repository, issue, made), state: made.state.toLowerCase() },
      pull_request: await describePull(world, repository, issue),
    },
  });
  return made;
}

function refuseActions(repository: Repository, doer: Doer): void {
  if (doer.user.login !== "github-actions[bot]" || repository.settings.actionsMayCreatePulls) return;
  throw new GitHubFailure(403, "GitHub Actions is not permitted to create or approve pull requests.");
}

function headOf(world: World, repository: Repository, head: string) {
  const [owner, branch] = head.includes(":") ? head.split(":", 2) : [repository.owner.login, head];
  if (owner === repository.owner.login) return { head: repository, branch: branch ?? "" };
  const fork = [...world.repositories.values()].find(
    (each) => each.owner.login === owner && each.parent === repository.fullName,
  );
  return { head: fork, branch: branch ?? "" };
}

function refuseDuplicate(
  repository: Repository,
  { head, branch, base }: { readonly head: string; readonly branch: string; readonly base: string },
): void {
  for (const { state, pull } of repository.issues.values()) {
    if (state !== "open" || pull?.headRepository !== head || pull.headRef !== branch || pull.baseRef !== base) continue;
    throw custom(`A pull request already exists for ${head.split("/")[0]}:${branch}.`);
  }
}

function custom(message: string): GitHubFailure {
  return new GitHubFailure(422, "Validation Failed", {
    errors: [{ resource: "PullRequest", field: "", code: "custom", message }],
  });
}
