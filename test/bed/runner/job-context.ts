/** Everything the steps of one job share while it runs. */
import type { BedClock } from "../clock.ts";
import type { Scope } from "./expression.ts";
import { hashFiles } from "./hash-files.ts";
import type { HostRepository, Json, JsonObject, RunnerHost } from "./host.ts";
import type { Machine } from "./machine.ts";
import type { JobRecord, StepRecord } from "./record.ts";

export type JobStatus = "success" | "failure" | "cancelled";

export interface JobContext {
  readonly host: RunnerHost;
  readonly repository: HostRepository;
  /** Measures time limits. */
  readonly limits: BedClock;
  readonly machine: Machine;
  readonly nodePath: string;
  readonly token: string;
  readonly record: JobRecord;
  /** The `github` context without the parts that belong to a step. */
  readonly github: JsonObject;
  /** The contexts that stay the same for the whole job: vars, secrets, strategy, matrix, needs, runner. */
  readonly contexts: JsonObject;
  /** The machine's environment and the bed's own additions, weaker than any `env` of the workflow. */
  readonly baseEnvironment: Readonly<Record<string, string>>;
  /** `GITHUB_*` and `RUNNER_*`, which nothing in a workflow can replace. */
  readonly fixedEnvironment: Readonly<Record<string, string>>;
  /** The `env` of workflow and job, changed through GITHUB_ENV. */
  readonly env: Map<string, string>;
  /** Folders added through GITHUB_PATH, first searched first. */
  readonly path: string[];
  readonly posts: PostStep[];
  /** The commit whose files `$/…` means. */
  readonly definition: { readonly repository: HostRepository; readonly sha: string };
  /** Aborted when the job is cancelled or its time is up: what is not `always()` ends. */
  readonly cancelled: AbortSignal;
  /** Aborted when a cancelled job has not ended in good time: everything ends. */
  readonly forced: AbortSignal;
  /** Success until a step fails; cancellation wins over both. */
  status: JobStatus;
  /** The `job` context but for its status. */
  readonly jobFacts: JsonObject;
  /** What actions saved through GITHUB_STATE, by the step that uses them: shared by their pre, main and post. */
  readonly states: Map<object, Map<string, string>>;
  readonly onProgress: (step: StepRecord) => void;
}

/** Work that an action registered for the end of the job, run in reverse order. */
export interface PostStep {
  readonly name: string;
  /** `post-if` of the action. */
  readonly condition: string;
  readonly frame: Frame;
  readonly run: (execution: StepExecution) => Promise<"success" | "failure">;
}

/** One level of steps: those of the job, or those of a composite action. */
export interface Frame {
  readonly kind: "job" | "composite";
  readonly steps: Record<string, Json>;
  readonly inputs: JsonObject;
  /** `env` that a composite action inherits from the step that uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the composite action. */
  readonly actionPath: string | undefined;
  readonly defaults: { readonly shell: string | undefined; readonly workingDirectory: string | undefined };
  status: JobStatus;
}

/** One step under way. */
export interface StepExecution {
  readonly job: JobContext;
  readonly frame: Frame;
  readonly record: StepRecord;
  /** The id as `GITHUB_ACTION` shows it. */
  readonly id: string;
  /** `env` of the step, evaluated. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted on cancellation or timeout. */
  readonly signal: AbortSignal;
}

/** What expressions of a step can see. */
export function scopeOf(job: JobContext, frame: Frame, stepEnv: Readonly<Record<string, string>>): Scope {
  const github: JsonObject = {
    ...job.github,
    ...(frame.actionPath !== undefined && { action_path: frame.actionPath }),
  };
  const status = job.status === "cancelled" ? "cancelled" : frame.status;
  return {
    contexts: {
      ...job.contexts,
      github,
      env: { ...Object.fromEntries(job.env), ...frame.env, ...stepEnv },
      steps: frame.steps,
      inputs: frame.inputs,
      job: { ...job.jobFacts, status: job.status },
    },
    status: { success: status === "success", failure: status === "failure", cancelled: status === "cancelled" },
    hashFiles: (patterns) => hashFiles(job.machine.workspace, patterns),
  };
}
