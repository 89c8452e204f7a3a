import { GitHubFailure, notFound } from "../failure.ts";
import { aheadBehind, log, mergeBase, readCommit, resolveCommit } from "../git/commits.ts";
import { changedFiles, unifiedDiff } from "../git/diff.ts";
import type { Repository } from "../records.ts";
import { commitShape, fileShape } from "../shapes/commit.ts";
import { pullShape } from "../shapes/pull.ts";
import { repositoryApi, repositoryPage } from "../shapes/repository.ts";
import { isPull } from "../world.ts";
import { ok, pageAsked, paged } from "./answers.ts";
import { type Call, type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

/** Commits, and what lies between two of them. */
export const commitRoutes: readonly Route[] = [
  repositoryRoute("GET /commits", reading("contents:read"), async (call) => {
    const { repository, query } = call;
    const from = await resolveCommit(repository.dir, query.get("sha") ?? repository.defaultBranch);
    if (from === undefined) throw notFound();
    const path = query.get("path");
    const { page, perPage } = pageAsked(call);
    const limit = [`-${page * perPage + 1}`, from, "--", ...(path === null ? [] : [path])];
    const commits = await log(repository.dir, limit);
    return paged(call, commits, { shape: (commit) => commitShape(call.world, repository, commit) });
  }),
  repositoryRoute("GET /commits/{sha}/pulls", reading("pull_requests:read", "contents:read"), async (call) => {
    const { repository } = call;
    const sha = await commitNamed(call, repository, "sha");
    const pulls = [...repository.issues.values()].filter(isPull).filter(({ pull, state }) => {
      return pull.headSha === sha || (pull.merged !== undefined && pull.mergeCommit === sha && state === "closed");
    });
    return paged(call, pulls, { shape: (issue) => pullShape(call.world, repository, issue) });
  }),
  repositoryRoute("GET /compare/{basehead+}", reading("contents:read"), compare),
  repositoryRoute("GET /commits/{ref+}", reading("contents:read"), async (call) => {
    const { world, repository } = call;
    const sha = await commitNamed(call, repository, "ref");
    if (/\bsha\b/.test(String(call.headers.accept))) return { status: 200, body: sha };
    const commit = await readCommit(repository.dir, sha);
    const parent = commit.parents[0] ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const files = await changedFiles(repository.dir, parent, sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    return ok({
      ...commitShape(world, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: files.map((file) => fileShape(world, repository, { file, ref: sha })),
    });
  }),
];

/** The commit a part of the path names. @throws GitHubFailure 422, as GitHub does for a commit, not 404 */
export async function commitNamed(call: Call, repository: Repository, name: string): Promise<string> {
  const revision = call.param(name);
  const sha = await resolveCommit(repository.dir, revision);
  if (sha === undefined) throw new GitHubFailure(422, `No commit found for SHA: ${revision}`);
  return sha;
}

async function compare(call: RepositoryCall) {
  const { world, repository } = call;
  const [baseName = "", headName = ""] = call.param("basehead").split("...");
  const base = await resolveCommit(repository.dir, baseName);
  // `owner:branch` names a branch of a fork.
  const head = await resolveSide(call, headName);
  if (base === undefined || head === undefined) throw notFound();
  if (String(call.headers.accept).includes("diff")) {
    return { status: 200, body: await unifiedDiff(repository.dir, base, head) };
  }
  const fork = await mergeBase(repository.dir, base, head);
  if (fork === undefined) throw new GitHubFailure(404, `No common ancestor between ${baseName} and ${headName}.`);
  const { ahead, behind } = await aheadBehind(repository.dir, base, head);
  const commits = [...(await log(repository.dir, [`${base}..${head}`]))].reverse();
  const files = await changedFiles(repository.dir, fork, head);
  const shape = async (sha: string) => commitShape(world, repository, await readCommit(repository.dir, sha));
  const status = ahead > 0 ? (behind > 0 ? "diverged" : "ahead") : behind > 0 ? "behind" : "identical";
  const { page } = pageAsked(call);
  const envelope = {
    url: `${repositoryApi(world, repository)}/compare/${baseName}...${headName}`,
    html_url: `${repositoryPage(world, repository)}/compare/${baseName}...${headName}`,
    base_commit: await shape(base),
    merge_base_commit: await shape(fork),
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: commits.length,
  };
  return paged(call, commits, {
    shape: (commit) => commitShape(world, repository, commit),
    wrap: (slice) => ({
      ...envelope,
      commits: slice,
      // Files are on the first page only, and at most 300 of them.
      files: page > 1 ? [] : files.slice(0, 300).map((file) => fileShape(world, repository, { file, ref: head })),
    }),
  });
}

async function resolveSide(call: RepositoryCall, name: string): Promise<string | undefined> {
  const [owner, branch] = name.split(":", 2);
  if (branch === undefined) return resolveCommit(call.repository.dir, name);
  const pull = [...call.repository.issues.values()].find(
    (issue) => issue.pull?.headRef === branch && issue.pull.headRepository.split("/")[0] === owner,
  );
  return pull?.pull?.headSha ?? resolveCommit(call.repository.dir, branch);
}
