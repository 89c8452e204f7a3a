import type { Repository, RunJob, WorkflowRun } from "../records.ts";
import type { World } from "../world.ts";
import { suiteId } from "./check.ts";
import { iso, isoOrNull, nodeId, userShape } from "./people.ts";
import type { PublishedJob, PublishedRun } from "./published.ts";
import { repositoryApi, repositoryPage, repositoryShape } from "./repository.ts";

export function runShape(world: World, repository: Repository, run: WorkflowRun) {
  const api = `${repositoryApi(world, repository)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflowName,
    node_id: nodeId("WFR", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.title,
    run_number: run.runNumber,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion ?? null,
    workflow_id: run.workflowId,
    check_suite_id: suiteId(run.headSha, "github-actions"),
    url: api,
    html_url: `${repositoryPage(world, repository)}/actions/runs/${run.id}`,
    pull_requests: run.pullNumbers.map((number) => ({
      number,
      url: `${repositoryApi(world, repository)}/pulls/${number}`,
    })),
    created_at: iso(run.createdAt),
    updated_at: iso(run.updatedAt),
    actor: userShape(world, run.actor),
    triggering_actor: userShape(world, run.triggeringActor),
    run_attempt: run.attempt,
    run_started_at: iso(run.startedAt),
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    repository: repositoryShape(world, repository),
    head_repository: repositoryShape(world, repository),
  } satisfies PublishedRun;
}

export function jobShape(
  world: World,
  repository: Repository,
  { run, job }: { readonly run: WorkflowRun; readonly job: RunJob },
) {
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${repositoryApi(world, repository)}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId("CR", job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.workflowName,
    url: `${repositoryApi(world, repository)}/actions/jobs/${job.id}`,
    html_url: `${repositoryPage(world, repository)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: iso(run.createdAt),
    started_at: iso(job.startedAt ?? run.createdAt),
    completed_at: isoOrNull(job.completedAt),
    name: job.name,
    steps: job.steps,
    check_run_url: `${repositoryApi(world, repository)}/check-runs/${job.id}`,
    labels: ["ubuntu-latest"],
    runner_id: 1,
    runner_name: "bed",
    runner_group_id: 1,
    runner_group_name: "bed",
  } satisfies PublishedJob;
}

export function workflowShape(
  world: World,
  repository: Repository,
  { id, path, name }: { readonly id: number; readonly path: string; readonly name: string },
) {
  return {
    id,
    node_id: nodeId("W", id),
    name,
    path,
    state: "active",
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.createdAt),
    url: `${repositoryApi(world, repository)}/actions/workflows/${id}`,
    html_url: `${repositoryPage(world, repository)}/blob/${repository.defaultBranch}/${path}`,
    badge_url: `${repositoryPage(world, repository)}/actions/workflows/${path.split("/").pop()}/badge.svg`,
  };
}
