/** Puts the runner on the GitHub bed: its events, tokens and settings in, its runs, jobs and checks out. */
import type { GitHubBed } from "../github/bed.ts";
import type { GitHubEvent } from "../github/events.ts";
import type { Environment, Repository, User, WorkflowRun } from "../github/records.ts";
import { JobDeployments } from "./github-deployments.ts";
import type { HostEvent, JobView, JsonObject, Permissions, RunnerHost, RunView } from "./host.ts";
import { at } from "./payload.ts";
import { type Runner, type RunnerOptions, startRunner } from "./runner.ts";

/** Starts a runner for every repository of a GitHub bed; people's wishes there (cancel, run again, review) reach it. */
export function startGitHubRunner(bed: GitHubBed, options: Omit<RunnerOptions, "host">): Runner {
  const runner = startRunner({ host: githubHost(bed), clock: bed.clock, ...options });
  const unsubscribe = bed.onRunRequest((request) => {
    switch (request.kind) {
      case "cancel":
        return runner.cancel(request.runId);
      case "rerun":
        return void runner.rerun(request.runId, { jobs: request.only, actor: request.by.user.login });
      case "review-deployments":
        for (const environment of request.environments) {
          const { runId, decision } = request;
          runner.review({ runId, environment, reviewer: request.by.user.login, decision });
        }
    }
  });
  return {
    ...runner,
    stop: async () => {
      unsubscribe();
      await runner.stop();
    },
  };
}

/** The bed as the runner sees it. */
function githubHost(bed: GitHubBed): RunnerHost {
  const runs = new Map<number, WorkflowRun>();
  const reported = new Map<string, string>();
  const deployments = new JobDeployments(bed);
  return {
    serverUrl: bed.url,
    apiUrl: bed.apiUrl,
    graphqlUrl: bed.graphqlUrl,
    onEvent: (listener) =>
      bed.events.subscribe((event) => {
        if (event.startsWorkflows) listener(hostEvent(event));
      }),
    repository: async (fullName) => {
      const repository = bed.repository(fullName);
      return {
        fullName: repository.fullName,
        id: repository.id,
        ownerId: repository.owner.id,
        visibility: repository.private ? "private" : "public",
        defaultBranch: repository.defaultBranch,
        gitDirectory: repository.dir,
        cloneUrl: `${bed.url}/${repository.fullName}.git`,
      };
    },
    userId: async (login) => userOf(bed, login).id,
    variables: async (repository, environment) => settings(bed, repository, { environment, kind: "variables" }),
    secrets: async (repository, environment) => settings(bed, repository, { environment, kind: "secrets" }),
    environment: async (repository, name) =>
      rulesOf(bed, bed.repository(repository), bed.environment(repository, name)),
    startRun: async ({ repository, path, workflow, event, headSha, headBranch }) => {
      const number = at(event.payload, "pull_request", "number");
      const run = bed.startRun(repository, {
        workflowPath: path,
        workflowName: workflow,
        event: event.name,
        ...(event.id !== undefined && { eventId: event.id }),
        headSha,
        headBranch,
        pullNumbers: typeof number === "number" ? [number] : [],
        actor: userOf(bed, event.actor),
        title: workflow,
      });
      runs.set(run.id, run);
      return { id: run.id, number: run.runNumber };
    },
    issueToken: async ({ repository, permissions }) => bed.jobToken(repository, appPermissions(permissions)),
    revokeToken: async (token) => bed.revokeToken(token),
    issueOidc: async (request) =>
      bed.oidc.offer({
        repository: bed.repository(request.repository),
        runId: request.runId,
        runNumber: request.runNumber,
        runAttempt: request.runAttempt,
        actor: userOf(bed, request.actor),
        eventName: request.eventName,
        ref: request.ref,
        sha: request.sha,
        headRef: request.headRef,
        baseRef: request.baseRef,
        workflow: request.workflow,
        workflowRef: request.workflowRef,
        workflowSha: request.workflowSha,
        jobWorkflowRef: request.jobWorkflowRef,
        ...(request.environment !== undefined && { environment: request.environment }),
      }),
    report: async (view) => {
      const run = runs.get(view.id);
      if (run === undefined) throw new Error(`run ${view.id} was never started`);
      await reportRun(bed, run, { view, reported });
      for (const job of view.jobs) await deployments.follow(view, job);
    },
  };
}

