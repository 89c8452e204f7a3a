import type { Deployment, DeploymentStatus, Environment, Repository } from "../records.ts";
import type { World } from "../world.ts";
import { iso, nodeId, teamShape, userShape } from "./people.ts";
import type { PublishedDeployment, PublishedDeploymentStatus, PublishedEnvironment } from "./published.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

export function deploymentShape(world: World, repository: Repository, deployment: Deployment) {
  const api = `${repositoryApi(world, repository)}/deployments/${deployment.id}`;
  return {
    url: api,
    id: deployment.id,
    node_id: nodeId("DE", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userShape(world, deployment.creator),
    created_at: iso(deployment.createdAt),
    updated_at: iso(deployment.updatedAt),
    statuses_url: `${api}/statuses`,
    repository_url: repositoryApi(world, repository),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  } satisfies PublishedDeployment;
}

export function deploymentStatusShape(
  world: World,
  repository: Repository,
  { deployment, status }: { readonly deployment: Deployment; readonly status: DeploymentStatus },
) {
  const api = `${repositoryApi(world, repository)}/deployments/${deployment.id}`;
  return {
    url: `${api}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state,
    creator: userShape(world, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    deployment_url: api,
    repository_url: repositoryApi(world, repository),
    performed_via_github_app: null,
  } satisfies PublishedDeploymentStatus;
}

export function environmentShape(world: World, repository: Repository, environment: Environment) {
  const reviewers = environment.reviewers.map((reviewer) => reviewerShape(world, reviewer));
  const rules = [
    environment.waitMinutes > 0 && { type: "wait_timer", wait_timer: environment.waitMinutes },
    reviewers.length > 0 && {
      type: "required_reviewers",
      prevent_self_review: environment.preventSelfReview,
      reviewers,
    },
    environment.branchPolicy !== "any" && { type: "branch_policy" },
  ].filter((rule) => rule !== false);
  return {
    id: environment.id,
    node_id: nodeId("EN", environment.id),
    name: environment.name,
    url: `${repositoryApi(world, repository)}/environments/${encodeURIComponent(environment.name)}`,
    html_url: `${repositoryPage(world, repository)}/deployments/activity_log?environments_filter=${environment.name}`,
    created_at: iso(environment.createdAt),
    updated_at: iso(environment.createdAt),
    protection_rules: rules.map((rule, index) => ({
      id: environment.id * 10 + index,
      node_id: nodeId("GA", environment.id * 10 + index),
      ...rule,
    })),
    deployment_branch_policy:
      environment.branchPolicy === "any"
        ? null
        : {
            protected_branches: environment.branchPolicy === "protected",
            custom_branch_policies: environment.branchPolicy === "custom",
          },
  } satisfies PublishedEnvironment;
}

function reviewerShape(world: World, { type, id }: Environment["reviewers"][number]) {
  const user = type === "User" ? [...world.users.values()].find((each) => each.id === id) : undefined;
  const team = type === "Team" ? [...world.teams.values()].find((each) => each.id === id) : undefined;
  const reviewer = user !== undefined ? userShape(world, user) : team && teamShape(world, team);
  return { type, reviewer: reviewer ?? null };
}
