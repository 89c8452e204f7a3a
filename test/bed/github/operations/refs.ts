import { GitHubFailure, unprocessable } from "../failure.ts";
import { git, gitAnswer } from "../git/command.ts";
import { isAncestor, log, NO_COMMIT, resolveCommit } from "../git/commits.ts";
import { changedFiles } from "../git/diff.ts";
import type { Doer, Repository } from "../records.ts";
import { pushedCommitShape } from "../shapes/commit.ts";
import { repositoryPage } from "../shapes/repository.ts";
import { isPull, type World } from "../world.ts";
import { announce } from "./announce.ts";
import { announcePull, postponeMerge, refreshPull } from "./pull-state.ts";

/** A ref and where it points before and after; all zeros where it does not exist. */
export interface RefMove {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Moves, creates or deletes a ref if it still is where the caller saw it, and lets everything follow that follows on GitHub.
 * Call it inside `world.alone`.
 *
 * @throws GitHubFailure 409 when somebody else moved the ref meanwhile
 */
export async function moveRef(world: World, repository: Repository, move: RefMove, doer: Doer): Promise<void> {
  const args =
    move.after === NO_COMMIT
      ? ["update-ref", "-d", move.ref, move.before]
      : ["update-ref", move.ref, move.after, move.before];
  const answer = await gitAnswer(repository.dir, args);
  if (answer.code !== 0) throw new GitHubFailure(409, `Reference update failed: ${answer.stderr.trim()}`);
  await refMoved(world, repository, move, doer);
}

/** What follows a moved ref: the push event, then every pull request that has this branch as its head or base. */
export async function refMoved(world: World, repository: Repository, move: RefMove, doer: Doer): Promise<void> {
  repository.pushedAt = world.clock.now();
  await announcePush(world, repository, move, doer);
  const [, branch] = /^refs\/heads\/(.+)$/.exec(move.ref) ?? [];
  if (branch === undefined) return;
  await followBase(world, repository, branch, doer);
  for (const target of world.repositories.values()) {
    const follow = () => followHead(world, target, { source: repository.fullName, branch, move, doer });
    // The pushed repository is already held by the caller.
    await (target === repository ? follow() : hasPullFrom(target, repository, branch) && world.alone(target, follow));
  }
}

/** @throws GitHubFailure 422 for refs GitHub would not take */
export async function checkRefName(repository: Repository, ref: string): Promise<void> {
  const wellFormed = ref.startsWith("refs/") && ref.split("/").length >= 3;
  if (!wellFormed || (await gitAnswer(repository.dir, ["check-ref-format", ref])).code !== 0) {
    throw unprocessable(`${ref} is not a valid ref name.`);
  }
  if (ref.startsWith("refs/pull/")) throw unprocessable("deny updating a hidden ref");
}

async function announcePush(world: World, repository: Repository, move: RefMove, doer: Doer): Promise<void> {
  const created = move.before === NO_COMMIT;
  const deleted = move.after === NO_COMMIT;
  const forced = !created && !deleted && !(await isAncestor(repository.dir, move.before, move.after));
  const range = deleted
    ? []
    : created
      ? ["-20", move.after, "--not", `--exclude=${move.ref.replace("refs/heads/", "")}`, "--branches"]
      : ["-2048", `${move.before}..${move.after}`];
  const commits = deleted ? [] : [...(await log(repository.dir, range))].reverse();
  const shapes = [];
  for (const commit of commits.slice(-20)) {
    const parent = commit.parents[0] ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const files = await changedFiles(repository.dir, parent, commit.sha);
    shapes.push(pushedCommitShape(world, repository, commit, files));
  }
  const short = move.ref.replace(/^refs\/(heads|tags)\//, "");
  const base = `${repositoryPage(world, repository)}/compare`;
  await announce(world, repository, {
    name: "push",
    doer,
    at: { ref: move.ref, sha: move.after },
    // Deleting a branch starts no `push` workflow.
    silent: deleted,
    payload: {
      ref: move.ref,
      before: move.before,
      after: move.after,
      created,
      deleted,
      forced,
      base_ref: null,
      compare: created || deleted ? `${base}/${short}` : `${base}/${move.before}...${move.after}`,
      commits: shapes,
      head_commit: shapes.at(-1) ?? null,
      pusher: { name: doer.user.login, email: world.signature(doer.user).email },
    },
  });
}

/** Open pull requests into the branch get a new merge commit; one whose commits are all in the branch now is merged. */
async function followBase(world: World, repository: Repository, branch: string, doer: Doer): Promise<void> {
  const tip = await resolveCommit(repository.dir, `refs/heads/${branch}`);
  if (tip === undefined) return;
  for (const issue of repository.issues.values()) {
    if (!isPull(issue) || issue.state !== "open" || issue.pull.baseRef !== branch) continue;
    const before = issue.pull.baseSha;
    if (before !== tip && (await isAncestor(repository.dir, issue.pull.headSha, tip))) {
      const at = world.clock.now();
      Object.assign(issue, { state: "closed", closed: { at, by: doer.user }, updatedAt: at });
      issue.pull.merged = { at, by: doer.user };
      issue.pull.mergeCommit = tip;
      issue.timeline.push({ at, by: doer.user, kind: "merged", text: tip });
      await announcePull(world, repository, { issue, action: "closed", doer });
    } else {
      await refreshPull(world, repository, issue);
    }
  }
}

function hasPullFrom(target: Repository, source: Repository, branch: string): boolean {
  return [...target.issues.values()].some(
    (issue) => issue.pull?.headRepository === source.fullName && issue.pull.headRef === branch,
  );
}

interface HeadMove {
  readonly source: string;
  readonly branch: string;
  readonly move: RefMove;
  readonly doer: Doer;
}

/** Open pull requests from the branch take its new commits, or close when it is gone. */
async function followHead(world: World, target: Repository, { source, branch, move, doer }: HeadMove): Promise<void> {
  for (const issue of target.issues.values()) {
    if (!isPull(issue) || issue.state !== "open") continue;
    const { pull } = issue;
    if (pull.headRepository !== source || pull.headRef !== branch) continue;
    const at = world.clock.now();
    issue.updatedAt = at;
    if (move.after === NO_COMMIT) {
      Object.assign(issue, { state: "closed", closed: { at, by: doer.user } });
      issue.timeline.push({ at, by: doer.user, kind: "closed", text: "the head branch was deleted" });
      await announcePull(world, target, { issue, action: "closed", doer });
      continue;
    }
    await (doer.startsWorkflows ? refreshPull : postponeMerge)(world, target, issue);
    if (target.protections.get(pull.baseRef)?.dismissStaleReviews === true) {
      for (const review of pull.reviews) if (review.state === "APPROVED") review.state = "DISMISSED";
    }
    const forced = move.before !== NO_COMMIT && !(await isAncestor(target.dir, move.before, move.after));
    const subject = await git(target.dir, ["log", "-1", "--format=%s", move.after]);
    issue.timeline.push({
      at,
      by: doer.user,
      kind: forced ? "force-pushed" : "pushed",
      text: `${move.after.slice(0, 7)} ${subject}`,
    });
    const extra = { before: move.before, after: move.after };
    await announcePull(world, target, { issue, action: "synchronize", doer, extra });
  }
}
