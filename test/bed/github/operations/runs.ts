import { GitHubFailure, unprocessable } from "../failure.ts";
import type {
  Annotation,
  CheckStatus,
  Conclusion,
  Doer,
  Repository,
  RunJob,
  RunStep,
  User,
  WorkflowRun,
} from "../records.ts";
import { runShape } from "../shapes/run.ts";
import { runOf, type World } from "../world.ts";
import { announce } from "./announce.ts";
import { autoMergeReady } from "./auto-merge.ts";
import { workflowId } from "./dispatch.ts";

/** What the runner says when it starts a run. */
export interface NewRun {
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  readonly eventId?: number;
  readonly headSha: string;
  readonly headBranch: string;
  readonly pullNumbers: readonly number[];
  readonly actor: User;
  readonly title: string;
}

/** Records a workflow run that has been queued; GitHub counts runs per workflow. */
export function startRun(world: World, repository: Repository, run: NewRun): WorkflowRun {
  const workflow = workflowId(world, repository, run.workflowPath);
  const earlier = [...repository.runs.values()].filter((each) => each.workflowId === workflow).length;
  const at = world.clock.now();
  const started: WorkflowRun = {
    ...run,
    id: world.nextId(),
    runNumber: earlier + 1,
    workflowId: workflow,
    createdAt: at,
    startedAt: at,
    updatedAt: at,
    triggeringActor: run.actor,
    attempt: 1,
    status: "queued",
    conclusion: undefined,
    jobs: [],
    waitingFor: [],
    approvals: [],
  };
  repository.runs.set(started.id, started);
  return started;
}

export interface RunChange {
  readonly status?: CheckStatus;
  readonly conclusion?: Conclusion;
  readonly title?: string;
  readonly attempt?: number;
  readonly triggeringActor?: User;
  /** Environments that wait for a reviewer; an empty list when nothing waits. */
  readonly waitingFor?: readonly string[];
}

/** Changes a run's state; a finished run is announced as `workflow_run`. */
export async function changeRun(world: World, repository: Repository, run: WorkflowRun, change: RunChange) {
  Object.assign(run, change, { updatedAt: world.clock.now() });
  if (change.attempt !== undefined) Object.assign(run, { conclusion: undefined, startedAt: world.clock.now() });
  if (change.status !== "completed") return;
  await announce(world, repository, {
    name: "workflow_run",
    action: "completed",
    doer: { user: run.actor, startsWorkflows: true, mayChangeWorkflows: false },
    payload: { workflow_run: runShape(world, repository, run) },
  });
}

/** What the runner says about a job, again and again as it goes on. Times are milliseconds of bed time. */
export interface JobReport {
  readonly name: string;
  readonly status: CheckStatus;
  readonly conclusion?: Conclusion | undefined;
  readonly startedAt?: number | undefined;
  readonly completedAt?: number | undefined;
  readonly steps?: readonly RunStep[];
  /** What `::error` and its kin left. */
  readonly annotations?: readonly Annotation[];
  /** Markdown of the step summaries. */
  readonly summary?: string;
  readonly log?: string;
}

/** Records a job's state. As on GitHub each job is also a check run of the App "github-actions" with the job's number. */
export async function reportJob(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  report: JobReport,
): Promise<RunJob> {
  const known = run.jobs.find((job) => job.name === report.name && job.attempt === run.attempt);
  const job: RunJob = known ?? {
    id: world.nextId(),
    runId: run.id,
    attempt: run.attempt,
    name: report.name,
    status: "queued",
    conclusion: undefined,
    startedAt: undefined,
    completedAt: undefined,
    steps: [],
    summary: "",
    log: "",
  };
  if (known === undefined) run.jobs.push(job);
  job.status = report.status;
  job.conclusion = report.conclusion;
  job.startedAt = report.startedAt ?? job.startedAt ?? world.clock.now();
  job.completedAt = report.completedAt ?? (report.status === "completed" ? world.clock.now() : undefined);
  job.steps = report.steps ?? job.steps;
  job.summary = report.summary ?? job.summary;
  job.log = report.log ?? job.log;
  run.updatedAt = world.clock.now();
  const check = repository.checkRuns.get(job.id);
  repository.checkRuns.set(job.id, {
    id: job.id,
    app: "github-actions",
    headSha: run.headSha,
    startedAt: job.startedAt,
    jobId: job.id,
    name: job.name,
    status: job.status,
    conclusion: job.conclusion,
    completedAt: job.completedAt,
    externalId: String(job.id),
    detailsUrl: `${world.url}/${repository.fullName}/actions/runs/${run.id}/job/${job.id}`,
    title: null,
    summary: null,
    text: null,
    annotations: report.annotations === undefined ? (check?.annotations ?? []) : [...report.annotations],
  });
  if (job.status === "completed") await autoMergeReady(world, repository, run.headSha);
  return job;
}

/** Asks the runner to stop a run. @throws GitHubFailure 409 when it has ended */
export function cancelRun(world: World, repository: Repository, runId: number, by: Doer): void {
  const run = runOf(repository, runId);
  if (run.status === "completed") throw new GitHubFailure(409, "Cannot cancel a workflow run that is completed.");
  world.requestRun({ kind: "cancel", repository: repository.fullName, runId, by });
}

/** Asks the runner to run again. @throws GitHubFailure 403 while it still runs */
export function rerun(
  world: World,
  repository: Repository,
  { runId, by, only }: { readonly runId: number; readonly by: Doer; readonly only: "all" | "failed" },
): void {
  const run = runOf(repository, runId);
  if (run.status !== "completed") throw new GitHubFailure(403, "This workflow run cannot be retried");
  world.requestRun({ kind: "rerun", repository: repository.fullName, runId, by, only });
}

/** Passes a reviewer's decision on waiting environments to the runner. @throws GitHubFailure 422 when they may not decide */
export function reviewDeployments(
  world: World,
  repository: Repository,
  review: {
    readonly runId: number;
    readonly environmentIds: readonly number[];
    readonly decision: "approved" | "rejected";
    readonly comment: string;
    readonly by: Doer;
  },
): void {
  const run = runOf(repository, review.runId);
  const environments = [...repository.environments.values()].filter((each) => review.environmentIds.includes(each.id));
  for (const environment of environments) {
    const waits = run.waitingFor.includes(environment.name);
    const self = environment.preventSelfReview && run.triggeringActor.id === review.by.user.id;
    if (!waits || self || !mayReview(world, environment, review.by.user)) {
      throw unprocessable("There were one or more errors approving/rejecting the deployment");
    }
  }
  const names = environments.map((each) => each.name);
  const { decision, comment } = review;
  run.approvals.push({ by: review.by.user, environments: names, decision, comment });
  world.requestRun({
    kind: "review-deployments",
    repository: repository.fullName,
    runId: run.id,
    by: review.by,
    environments: names,
    decision,
    comment,
  });
}

/** Whether this person is one of an environment's required reviewers. */
function mayReview(
  world: World,
  environment: { readonly reviewers: readonly { readonly type: "User" | "Team"; readonly id: number }[] },
  user: User,
): boolean {
  return environment.reviewers.some((reviewer) => {
    if (reviewer.type === "User") return reviewer.id === user.id;
    const team = [...world.teams.values()].find((each) => each.id === reviewer.id);
    return team?.members.has(user.login.toLowerCase()) === true;
  });
}
