import { GitHubFailure } from "../failure.ts";
import { git } from "../git/command.ts";
import { log, NO_COMMIT, resolveCommit, writeCommit } from "../git/commits.ts";
import { mergeTrees, rebaseCommits } from "../git/merge.ts";
import type { MergeMethod } from "../issue-records.ts";
import type { Doer, Repository } from "../records.ts";
import type { PullIssue, World } from "../world.ts";
import { announcePull, refreshPull } from "./pull-state.ts";
import { moveRef } from "./refs.ts";
import { mergeBlock } from "./requirements.ts";

export interface MergeRequest {
  readonly issue: PullIssue;
  readonly doer: Doer;
  readonly method: MergeMethod;
  /** The head the caller has seen. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * Merges a pull request. Call it inside `world.alone`.
 *
 * @returns SHA of the commit the base branch points to afterwards
 * @throws GitHubFailure 405 when it may not be merged (the message says why), 409 when the head is not the one seen
 */
export async function mergePull(world: World, repository: Repository, request: MergeRequest): Promise<string> {
  const { issue, doer, method } = request;
  const { pull } = issue;
  if (issue.state !== "open") throw notMergeable("Pull Request is not mergeable");
  if (request.sha !== undefined && request.sha !== pull.headSha) {
    throw new GitHubFailure(409, "Head branch was modified. Review and try the merge again.");
  }
  refuseMethod(repository, method);
  if (pull.mergeable === undefined) await refreshPull(world, repository, issue);
  const block = await mergeBlock(world, repository, { issue, by: doer.user });
  if (block !== undefined) throw notMergeable(block.message);

  const ref = `refs/heads/${pull.baseRef}`;
  const before = (await resolveCommit(repository.dir, ref)) ?? NO_COMMIT;
  const after = await mergeCommit(world, repository, { ...request, onto: before });
  const at = world.clock.now();
  Object.assign(issue, { state: "closed", closed: { at, by: doer.user }, updatedAt: at });
  pull.merged = { at, by: doer.user };
  pull.mergeCommit = after;
  pull.autoMerge = undefined;
  issue.timeline.push({ at, by: doer.user, kind: "merged", text: after });
  await moveRef(world, repository, { ref, before, after }, doer);
  await announcePull(world, repository, { issue, action: "closed", doer });
  if (repository.settings.deleteBranchOnMerge && pull.headRepository === repository.fullName) {
    const head = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after: NO_COMMIT };
    await moveRef(world, repository, head, doer);
  }
  return after;
}

/**
 * Merges the base branch into the head branch, the "Update branch" button. Call it inside `world.alone` of the head's repository.
 *
 * @throws GitHubFailure 422 on a conflict or a head that is not the one seen
 */
export async function updateBranch(
  world: World,
  repository: Repository,
  { issue, doer, sha }: { readonly issue: PullIssue; readonly doer: Doer; readonly sha?: string | undefined },
): Promise<void> {
  const { pull } = issue;
  if (sha !== undefined && sha !== pull.headSha) {
    throw new GitHubFailure(422, "expected head sha didn’t match current head ref.");
  }
  if (pull.headRepository !== repository.fullName) throw new GitHubFailure(403, "Must have push access to repository.");
  await refreshPull(world, repository, issue);
  const merged = await mergeTrees(repository.dir, pull.headSha, pull.baseSha);
  if (merged.outcome === "conflict") throw new GitHubFailure(422, "merge conflict between base and head");
  const after = await writeCommit(repository.dir, {
    tree: merged.tree,
    parents: [pull.headSha, pull.baseSha],
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
    author: world.signature(doer.user),
  });
  await moveRef(world, repository, { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after }, doer);
}

async function mergeCommit(
  world: World,
  repository: Repository,
  { issue, doer, method, title, message, onto }: MergeRequest & { readonly onto: string },
): Promise<string> {
  const { pull, number } = issue;
  const { dir } = repository;
  const committer = { name: "GitHub", email: "noreply@github.com", at: world.clock.now() };
  if (method === "rebase") {
    const rebased = await rebaseCommits(dir, { onto, head: pull.headSha, committer: world.signature(doer.user) });
    if (rebased.outcome === "conflict") throw notMergeable("This branch can't be rebased");
    return rebased.head;
  }
  const merged = await mergeTrees(dir, onto, pull.headSha);
  if (merged.outcome === "conflict") throw notMergeable("Pull Request is not mergeable");
  if (method === "merge") {
    const owner = pull.headRepository.split("/")[0];
    const subject = title ?? `Merge pull request #${number} from ${owner}/${pull.headRef}`;
    return writeCommit(dir, {
      tree: merged.tree,
      parents: [onto, pull.headSha],
      message: `${subject}\n\n${message ?? issue.title}`,
      author: world.signature(doer.user),
      committer,
    });
  }
  const commits = [...(await log(dir, [`${onto}..${pull.headSha}`]))].reverse();
  const [only] = commits;
  const list = commits.map((commit) => `* ${commit.message}`).join("\n\n");
  const single = commits.length === 1 && only !== undefined;
  const subject = title ?? `${single ? (only.message.split("\n")[0] ?? issue.title) : issue.title} (#${number})`;
  const text = message ?? (single ? only.message.split("\n").slice(2).join("\n") : list);
  return writeCommit(dir, {
    tree: merged.tree,
    parents: [onto],
    message: text === "" ? subject : `${subject}\n\n${text}`,
    author: { ...world.signature(issue.author) },
    committer,
  });
}

function refuseMethod(repository: Repository, method: MergeMethod): void {
  const { allowMergeCommit, allowSquashMerge, allowRebaseMerge } = repository.settings;
  if (method === "merge" && !allowMergeCommit) throw notMergeable("Merge commits are not allowed on this repository.");
  if (method === "squash" && !allowSquashMerge) throw notMergeable("Squash merges are not allowed on this repository.");
  if (method === "rebase" && !allowRebaseMerge) throw notMergeable("Rebase merges are not allowed on this repository.");
}

function notMergeable(message: string): GitHubFailure {
  return new GitHubFailure(405, message);
}

/** Creates the commit and branch a merge queue would test, `gh-readonly-queue/…`, and announces the merge group. */
export async function queueCommit(world: World, repository: Repository, issue: PullIssue, doer: Doer) {
  const base = (await resolveCommit(repository.dir, `refs/heads/${issue.pull.baseRef}`)) ?? NO_COMMIT;
  const sha = await mergeCommit(world, repository, { issue, doer, method: "merge", onto: base });
  const ref = `refs/heads/gh-readonly-queue/${issue.pull.baseRef}/pr-${issue.number}-${base}`;
  await git(repository.dir, ["update-ref", ref, sha]);
  return { base, sha, ref };
}
