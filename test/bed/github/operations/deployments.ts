import type { Deployment, DeploymentStatus, Doer, Environment, Repository } from "../records.ts";
import { deploymentShape, deploymentStatusShape } from "../shapes/deployment.ts";
import type { World } from "../world.ts";
import { announce } from "./announce.ts";

/** An environment by its name, made as GitHub makes it when something first deploys there: without any rule. */
export function ensureEnvironment(world: World, repository: Repository, name: string): Environment {
  const existing = repository.environments.get(name);
  if (existing !== undefined) return existing;
  const environment: Environment = {
    id: world.nextId(),
    name,
    createdAt: world.clock.now(),
    reviewers: [],
    preventSelfReview: false,
    waitMinutes: 0,
    branchPolicy: "any",
    branchPatterns: new Set(),
    variables: new Map(),
    secrets: new Map(),
  };
  repository.environments.set(name, environment);
  return environment;
}

export async function saveDeployment(
  world: World,
  repository: Repository,
  deployment: Deployment,
  doer: Doer,
): Promise<void> {
  ensureEnvironment(world, repository, deployment.environment);
  repository.deployments.set(deployment.id, deployment);
  await announce(world, repository, {
    name: "deployment",
    action: "created",
    doer,
    at: { ref: deployment.ref, sha: deployment.sha },
    payload: { deployment: deploymentShape(world, repository, deployment) },
  });
}

/**
 * Adds a status to a deployment. A success makes earlier successful deployments of the same non-transient environment
 * inactive, unless the caller does not want that.
 */
export async function saveDeploymentStatus(
  world: World,
  repository: Repository,
  added: {
    readonly deployment: Deployment;
    readonly status: DeploymentStatus;
    readonly autoInactive: boolean;
    readonly doer: Doer;
  },
): Promise<void> {
  const { deployment, status, doer } = added;
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  if (status.state === "success" && added.autoInactive) {
    for (const other of repository.deployments.values()) {
      const same = other.environment === deployment.environment && other.id !== deployment.id && !other.transient;
      if (!same || other.production !== deployment.production || other.statuses.at(-1)?.state !== "success") continue;
      other.statuses.push({ ...status, id: world.nextId(), state: "inactive", description: "" });
    }
  }
  await announce(world, repository, {
    name: "deployment_status",
    action: "created",
    doer,
    at: { ref: deployment.ref, sha: deployment.sha },
    // GitHub starts no run for a status of "inactive".
    silent: status.state === "inactive",
    payload: {
      deployment_status: deploymentStatusShape(world, repository, { deployment, status }),
      deployment: deploymentShape(world, repository, deployment),
    },
  });
}
