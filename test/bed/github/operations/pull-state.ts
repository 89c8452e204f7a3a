import { git } from "../git/command.ts";
import { aheadBehind, mergeBase, resolveCommit, writeCommit } from "../git/commits.ts";
import { changedFiles } from "../git/diff.ts";
import { mergeTrees } from "../git/merge.ts";
import { copyCommit } from "../git/storage.ts";
import type { Doer, Repository } from "../records.ts";
import { fullPullShape, type PullDetails } from "../shapes/pull.ts";
import type { PullIssue, World } from "../world.ts";
import { announce } from "./announce.ts";
import { mergeBlock } from "./requirements.ts";

/** Brings `refs/pull/N/head`, `refs/pull/N/merge` and the mergeable state up to date with both branches. */
export async function refreshPull(world: World, repository: Repository, issue: PullIssue): Promise<void> {
  const { pull } = issue;
  const head = world.repositories.get(pull.headRepository.toLowerCase());
  const tip = head === undefined ? undefined : await resolveCommit(head.dir, `refs/heads/${pull.headRef}`);
  const base = await resolveCommit(repository.dir, `refs/heads/${pull.baseRef}`);
  if (tip === undefined || base === undefined || head === undefined) return;
  pull.headSha = tip;
  pull.baseSha = base;
  await copyCommit(repository.dir, { from: head.dir, sha: tip, ref: `refs/pull/${issue.number}/head` });

  const merged = await mergeTrees(repository.dir, base, tip);
  pull.mergeable = merged.outcome === "clean";
  if (merged.outcome === "conflict") return;
  pull.mergeCommit = await writeCommit(repository.dir, {
    tree: merged.tree,
    parents: [base, tip],
    message: `Merge ${tip} into ${base}`,
    author: world.signature(issue.author),
    committer: { name: "GitHub", email: "noreply@github.com", at: world.clock.now() },
  });
  await git(repository.dir, ["update-ref", `refs/pull/${issue.number}/merge`, pull.mergeCommit]);
}

/**
 * What GitHub does at once after something that starts no workflow: the new head is known, and that it has to be merged for a try. That
 * happens in the background once somebody asks (REST docs, "Get a pull request"); until then `refs/pull/N/merge` is of before.
 */
export async function postponeMerge(world: World, repository: Repository, issue: PullIssue): Promise<void> {
  const { pull } = issue;
  const head = world.repositories.get(pull.headRepository.toLowerCase());
  const tip = head === undefined ? undefined : await resolveCommit(head.dir, `refs/heads/${pull.headRef}`);
  if (tip === undefined || head === undefined) return;
  pull.headSha = tip;
  pull.mergeable = undefined;
  await copyCommit(repository.dir, { from: head.dir, sha: tip, ref: `refs/pull/${issue.number}/head` });
}

/** The commit a pull request's changes are counted from. */
export async function pullBase(repository: Repository, issue: PullIssue): Promise<string> {
  const { baseSha, headSha } = issue.pull;
  return (await mergeBase(repository.dir, baseSha, headSha)) ?? NO_TREE;
}

/** Everything a pull request's page says that only git knows. */
async function pullDetails(world: World, repository: Repository, issue: PullIssue): Promise<PullDetails> {
  const base = await pullBase(repository, issue);
  const files = await changedFiles(repository.dir, base, issue.pull.headSha);
  const commits = base === NO_TREE ? 0 : (await aheadBehind(repository.dir, base, issue.pull.headSha)).ahead;
  return {
    commits,
    changedFiles: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    block: issue.state === "open" ? await mergeBlock(world, repository, { issue }) : undefined,
  };
}

/** A pull request in full, as one GET or a payload shows it. */
export async function describePull(world: World, repository: Repository, issue: PullIssue) {
  return fullPullShape(world, repository, issue, await pullDetails(world, repository, issue));
}

export interface PullNews {
  readonly issue: PullIssue;
  readonly action: string;
  readonly doer: Doer;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * Announces something about a pull request. Runs see its merge commit; once merged, the branch it went into. No workflow
 * starts for one that conflicts with its base, except when it is closed.
 */
export async function announcePull(world: World, repository: Repository, news: PullNews): Promise<void> {
  await announce(world, repository, {
    name: "pull_request",
    action: news.action,
    doer: news.doer,
    at: runPlace(news.issue),
    fromFork: news.issue.pull.headRepository !== repository.fullName,
    silent: news.issue.pull.mergeable === false && news.action !== "closed",
    payload: {
      number: news.issue.number,
      pull_request: await describePull(world, repository, news.issue),
      ...news.extra,
    },
  });
}

/** `GITHUB_REF` and `GITHUB_SHA` for runs about a pull request. */
export function runPlace(issue: PullIssue): { readonly ref: string; readonly sha: string } {
  const { pull, number } = issue;
  const sha = pull.mergeCommit ?? pull.headSha;
  return { ref: pull.merged === undefined ? `refs/pull/${number}/merge` : `refs/heads/${pull.baseRef}`, sha };
}

/** Git's empty tree: what a pull request without common history is compared with. */
const NO_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
