import * as z from "zod";
import { atLeast, roleOf } from "../access.ts";
import { GitHubFailure, invalid, notFound } from "../failure.ts";
import { log, resolveCommit } from "../git/commits.ts";
import { changedFiles, unifiedDiff } from "../git/diff.ts";
import { checkBody, setIssueState } from "../operations/issues.ts";
import { mergePull, updateBranch } from "../operations/merge.ts";
import { announcePull, describePull, pullBase, refreshPull } from "../operations/pull-state.ts";
import { openPull } from "../operations/pulls.ts";
import { commitShape, fileShape } from "../shapes/commit.ts";
import { pullShape } from "../shapes/pull.ts";
import { isPull, pullOf } from "../world.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

const READ = reading("pull_requests:read");
const PROPOSE = { role: "read", scopes: ["pull_requests:write"] } as const;

/** Pull requests: from opening to merging. */
export const pullRoutes: readonly Route[] = [
  repositoryRoute("GET /pulls", READ, list),
  repositoryRoute("POST /pulls", PROPOSE, async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        title: z.string(),
        head: z.string(),
        base: z.string(),
        body: z.string().nullish(),
        draft: z.boolean().optional(),
        maintainer_can_modify: z.boolean().optional(),
      }),
    );
    const { world, repository, doer } = call;
    const issue = await world.alone(repository, () =>
      openPull(
        world,
        repository,
        {
          title: asked.title,
          body: asked.body ?? null,
          head: asked.head,
          base: asked.base,
          draft: asked.draft ?? false,
          maintainerCanModify: asked.maintainer_can_modify ?? false,
        },
        doer,
      ),
    );
    return created(await describePull(world, repository, issue));
  }),
  repositoryRoute("GET /pulls/{pull_number}", READ, async (call) => {
    const issue = thePull(call);
    if (/\bdiff\b/.test(String(call.headers.accept))) {
      const base = await pullBase(call.repository, issue);
      return { status: 200, body: await unifiedDiff(call.repository.dir, base, issue.pull.headSha) };
    }
    const { world, repository } = call;
    const answer = ok(await describePull(world, repository, issue));
    // Asking is what makes GitHub try the merge, and this answer does not wait for it.
    if (issue.state === "open" && issue.pull.mergeable === undefined)
      await world.alone(repository, () => refreshPull(world, repository, issue));
    return answer;
  }),
  repositoryRoute("PATCH /pulls/{pull_number}", PROPOSE, update),
  repositoryRoute("GET /pulls/{pull_number}/files", READ, async (call) => {
    const issue = thePull(call);
    const { dir } = call.repository;
    const files = await changedFiles(dir, await pullBase(call.repository, issue), issue.pull.headSha);
    const ref = issue.pull.headSha;
    // GitHub lists at most 3,000 files of a pull request.
    return paged(call, files.slice(0, 3000), {
      shape: (file) => fileShape(call.world, call.repository, { file, ref }),
    });
  }),
  repositoryRoute("GET /pulls/{pull_number}/commits", READ, async (call) => {
    const issue = thePull(call);
    const range = `${await pullBase(call.repository, issue)}..${issue.pull.headSha}`;
    const commits = [...(await log(call.repository.dir, ["-250", range]))].reverse();
    return paged(call, commits, { shape: (commit) => commitShape(call.world, call.repository, commit) });
  }),
  repositoryRoute("GET /pulls/{pull_number}/merge", READ, (call) => {
    if (thePull(call).pull.merged === undefined) throw notFound();
    return noContent();
  }),
  repositoryRoute("PUT /pulls/{pull_number}/merge", writing("contents:write"), async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        commit_title: z.string().optional(),
        commit_message: z.string().optional(),
        sha: z.string().optional(),
        merge_method: z.enum(["merge", "squash", "rebase"]).optional(),
      }),
    );
    const { world, repository, doer } = call;
    const issue = thePull(call);
    const sha = await world.alone(repository, () =>
      mergePull(world, repository, {
        issue,
        doer,
        method: asked.merge_method ?? "merge",
        sha: asked.sha,
        title: asked.commit_title,
        message: asked.commit_message,
      }),
    );
    return ok({ sha, merged: true, message: "Pull Request successfully merged" });
  }),
  repositoryRoute("PUT /pulls/{pull_number}/update-branch", writing("pull_requests:write"), async (call) => {
    const asked = bodyOf(call, z.object({ expected_head_sha: z.string().optional() }));
    const { world, repository, doer } = call;
    const issue = thePull(call);
    await world.alone(repository, () => updateBranch(world, repository, { issue, doer, sha: asked.expected_head_sha }));
    return { status: 202, body: { message: "Updating pull request branch.", url: `${world.apiUrl}${call.path}` } };
  }),
];

export function thePull(call: RepositoryCall) {
  return pullOf(call.repository, numberOf(call, "pull_number"));
}

function list(call: RepositoryCall) {
  const { world, repository, query } = call;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const pulls = [...repository.issues.values()].filter(isPull).filter((issue) => {
    const label = `${issue.pull.headRepository.split("/")[0]}:${issue.pull.headRef}`;
    return (
      (state === "all" || issue.state === state) &&
      // Without an owner GitHub ignores the filter, which has surprised many.
      (head === null || !head.includes(":") || label === head) &&
      (base === null || issue.pull.baseRef === base)
    );
  });
  const by = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const direction = query.get("direction") ?? (query.has("sort") ? "asc" : "desc");
  pulls.sort((one, other) => one[by] - other[by] || one.number - other.number);
  if (direction === "desc") pulls.reverse();
  return paged(call, pulls, { shape: (issue) => pullShape(world, repository, issue) });
}

async function update(call: RepositoryCall) {
  const asked = bodyOf(
    call,
    z.object({
      title: z.string().optional(),
      body: z.string().nullish(),
      state: z.enum(["open", "closed"]).optional(),
      base: z.string().optional(),
    }),
  );
  const { world, repository, doer } = call;
  const issue = thePull(call);
  const own = issue.author.id === doer.user.id || doer.user.type === "Bot";
  if (!own && !atLeast(roleOf(world, repository, doer.user), "triage")) throw notFound();
  checkBody("PullRequest", asked.body ?? "");
  await world.alone(repository, async () => {
    const changes: Record<string, unknown> = {};
    if (asked.title !== undefined && asked.title !== issue.title) {
      if (asked.title.trim() === "") throw invalid({ resource: "Issue", field: "title", code: "missing_field" });
      changes.title = { from: issue.title };
      issue.title = asked.title;
    }
    if (asked.body !== undefined && asked.body !== issue.body) {
      changes.body = { from: issue.body };
      issue.body = asked.body;
    }
    if (asked.base !== undefined && asked.base !== issue.pull.baseRef) {
      if ((await resolveCommit(repository.dir, `refs/heads/${asked.base}`)) === undefined) {
        throw new GitHubFailure(422, `Proposed base branch '${asked.base}' was not found`);
      }
      changes.base = { ref: { from: issue.pull.baseRef }, sha: { from: issue.pull.baseSha } };
      issue.pull.baseRef = asked.base;
      await refreshPull(world, repository, issue);
    }
    if (Object.keys(changes).length > 0) {
      issue.updatedAt = world.clock.now();
      await announcePull(world, repository, { issue, action: "edited", doer, extra: { changes } });
    }
    if (asked.state !== undefined) {
      await setIssueState(world, repository, { issue, state: asked.state, reason: null, doer });
    }
  });
  return ok(await describePull(world, repository, issue));
}
