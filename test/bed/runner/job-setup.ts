/** What a job starts with: its contexts, variables and identity, made from the run and the machine. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BedClock } from "../clock.ts";
import { evaluate, evaluateTexts } from "./expression.ts";
import { fixedEnvironment, githubContext, type RunFacts, runnerContext, workflowRef } from "./github-context.ts";
import type { HostRepository, JsonObject, Permissions, RunnerHost } from "./host.ts";
import { type Frame, type JobContext, scopeOf } from "./job-context.ts";
import { type Machine, machineEnvironment } from "./machine.ts";
import { at, textAt } from "./payload.ts";
import type { JobRecord, StepRecord } from "./record.ts";
import type { StepsJob, Workflow } from "./workflow.ts";

export interface JobRequest {
  readonly host: RunnerHost;
  readonly limits: BedClock;
  /** A Node 24 binary, which runs `using: node24`. */
  readonly nodePath: string;
  /** The bed's own additions to every process, such as AWS_ENDPOINT_URL. */
  readonly environment: Readonly<Record<string, string>>;
  /** Leave the machine's folders behind. */
  readonly keep: boolean;
  readonly run: RunFacts;
  readonly workflow: Workflow;
  readonly job: StepsJob;
  /** The commit that defines the job. */
  readonly definition: { readonly repository: HostRepository; readonly sha: string; readonly ref: string };
  /** vars, secrets, needs, strategy, matrix, inputs */
  readonly contexts: JsonObject;
  readonly permissions: Permissions;
  readonly environmentName: string | undefined;
  readonly record: JobRecord;
  readonly cancelled: AbortSignal;
  readonly forced: AbortSignal;
  readonly onProgress: (step: StepRecord) => void;
}

/** Gathers what the steps of a job share. */
export async function prepareJob(
  request: JobRequest,
  { machine, token }: { readonly machine: Machine; readonly token: string },
): Promise<JobContext> {
  const { host, run, definition, workflow } = request;
  const eventPath = join(machine.temp, "event.json");
  await writeFile(eventPath, JSON.stringify(run.occasion.event.payload, undefined, 2));
  const github: JsonObject = {
    ...githubContext(run, host),
    token,
    job: request.job.id,
    event_path: eventPath,
    workspace: machine.workspace,
  };
  const runner = runnerContext(machine);
  const jobFacts: JsonObject = {
    workflow_ref: workflowRef(definition.repository, workflow.path, definition.ref),
    workflow_sha: definition.sha,
    workflow_repository: definition.repository.fullName,
    workflow_file_path: workflow.path,
  };
  return {
    host,
    repository: run.repository,
    limits: request.limits,
    machine,
    nodePath: request.nodePath,
    token,
    record: request.record,
    github,
    contexts: {
      ...request.contexts,
      runner,
      secrets: { ...(at(request.contexts, "secrets") as JsonObject), GITHUB_TOKEN: token },
    },
    baseEnvironment: { ...machineEnvironment(machine, request.nodePath), ...request.environment },
    fixedEnvironment: { ...fixedEnvironment(github, runner), ...(await identity(request)) },
    env: new Map(),
    path: [],
    posts: [],
    definition,
    cancelled: request.cancelled,
    forced: request.forced,
    jobFacts,
    states: new Map(),
    status: "success",
    onProgress: request.onProgress,
  };
}

/** Where a job may fetch OIDC tokens; only with `id-token: write`. */
async function identity(request: JobRequest): Promise<Readonly<Record<string, string>>> {
  if (request.permissions["id-token"] !== "write") return {};
  const { run, host, definition, workflow, record } = request;
  const { occasion, repository } = run;
  const grant = await host.issueOidc({
    repository: repository.fullName,
    repositoryId: repository.id,
    repositoryOwnerId: repository.ownerId,
    visibility: repository.visibility,
    ref: occasion.ref,
    sha: occasion.sha,
    headRef: occasion.headRef,
    baseRef: occasion.baseRef,
    eventName: occasion.event.name,
    actor: occasion.event.actor,
    workflow: run.workflowName,
    workflowRef: workflowRef(repository, run.workflowPath, occasion.workflowRef),
    workflowSha: occasion.workflowSha,
    jobWorkflowRef: workflowRef(definition.repository, workflow.path, definition.ref),
    jobWorkflowSha: definition.sha,
    runId: run.id,
    runNumber: run.number,
    runAttempt: run.attempt,
    environment: request.environmentName,
  });
  record.mask.add(grant.requestToken);
  return { ACTIONS_ID_TOKEN_REQUEST_URL: grant.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: grant.requestToken };
}

/** The frame of the job's own steps, with `defaults.run` of the job over that of the workflow. */
export function jobFrame(request: JobRequest, job: JobContext): Frame {
  const bare: Frame = {
    kind: "job",
    steps: {},
    inputs: (at(request.contexts, "inputs") ?? {}) as JsonObject,
    env: {},
    actionPath: undefined,
    defaults: { shell: undefined, workingDirectory: undefined },
    status: "success",
  };
  const scope = scopeOf(job, bare, {});
  const defaults = [request.workflow.defaults, request.job.defaults].map((token) =>
    token === undefined ? {} : (at(evaluate(token, scope), "run") ?? {}),
  );
  const pick = (key: string): string | undefined =>
    defaults.map((layer) => textAt(layer, key)).findLast((value) => value !== "");
  return { ...bare, defaults: { shell: pick("shell"), workingDirectory: pick("working-directory") } };
}

/** Puts the `env` of workflow and job in place; an expression of the job may use what the workflow set. */
export function applyEnvironment(request: JobRequest, job: JobContext, frame: Frame): void {
  for (const layer of [request.workflow.env, request.job.env]) {
    for (const [name, value] of Object.entries(evaluateTexts(layer, scopeOf(job, frame, {})))) job.env.set(name, value);
  }
}
