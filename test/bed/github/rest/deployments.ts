import * as z from "zod";
import { GitHubFailure, notFound } from "../failure.ts";
import { aheadBehind, NO_COMMIT, resolveCommit, writeCommit } from "../git/commits.ts";
import { mergeTrees } from "../git/merge.ts";
import { saveDeployment, saveDeploymentStatus } from "../operations/deployments.ts";
import { moveRef } from "../operations/refs.ts";
import { latestChecks, latestStatuses } from "../operations/requirements.ts";
import { DEPLOYMENT_STATES, type Deployment, type Repository } from "../records.ts";
import { deploymentShape, deploymentStatusShape } from "../shapes/deployment.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, numberOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

const READ = reading("deployments:read");
const WRITE = writing("deployments:write");

/** Deployments and their statuses. */
export const deploymentRoutes: readonly Route[] = [
  repositoryRoute("GET /deployments", READ, (call) => {
    const { query } = call;
    const matches = (deployment: Deployment) =>
      (
        [
          ["sha", deployment.sha],
          ["ref", deployment.ref],
          ["task", deployment.task],
          ["environment", deployment.environment],
        ] as const
      ).every(([name, value]) => !query.has(name) || query.get(name) === value);
    const kept = [...call.repository.deployments.values()].filter(matches).reverse();
    return paged(call, kept, { shape: (deployment) => deploymentShape(call.world, call.repository, deployment) });
  }),
  repositoryRoute("POST /deployments", WRITE, create),
  repositoryRoute("GET /deployments/{deployment_id}", READ, (call) => {
    return ok(deploymentShape(call.world, call.repository, theDeployment(call)));
  }),
  repositoryRoute("DELETE /deployments/{deployment_id}", WRITE, (call) => {
    const deployment = theDeployment(call);
    const active = deployment.statuses.at(-1)?.state;
    if (active !== undefined && active !== "inactive" && call.repository.deployments.size > 1) {
      throw new GitHubFailure(
        422,
        "We cannot delete an active deployment unless it is the only deployment in a given environment.",
      );
    }
    call.repository.deployments.delete(deployment.id);
    return noContent();
  }),
  repositoryRoute("GET /deployments/{deployment_id}/statuses", READ, (call) => {
    const deployment = theDeployment(call);
    return paged(call, [...deployment.statuses].reverse(), {
      shape: (status) => deploymentStatusShape(call.world, call.repository, { deployment, status }),
    });
  }),
  repositoryRoute("POST /deployments/{deployment_id}/statuses", WRITE, async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        state: z.enum(DEPLOYMENT_STATES),
        description: z.string().max(140).optional(),
        environment: z.string().optional(),
        environment_url: z.string().optional(),
        log_url: z.string().optional(),
        target_url: z.string().optional(),
        auto_inactive: z.boolean().optional(),
      }),
    );
    const { world, repository, doer } = call;
    const deployment = theDeployment(call);
    const status = {
      id: world.nextId(),
      state: asked.state,
      description: asked.description ?? "",
      environment: asked.environment ?? deployment.environment,
      environmentUrl: asked.environment_url ?? "",
      logUrl: asked.log_url ?? asked.target_url ?? "",
      creator: doer.user,
      createdAt: world.clock.now(),
    };
    const autoInactive = asked.auto_inactive ?? true;
    await saveDeploymentStatus(world, repository, { deployment, status, autoInactive, doer });
    return created(deploymentStatusShape(world, repository, { deployment, status }));
  }),
];

function theDeployment(call: RepositoryCall): Deployment {
  const deployment = call.repository.deployments.get(numberOf(call, "deployment_id"));
  if (deployment === undefined) throw notFound();
  return deployment;
}

async function create(call: RepositoryCall) {
  const asked = bodyOf(
    call,
    z.object({
      ref: z.string(),
      task: z.string().optional(),
      auto_merge: z.boolean().optional(),
      required_contexts: z.array(z.string()).nullish(),
      payload: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
      environment: z.string().optional(),
      description: z.string().max(140).nullish(),
      transient_environment: z.boolean().optional(),
      production_environment: z.boolean().optional(),
    }),
  );
  const { world, repository, doer } = call;
  const sha = await resolveCommit(repository.dir, asked.ref);
  if (sha === undefined) throw new GitHubFailure(422, `No ref found for: ${asked.ref}`);
  if (asked.auto_merge !== false && (await mergedDefaultBranch(call, asked.ref))) {
    const message = `Auto-merged ${repository.defaultBranch} into ${asked.ref} on deployment.`;
    return { status: 202, body: { message } };
  }
  refuseUnchecked(repository, { sha, ref: asked.ref, contexts: asked.required_contexts ?? undefined });
  const environment = asked.environment ?? "production";
  const at = world.clock.now();
  const deployment: Deployment = {
    id: world.nextId(),
    sha,
    ref: asked.ref,
    task: asked.task ?? "deploy",
    environment,
    description: asked.description ?? null,
    payload: asked.payload ?? {},
    creator: doer.user,
    createdAt: at,
    updatedAt: at,
    transient: asked.transient_environment ?? false,
    production: asked.production_environment ?? environment === "production",
    statuses: [],
  };
  await saveDeployment(world, repository, deployment, doer);
  return created(deploymentShape(world, repository, deployment));
}

/** `auto_merge` is on unless switched off: a branch behind the default branch gets it merged in, and no deployment. */
async function mergedDefaultBranch(call: RepositoryCall, branch: string): Promise<boolean> {
  const { world, repository, doer } = call;
  const ref = `refs/heads/${branch}`;
  const head = await resolveCommit(repository.dir, ref);
  const base = await resolveCommit(repository.dir, `refs/heads/${repository.defaultBranch}`);
  if (head === undefined || base === undefined || branch === repository.defaultBranch) return false;
  if ((await aheadBehind(repository.dir, base, head)).behind === 0) return false;
  const merged = await mergeTrees(repository.dir, head, base);
  if (merged.outcome === "conflict") {
    throw new GitHubFailure(409, `Conflict merging ${repository.defaultBranch} into ${branch}.`);
  }
  const after = await writeCommit(repository.dir, {
    tree: merged.tree,
    parents: [head, base],
    message: `Merge ${repository.defaultBranch} into ${branch}`,
    author: world.signature(doer.user),
  });
  await world.alone(repository, () => moveRef(world, repository, { ref, before: head ?? NO_COMMIT, after }, doer));
  return true;
}

/** Unless told which contexts matter, everything reported on the commit has to be green. */
function refuseUnchecked(
  repository: Repository,
  {
    sha,
    ref,
    contexts,
  }: { readonly sha: string; readonly ref: string; readonly contexts: readonly string[] | undefined },
): void {
  const verdicts = new Map<string, string>([
    ...latestStatuses(repository, sha).map((status) => [status.context, status.state] as const),
    ...latestChecks(repository, sha).map((check) => [check.name, check.conclusion ?? "pending"] as const),
  ]);
  const wanted = contexts ?? [...verdicts.keys()];
  const bad = wanted.filter((name) => !["success", "neutral", "skipped"].includes(verdicts.get(name) ?? "missing"));
  if (bad.length === 0) return;
  throw new GitHubFailure(409, `Conflict: Commit status checks failed for ${ref}.`, {
    errors: bad.map((name) => `${name}: ${verdicts.get(name) ?? "missing"}`),
  });
}
