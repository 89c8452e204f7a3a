/** The state of a run and its jobs while they happen, and the view of it that others get. */
import { Cancellation } from "./cancellation.ts";
import type { RunFacts } from "./github-context.ts";
import type { Conclusion, JobView, Permissions, RunView, Status } from "./host.ts";
import type { JobRecord } from "./record.ts";

export class JobState {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly record: JobRecord;
  readonly cancellation = new Cancellation();
  status: Status = "queued";
  conclusion: Conclusion | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  outputs: Readonly<Record<string, string>> = {};
  permissions: Permissions = {};
  environment: JobView["environment"];

  constructor(facts: { readonly id: number; readonly key: string; readonly name: string; readonly record: JobRecord }) {
    this.id = facts.id;
    this.key = facts.key;
    this.name = facts.name;
    this.record = facts.record;
  }

  view(): JobView {
    const { id, key, name, status, conclusion, startedAt, completedAt, outputs, permissions, environment, record } =
      this;
    const steps = record.steps.map((step) => step.view());
    return {
      id,
      key,
      name,
      status,
      conclusion,
      startedAt,
      completedAt,
      steps,
      outputs,
      summary: record.summaries.join("\n\n"),
      annotations: [...record.annotations],
      environment,
      permissions,
      log: steps.map((step) => `${step.name}\n${step.log}`).join("\n"),
    };
  }
}

export class RunState {
  readonly facts: RunFacts;
  readonly title: string;
  readonly startedAt: number;
  readonly cancellation = new Cancellation();
  /** Jobs in the order in which they came to be. */
  readonly jobs: JobState[] = [];
  /** What an earlier attempt finished well, by key and name of the job; empty for a first attempt. */
  readonly earlier: ReadonlyMap<string, JobState>;
  status: Status = "queued";
  conclusion: Conclusion | undefined;
  completedAt: number | undefined;
  problem: string | undefined;

  constructor(
    facts: RunFacts,
    begun: { readonly title: string; readonly startedAt: number; readonly earlier?: ReadonlyMap<string, JobState> },
  ) {
    this.facts = facts;
    this.title = begun.title;
    this.startedAt = begun.startedAt;
    this.earlier = begun.earlier ?? new Map();
  }

  /** Whether it can go on only if somebody approves, or a run in its group ends. */
  get stalled(): boolean {
    if (this.cancellation.requested) return false;
    if (this.status === "pending") return true;
    const open = this.jobs.filter((job) => job.status !== "completed");
    const waits = (job: JobState): boolean =>
      (job.status === "waiting" || job.status === "pending") && !job.cancellation.requested;
    return open.length > 0 && open.every(waits);
  }

  view(): RunView {
    const { facts, title, conclusion, startedAt, completedAt, problem } = this;
    const { occasion } = facts;
    const waiting = this.status === "in_progress" && this.stalled && this.jobs.some((job) => job.status === "waiting");
    return {
      id: facts.id,
      attempt: facts.attempt,
      number: facts.number,
      repository: facts.repository.fullName,
      path: facts.workflowPath,
      workflow: facts.workflowName,
      title,
      event: occasion.event,
      ref: occasion.ref,
      sha: occasion.sha,
      headSha: occasion.headSha,
      headBranch: occasion.headBranch,
      triggeringActor: facts.triggeringActor,
      status: waiting ? "waiting" : this.status,
      conclusion,
      startedAt,
      completedAt,
      jobs: this.jobs.map((job) => job.view()),
      problem,
    };
  }
}

/** Under which an instance of a job is found again in a later attempt. */
export function instanceKey(job: { readonly key: string; readonly name: string }): string {
  return `${job.key}\n${job.name}`;
}