async function reportRun(
  bed: GitHubBed,
  run: WorkflowRun,
  { view, reported }: { readonly view: RunView; readonly reported: Map<string, string> },
): Promise<void> {
  if (run.attempt !== view.attempt) {
    const triggeringActor = userOf(bed, view.triggeringActor);
    await bed.changeRun(view.repository, run, { attempt: view.attempt, status: "queued", triggeringActor });
  }
  for (const job of view.jobs) {
    const key = `${view.id} ${view.attempt} ${job.name}`;
    const state = JSON.stringify([job.status, job.conclusion, job.steps.map((step) => [step.name, step.status])]);
    if (reported.get(key) === state) continue;
    reported.set(key, state);
    await bed.reportJob(view.repository, run, jobReport(job));
  }
  const waitingFor = view.jobs.flatMap(({ status, environment }) =>
    status === "waiting" && environment !== undefined ? [environment.name] : [],
  );
  const conclusion = view.conclusion === undefined ? {} : { conclusion: view.conclusion };
  const same = run.status === view.status && run.conclusion === view.conclusion && run.title === view.title;
  if (same && run.waitingFor.join() === waitingFor.join()) return;
  await bed.changeRun(view.repository, run, { status: view.status, title: view.title, waitingFor, ...conclusion });
}

function jobReport(job: JobView): Parameters<GitHubBed["reportJob"]>[2] {
  const iso = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
  return {
    name: job.name,
    status: job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    steps: job.steps.map((step) => ({
      name: step.name,
      number: step.number,
      status: step.status,
      conclusion: step.conclusion ?? null,
      started_at: iso(step.startedAt),
      completed_at: iso(step.completedAt),
    })),
    annotations: job.annotations.map((annotation) => ({
      path: annotation.file,
      start_line: annotation.line,
      end_line: annotation.endLine,
      start_column: annotation.column ?? null,
      end_column: annotation.endColumn ?? null,
      annotation_level: annotation.level,
      message: annotation.message,
      title: annotation.title ?? null,
      raw_details: null,
    })),
    summary: job.summary,
    log: job.log,
  };
}

function hostEvent({ id, name, repository, actor, payload }: GitHubEvent): HostEvent {
  // What is published is what a webhook would carry: plain JSON.
  return { id, name, repository, actor, payload: JSON.parse(JSON.stringify(payload)) as JsonObject };
}

function settings(
  bed: GitHubBed,
  fullName: string,
  { environment, kind }: { readonly environment: string | undefined; readonly kind: "variables" | "secrets" },
): Readonly<Record<string, string>> {
  const repository = bed.repository(fullName);
  const own = environment === undefined ? undefined : repository.environments.get(environment)?.[kind];
  return { ...Object.fromEntries(repository[kind]), ...Object.fromEntries(own ?? []) };
}

function rulesOf(
  bed: GitHubBed,
  repository: Repository,
  environment: Environment,
): Awaited<ReturnType<RunnerHost["environment"]>> {
  const people = [...bed.world.users.values()];
  const teams = [...bed.world.teams.values()];
  const reviewers = environment.reviewers.flatMap(({ type, id }) => {
    if (type === "User") return people.filter((user) => user.id === id).map(({ login }) => login);
    const members = teams.find((team) => team.id === id)?.members;
    return people.filter((user) => members?.has(user.login.toLowerCase()) === true).map(({ login }) => login);
  });
  const branches = {
    any: undefined,
    protected: [...repository.protections.keys()],
    custom: [...environment.branchPatterns],
  }[environment.branchPolicy];
  return { reviewers: [...new Set(reviewers)], preventSelfReview: environment.preventSelfReview, branches };
}

function userOf(bed: GitHubBed, login: string): User {
  return bed.world.user(login) ?? bed.addUser(login);
}

/** `pull-requests` in a workflow is the App permission `pull_requests`; an identity token is none of them. */
function appPermissions(permissions: Permissions): Readonly<Record<string, "read" | "write">> {
  const named = Object.entries(permissions).filter(([scope]) => scope !== "id-token");
  // Every token may read the repository's metadata.
  return {
    metadata: "read",
    ...Object.fromEntries(named.map(([scope, level]) => [scope.replaceAll("-", "_"), level])),
  };
}
