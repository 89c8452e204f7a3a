/** What a job leaves: its outputs and the url of its environment. Trouble in their expressions fails the job and is shown. */
import { evaluateText, evaluateTexts } from "./expression.ts";
import { type Frame, type JobContext, scopeOf } from "./job-context.ts";
import type { JobRequest } from "./job-setup.ts";
import type { StepRecord } from "./record.ts";
import { fail } from "./steps.ts";
import { member } from "./workflow.ts";

/** The evaluated `environment.url`. */
export async function environmentUrl(request: JobRequest, job: JobContext, frame: Frame): Promise<string | undefined> {
  const token = member(request.job.environment, "url");
  if (token === undefined) return undefined;
  return (
    (await attempt(job, frame, lastStep(job), async () => evaluateText(token, scopeOf(job, frame, {})))) || undefined
  );
}

/** Outputs that hold a secret are left out with a warning, as GitHub does. */
export async function outputsOf(
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

/** Does a part of the job that may fail for reasons of the workflow: the reason is shown and the job fails. */
export async function attempt<T>(
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

/** Where remarks about the job as a whole go. */
function lastStep(job: JobContext): StepRecord {
  return job.record.steps.at(-1) ?? job.record.begin("Complete job");
}
