/** One job from queued to completed: its turn in a concurrency group, the review of its environment, a place to run, the run. */
import { evaluate, type Scope } from "./expression.ts";
import { enterEnvironment, environmentOf, waitForTurn } from "./gates.ts";
import type { Permissions } from "./host.ts";
import { executeJob } from "./job-execution.ts";
import type { Graph, Instance } from "./job-graph.ts";
import { ALL_WELL, type InstanceResult, type JobOutcome } from "./job-outcome.ts";
import { permissionsOf, readOnly } from "./permissions.ts";
import { aboutJob, jobLabel, markOf, shortened } from "./progress.ts";
import { JobRecord } from "./record.ts";
import { instanceKey, JobState } from "./run-state.ts";
import { SecretMask } from "./secrets.ts";
import type { Job, StepsJob } from "./workflow.ts";

/** GitHub's default for `timeout-minutes`, and how long a cancelled job may still take. */
const LONGEST_JOB = 360;
const CANCEL_GRACE = 5;

/** Runs it, or takes over the result of an earlier attempt. Its state is part of the run from the start. */
export async function runInstance(job: StepsJob, graph: Graph, instance: Instance): Promise<InstanceResult> {
  const { run, engine } = graph;
  const state = newState(job, graph, instance.name);
  const earlier = run.earlier.get(instanceKey(state));
  if (instance.mayReuse && earlier !== undefined) {
    run.jobs.push(earlier);
    return { outcome: "success", outputs: earlier.outputs, fresh: false };
  }
  run.jobs.push(state);
  engine.changed(run);
  const unlink = instance.cancellation.passTo(state.cancellation, () => true);
  if (instance.cancellation.requested) state.cancellation.request();
  try {
    return await go(job, { graph, instance, state });
  } catch (error) {
    // An expression of the workflow is wrong: the job fails and says so.
    return finish(graph, state, { outcome: "failure", because: (error as Error).message });
  } finally {
    unlink();
  }
}

/** Writes down a job that never started. */
export function recordUnstarted(
  job: Job,
  graph: Graph,
  end: { readonly name: string; readonly outcome: JobOutcome; readonly because?: string | undefined },
): void {
  const state = newState(job, graph, end.name);
  graph.run.jobs.push(state);
  finish(graph, state, { outcome: end.outcome, because: end.because });
}

export interface Underway {
  readonly graph: Graph;
  readonly instance: Instance;
  readonly state: JobState;
}

async function go(job: StepsJob, underway: Underway): Promise<InstanceResult> {
  const { graph, instance, state } = underway;
  const { engine, run } = graph;
  const scope: Scope = { contexts: instance.contexts, status: ALL_WELL };
  refuseUnknownRunner(job, scope);
  const leaveGroup = await waitForTurn(job.concurrency, underway, scope);
  try {
    if (leaveGroup === "cancelled") return finish(graph, state, { outcome: "cancelled" });
    const environment = environmentOf(job, scope);
    state.environment = environment;
    const entry = environment === undefined ? "approved" : await enterEnvironment(environment.name, underway);
    if (entry !== "approved") return finish(graph, state, entry);
    const slot = engine.slots.take();
    const freeSlot = await state.cancellation.orCancelled(slot);
    if (freeSlot === "cancelled") {
      void slot.then((free) => free());
      return finish(graph, state, { outcome: "cancelled" });
    }
    try {
      return await execute(job, underway);
    } finally {
      freeSlot();
    }
  } finally {
    if (leaveGroup !== "cancelled") leaveGroup();
    engine.changed(run);
  }
}

