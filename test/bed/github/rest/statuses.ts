import * as z from "zod";
import { GitHubFailure, invalid } from "../failure.ts";
import { resolveCommit } from "../git/commits.ts";
import { saveStatus } from "../operations/checks.ts";
import { latestStatuses } from "../operations/requirements.ts";
import { statusShape } from "../shapes/check.ts";
import { repositoryApi, repositoryShape } from "../shapes/repository.ts";
import { created, paged } from "./answers.ts";
import { commitNamed } from "./commits.ts";
import { bodyOf, type Route, reading, repositoryRoute, writing } from "./router.ts";

/** Commit statuses, one by one and combined. */
export const statusRoutes: readonly Route[] = [
  repositoryRoute("POST /statuses/{sha}", writing("statuses:write"), async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        state: z.enum(["error", "failure", "pending", "success"]),
        target_url: z.string().nullish(),
        description: z.string().nullish(),
        context: z.string().optional(),
      }),
    );
    const { world, repository, doer } = call;
    const sha = await resolveCommit(repository.dir, call.param("sha"));
    if (sha === undefined) throw new GitHubFailure(422, `No commit found for SHA: ${call.param("sha")}`);
    if ((asked.description?.length ?? 0) > 140) {
      const message = "description is too long (maximum is 140 characters)";
      throw invalid({ resource: "Status", field: "description", code: "custom", message });
    }
    const status = {
      id: world.nextId(),
      sha,
      state: asked.state,
      context: asked.context ?? "default",
      description: asked.description ?? null,
      targetUrl: asked.target_url ?? null,
      creator: doer.user,
      createdAt: world.clock.now(),
    };
    await saveStatus(world, repository, status, doer);
    return created(statusShape(world, repository, status));
  }),
  repositoryRoute("GET /commits/{ref+}/statuses", reading("statuses:read"), async (call) => {
    const sha = await commitNamed(call, call.repository, "ref");
    const own = call.repository.statuses.filter((status) => status.sha === sha).reverse();
    return paged(call, own, { shape: (status) => statusShape(call.world, call.repository, status) });
  }),
  repositoryRoute("GET /commits/{ref+}/status", reading("statuses:read"), async (call) => {
    const { world, repository } = call;
    const sha = await commitNamed(call, repository, "ref");
    const latest = latestStatuses(repository, sha);
    const bad = latest.some((status) => status.state === "failure" || status.state === "error");
    // Without any status the combined state is "pending", which says nothing about check runs.
    const good = latest.length > 0 && latest.every((status) => status.state === "success");
    return paged(call, latest, {
      shape: (status) => statusShape(world, repository, status),
      wrap: (page) => ({
        state: bad ? "failure" : good ? "success" : "pending",
        statuses: page,
        sha,
        total_count: latest.length,
        repository: repositoryShape(world, repository),
        commit_url: `${repositoryApi(world, repository)}/commits/${sha}`,
        url: `${repositoryApi(world, repository)}/commits/${sha}/status`,
      }),
    });
  }),
];
