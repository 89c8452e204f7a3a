import { atLeast, roleOf } from "../access.ts";
import { isAncestor } from "../git/commits.ts";
import type { Review } from "../issue-records.ts";
import type { CheckRun, Repository, Status, User } from "../records.ts";
import type { PullIssue, World } from "../world.ts";

/** Why a pull request cannot be merged now, in GitHub's words. */
export interface MergeBlock {
  readonly kind: "draft" | "unknown" | "conflict" | "behind" | "checks" | "approvals" | "changes-requested";
  readonly message: string;
}

/**
 * The first thing that keeps a pull request from being merged, or undefined.
 *
 * @param by an administrator passes protection that does not apply to administrators
 */
export async function mergeBlock(
  world: World,
  repository: Repository,
  { issue, by }: { readonly issue: PullIssue; readonly by?: User },
): Promise<MergeBlock | undefined> {
  const { pull } = issue;
  if (pull.draft) return { kind: "draft", message: "Pull Request is still a draft" };
  if (pull.mergeable === undefined) return { kind: "unknown", message: "Pull Request is not mergeable" };
  if (!pull.mergeable) return { kind: "conflict", message: "Pull Request is not mergeable" };

  const protection = repository.protections.get(pull.baseRef);
  if (protection === undefined) return undefined;
  const admin = by !== undefined && roleOf(world, repository, by) === "admin";
  if (admin && !protection.enforceAdmins) return undefined;

  const reviews = latestReviews(world, repository, issue);
  if (protection.requiredApprovals > 0) {
    if (reviews.some((review) => review.state === "CHANGES_REQUESTED")) {
      return { kind: "changes-requested", message: "Changes have been requested." };
    }
    const approvals = reviews.filter((review) => review.state === "APPROVED").length;
    if (approvals < protection.requiredApprovals) {
      const needed = protection.requiredApprovals;
      const verb = needed === 1 ? "review is" : "reviews are";
      return {
        kind: "approvals",
        message: `At least ${needed} approving ${verb} required by reviewers with write access.`,
      };
    }
  }
  const missing = protection.requiredChecks.filter((name) => !passed(repository, pull.headSha, name));
  const [first] = missing;
  if (first !== undefined) {
    const message =
      missing.length === 1
        ? `Required status check "${first}" is ${seen(repository, pull.headSha, first) ? "failing" : "expected"}.`
        : `${missing.length} of ${protection.requiredChecks.length} required status checks have not succeeded: ${missing.join(", ")}.`;
    return { kind: "checks", message };
  }
  if (protection.strict && !(await isAncestor(repository.dir, `refs/heads/${pull.baseRef}`, pull.headSha))) {
    return { kind: "behind", message: "Head branch is out of date. Review and try the merge again." };
  }
  return undefined;
}

/** The last word of each reviewer who may write; the author's own does not count. */
export function latestReviews(world: World, repository: Repository, issue: PullIssue): readonly Review[] {
  const last = new Map<number, Review>();
  for (const review of issue.pull.reviews) {
    if (review.author.id === issue.author.id || review.state === "COMMENTED" || review.state === "PENDING") continue;
    if (!atLeast(roleOf(world, repository, review.author), "write")) continue;
    last.set(review.author.id, review);
  }
  return [...last.values()];
}

/** The newest check run of each name and App on a commit. */
export function latestChecks(repository: Repository, sha: string): readonly CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const check of repository.checkRuns.values()) {
    if (check.headSha === sha) newest.set(`${check.app}/${check.name}`, check);
  }
  return [...newest.values()];
}

/** The newest status of each context on a commit. */
export function latestStatuses(repository: Repository, sha: string): readonly Status[] {
  const newest = new Map<string, Status>();
  for (const status of repository.statuses) if (status.sha === sha) newest.set(status.context, status);
  return [...newest.values()];
}

function passed(repository: Repository, sha: string, name: string): boolean {
  const verdicts = [
    ...latestChecks(repository, sha)
      .filter((check) => check.name === name)
      .map((check) => ["success", "neutral", "skipped"].includes(check.conclusion ?? "")),
    ...latestStatuses(repository, sha)
      .filter((status) => status.context === name)
      .map((status) => status.state === "success"),
  ];
  return verdicts.length > 0 && verdicts.every((verdict) => verdict);
}

function seen(repository: Repository, sha: string, name: string): boolean {
  return latestChecks(repository, sha).some((check) => check.name === name && check.conclusion !== undefined);
}
