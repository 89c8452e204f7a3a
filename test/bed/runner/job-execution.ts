/** Runs one job on a machine of its own: set-up, steps, post steps, outputs. */
import { holdsAsWritten } from "./expression.ts";
import { type Frame, type JobContext, type StepExecution, scopeOf } from "./job-context.ts";
import { attempt, environmentUrl, outputsOf } from "./job-results.ts";
import { applyEnvironment, type JobRequest, jobFrame, prepareJob } from "./job-setup.ts";
import { makeMachine, removeMachine } from "./machine.ts";
import { at } from "./payload.ts";
import type { StepRecord } from "./record.ts";
import { fail, runSteps, stepName } from "./steps.ts";
import { runPre } from "./uses-step.ts";

export interface JobEnd {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly outputs: Readonly<Record<string, string>>;
  readonly environmentUrl: string | undefined;
}

/** Runs the job to its end; throws only for a bug of the bed. */
export async function executeJob(request: JobRequest): Promise<JobEnd> {
  const { host, record, run, permissions } = request;
  const setup = record.begin("Set up job");
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
    const job = await prepareJob(request, { machine, token });
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

function frameOutcome(frame: Frame): "success" | "failure" {
  return frame.status === "failure" ? "failure" : "success";
}