async function execute(job: StepsJob, { graph, instance, state }: Underway): Promise<InstanceResult> {
  const { engine, run } = graph;
  const environmentName = state.environment?.name;
  const scope: Scope = { contexts: instance.contexts, status: ALL_WELL };
  state.permissions = grantOf(job, graph);
  state.status = "in_progress";
  state.startedAt = engine.clock.now();
  engine.changed(run);
  engine.progress({ ...aboutJob(graph, state), state: "started", text: `▶ ${jobLabel(graph, state)}` });
  const minutes = job.timeoutMinutes === undefined ? LONGEST_JOB : Number(evaluate(job.timeoutMinutes, scope));
  const stopTimers = limitTime(minutes, { graph, state });
  const end = await executeJob({
    host: engine.host,
    limits: engine.limits,
    nodePath: engine.nodePath,
    environment: engine.environment,
    keep: engine.keep,
    run: run.facts,
    workflow: graph.workflow,
    job,
    definition: graph.definition,
    contexts: {
      ...instance.contexts,
      vars: await graph.variables(environmentName),
      secrets: await graph.secrets(environmentName),
    },
    permissions: state.permissions,
    environmentName,
    record: state.record,
    cancelled: state.cancellation.signal,
    forced: state.cancellation.forced,
    onProgress: (step) => {
      const ended = step.conclusion !== undefined;
      const text = `${markOf(step.conclusion)} ${jobLabel(graph, state)} › ${shortened(step.name)}`;
      const facts = { ...aboutJob(graph, state), kind: "step", step: step.name, conclusion: step.conclusion } as const;
      engine.progress({ ...facts, state: ended ? "ended" : "started", text });
    },
  }).finally(stopTimers);
  if (state.environment !== undefined) state.environment = { ...state.environment, url: end.environmentUrl };
  state.outputs = end.outputs;
  const tolerated = job.continueOnError !== undefined && evaluate(job.continueOnError, scope) === true;
  finish(graph, state, { outcome: end.conclusion });
  // To the rest of the run, a failure that may happen is none.
  const outcome = end.conclusion === "failure" && tolerated ? "success" : end.conclusion;
  return { outcome, outputs: end.outputs, fresh: true };
}

function finish(
  graph: Graph,
  state: JobState,
  end: { readonly outcome: JobOutcome; readonly because?: string | undefined },
): InstanceResult {
  const { engine, run } = graph;
  if (end.because !== undefined) {
    const step = state.record.begin("Set up job");
    state.record.remark(step, { level: "failure", message: end.because });
    state.record.end(step, { outcome: end.outcome, conclusion: end.outcome });
  }
  state.status = "completed";
  state.conclusion = end.outcome;
  state.completedAt = engine.clock.now();
  engine.changed(run);
  const why = end.because === undefined ? "" : `: ${end.because}`;
  const text = `${markOf(end.outcome)} ${jobLabel(graph, state)} ${end.outcome}${why}`;
  engine.progress({ ...aboutJob(graph, state), state: "ended", conclusion: end.outcome, text });
  return { outcome: end.outcome, outputs: {}, fresh: true };
}

function newState(job: Job, graph: Graph, name: string): JobState {
  const { engine, run, prefix } = graph;
  const record = new JobRecord({
    mask: new SecretMask(),
    now: engine.clock.now,
    changed: () => engine.changed(run),
  });
  return new JobState({ id: engine.nextJobId(), key: `${prefix.key}${job.id}`, name: `${prefix.name}${name}`, record });
}

/** Ends a job when its time is up, and one that was asked to end but does not. The result stops both clocks. */
function limitTime(minutes: number, { graph, state }: Pick<Underway, "graph" | "state">): () => void {
  const { limits } = graph.engine;
  const stopLimit = limits.after(minutes * 60_000, () => {
    const step = state.record.steps.at(-1);
    const message = `The job has exceeded the maximum execution time of ${minutes}m0s`;
    if (step !== undefined) state.record.remark(step, { level: "failure", message });
    state.cancellation.request();
  });
  let stopGrace = (): void => {};
  const onCancel = (): void => {
    stopGrace = limits.after(CANCEL_GRACE * 60_000, () => state.cancellation.force());
  };
  state.cancellation.signal.addEventListener("abort", onCancel, { once: true });
  return () => {
    stopLimit();
    stopGrace();
    state.cancellation.signal.removeEventListener("abort", onCancel);
  };
}

function grantOf(job: StepsJob, graph: Graph): Permissions {
  const granted = permissionsOf(job, graph.workflow, graph.ceiling);
  return graph.run.facts.occasion.fork ? readOnly(granted) : granted;
}

/** Only GitHub's Linux machines are modelled; on GitHub a label that no runner has would wait for ever. */
function refuseUnknownRunner(job: StepsJob, scope: Scope): void {
  if (job.runsOn === undefined) return;
  const labels = evaluate(job.runsOn, scope);
  for (const label of Array.isArray(labels) ? labels : [labels]) {
    if (typeof label !== "string" || !/^ubuntu-/.test(label))
      throw new Error(`no runner has the label ${JSON.stringify(label)}`);
  }
}
