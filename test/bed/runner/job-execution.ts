/** Runs one job on a machine of its own: set-up, steps, post steps, outputs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BedClock } from "../clock.ts";
import { evaluate, evaluateText, evaluateTexts, holdsAsWritten } from "./expression.ts";
import { fixedEnvironment, githubContext, type RunFacts, runnerContext, workflowRef } from "./github-context.ts";
import type { HostRepository, JsonObject, Permissions, RunnerHost } from "./host.ts";
import { type Frame, type JobContext, type StepExecution, scopeOf } from "./job-context.ts";
import { type Machine, machineEnvironment, makeMachine, removeMachine } from "./machine.ts";
import { at, textAt } from "./payload.ts";
import type { JobRecord, StepRecord } from "./record.ts";
import { fail, runSteps, stepName } from "./steps.ts";
import { runPre } from "./uses-step.ts";
import { member, type StepsJob, type Workflow } from "./workflow.ts";

export interface JobRequest {
  readonly host: RunnerHost;
  readonly clock: BedClock;
  /** A Node 24 binary, which runs `using: node24`. */
  readonly nodePath: string;
  /** The bed's own additions to every process, such as AWS_ENDPOINT_URL. */
  readonly environment: Readonly<Record<string, string>>;
  /** Leave the machine's folders behind. */
  readonly keep: boolean;
  readonly run: RunFacts;
  readonly workflow: Workflow;
  readonly job: StepsJob;
  readonly id: number;
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

export interface JobEnd {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly outputs: Readonly<Record<string, string>>;
  readonly environmentUrl: string | undefined;
}

/** Runs the job to its end; throws only for a bug of the bed. */
export async function executeJob(request: JobRequest): Promise<JobEnd> {
  const { host, record, run, permissions } = request;
  const setup = record.begin("Set up job");
  request.onProgress(setup);
  const token = await host.issueToken({
    repository: run.repository.fullName,
    permissions,
    runId: run.id,
    job: request.job.id,
  });
  record.mask.add(token);
  for (const secret of Object.values((at(request.contexts, "secrets") ?? {}) as Record<string, string>))
    record.mask.add(secret);
  const machine = await makeMachine(run.repository.fullName.split("/")[1] ?? "repository");
  try {
    const job = await prepare(request, { machine, token });
    const markCancelled = (): void => {
      job.status = "cancelled";
    };
    if (request.cancelled.aborted) markCancelled();
    // Registered first, so that conditions asked on cancellation already see it.
    request.cancelled.addEventListener("abort", markCancelled);
    const frame = jobFrame(request, job);
    setup.print(`GITHUB_TOKEN permissions: ${JSON.stringify(permissions)}`);
    setup.print(`machine: ${machine.root}`);
    await attempt(job, frame, setup, async () => applyEnvironment(request, job, frame));
    record.end(setup, { outcome: frameOutcome(frame), conclusion: frameOutcome(frame) });
    await runPres(request, job, frame);
    await runSteps(request.job.steps, frame, { job });
    await runPosts(job);
    const url = await environmentUrl(request, job, frame);
    const outputs = await outputsOf(request, job, frame);
    return { conclusion: job.status, outputs, environmentUrl: url };
  } finally {
    await host.revokeToken(token);
    if (!request.keep) await removeMachine(machine);
  }
}

async function prepare(
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
    check_run_id: request.id,
    workflow_ref: workflowRef(definition.repository, workflow.path, definition.ref),
    workflow_sha: definition.sha,
    workflow_repository: definition.repository.fullName,
    workflow_file_path: workflow.path,
  };
  return {
    host,
    repository: run.repository,
    clock: request.clock,
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
function jobFrame(request: JobRequest, job: JobContext): Frame {
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

function applyEnvironment(request: JobRequest, job: JobContext, frame: Frame): void {
  for (const layer of [request.workflow.env, request.job.env]) {
    for (const [name, value] of Object.entries(evaluateTexts(layer, scopeOf(job, frame, {})))) job.env.set(name, value);
  }
}

async function runPres(request: JobRequest, job: JobContext, frame: Frame): Promise<void> {
  for (const step of request.job.steps) {
    if (step.kind !== "uses" || !step.uses.startsWith("$/")) continue;
    const record = job.record.begin(`Pre ${stepName(step, job, frame)}`);
    const ran = await attempt(job, frame, record, async () => {
      const result = await runPre(step, execution(job, frame, { record, id: step.id }));
      if (result?.outcome === "failure") fail(job, frame);
      return result;
    });
    // Most actions have no `pre`, and GitHub shows nothing for them.
    if (ran === undefined && record.log === "") job.record.steps.pop();
    else job.record.end(record, { outcome: frameOutcome(frame), conclusion: frameOutcome(frame) });
  }
}

async function runPosts(job: JobContext): Promise<void> {
  for (let post = job.posts.pop(); post !== undefined; post = job.posts.pop()) {
    const { name, condition, frame, run } = post;
    const record = job.record.begin(name);
    job.onProgress(record);
    let outcome: "success" | "failure" | "skipped" = "skipped";
    if (holdsAsWritten(condition, scopeOf(job, frame, {}))) {
      outcome =
        (await attempt(job, frame, record, () => run(execution(job, frame, { record, id: name })))) ?? "failure";
      if (outcome === "failure") fail(job, frame.kind === "job" ? frame : { ...frame, kind: "job" });
    }
    job.record.end(record, { outcome, conclusion: outcome });
    job.onProgress(record);
  }
}

function execution(
  job: JobContext,
  frame: Frame,
  { record, id }: { readonly record: StepRecord; readonly id: string },
): StepExecution {
  return { job, frame, record, id, env: {}, signal: job.forced };
}

/** Does a part of the job that may fail for reasons of the workflow: the reason is shown and the job fails. */
async function attempt<T>(
  job: JobContext,
  frame: Frame,
  record: StepRecord,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    job.record.remark(record, { level: "failure", message: error instanceof Error ? error.message : String(error) });
    fail(job, frame);
    return undefined;
  }
}

function frameOutcome(frame: Frame): "success" | "failure" {
  return frame.status === "failure" ? "failure" : "success";
}

async function environmentUrl(request: JobRequest, job: JobContext, frame: Frame): Promise<string | undefined> {
  const token = member(request.job.environment, "url");
  if (token === undefined) return undefined;
  return (
    (await attempt(job, frame, lastStep(job), async () => evaluateText(token, scopeOf(job, frame, {})))) || undefined
  );
}

/** Outputs that hold a secret are left out with a warning, as GitHub does. */
async function outputsOf(
  request: JobRequest,
  job: JobContext,
  frame: Frame,
): Promise<Readonly<Record<string, string>>> {
  const { outputs } = request.job;
  if (outputs === undefined) return {};
  const kept: Record<string, string> = {};
  const values = await attempt(job, frame, lastStep(job), async () => evaluateTexts(outputs, scopeOf(job, frame, {})));
  for (const [name, value] of Object.entries(values ?? {})) {
    if (!job.record.mask.touches(value)) kept[name] = value;
    else {
      job.record.remark(lastStep(job), {
        level: "warning",
        message: `Skip output '${name}' since it may contain secret.`,
      });
    }
  }
  return kept;
}

/** Where remarks about the job as a whole go. */
function lastStep(job: JobContext): StepRecord {
  return job.record.steps.at(-1) ?? job.record.begin("Complete job");
}
