/** GitHub's own deployment records: one for each job that names an environment, with the states of the job. */
import type { GitHubBed } from "../github/bed.ts";
import { saveDeployment, saveDeploymentStatus } from "../github/operations/deployments.ts";
import type { Deployment, DeploymentState, Doer } from "../github/records.ts";
import type { JobView, RunView } from "./host.ts";

export class JobDeployments {
  readonly #bed: GitHubBed;
  readonly #known = new Map<number, { readonly deployment: Deployment; state: DeploymentState | undefined }>();

  constructor(bed: GitHubBed) {
    this.#bed = bed;
  }

  /** Makes or updates the deployment of a job. Jobs without an environment, or with `deployment: false`, have none. */
  async follow(run: RunView, job: JobView): Promise<void> {
    if (job.environment?.deployment !== true || job.startedAt === undefined) return;
    const { world } = this.#bed;
    const repository = this.#bed.repository(run.repository);
    const user = world.user("github-actions[bot]") ?? this.#bed.addUser("github-actions[bot]", { type: "Bot" });
    const doer: Doer = { user, startsWorkflows: false, mayChangeWorkflows: false };
    const now = world.clock.now();
    const known = this.#known.get(job.id) ?? {
      deployment: newDeployment(run, job, { id: world.nextId(), user, now }),
      state: undefined,
    };
    if (!this.#known.has(job.id)) {
      this.#known.set(job.id, known);
      await saveDeployment(world, repository, known.deployment, doer);
    }
    const state = stateOf(job);
    if (state === known.state) return;
    known.state = state;
    const url = `${this.#bed.url}/${run.repository}/actions/runs/${run.id}`;
    const status = {
      id: world.nextId(),
      state,
      description: "",
      environment: job.environment.name,
      environmentUrl: job.environment.url ?? "",
      logUrl: url,
      creator: user,
      createdAt: now,
    };
    await saveDeploymentStatus(world, repository, { deployment: known.deployment, status, autoInactive: true, doer });
  }
}

function newDeployment(
  run: RunView,
  job: JobView,
  made: { readonly id: number; readonly user: Deployment["creator"]; readonly now: number },
): Deployment {
  return {
    id: made.id,
    sha: run.sha,
    ref: run.headBranch,
    task: "deploy",
    environment: job.environment?.name ?? "",
    description: null,
    payload: {},
    creator: made.user,
    createdAt: made.now,
    transient: false,
    production: false,
    updatedAt: made.now,
    statuses: [],
  };
}

function stateOf(job: JobView): DeploymentState {
  if (job.status !== "completed") return "in_progress";
  if (job.conclusion === "success") return "success";
  return job.conclusion === "failure" ? "failure" : "error";
}
