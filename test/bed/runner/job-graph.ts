/** The jobs of one workflow file: each starts when those it needs have ended, if its condition holds. */
import { isBasicExpression } from "@actions/workflow-parser/templates/tokens/type-guards";
import { runCall } from "./call-job.ts";
import type { CalledWorkflows } from "./called-workflows.ts";
import { Cancellation } from "./cancellation.ts";
import type { Engine } from "./engine.ts";
import { evaluateText, holds, type Scope } from "./expression.ts";
import type { HostRepository, JsonObject, Permissions } from "./host.ts";
import { recordUnstarted, runInstance } from "./job-instance.ts";
import {
  ALL_WELL,
  combined,
  type InstanceResult,
  type JobOutcome,
  type JobResult,
  resultsContext,
  statusOf,
  worst,
} from "./job-outcome.ts";
import { expand, instanceLabel, type Strategy } from "./matrix.ts";
import type { RunState } from "./run-state.ts";
import type { Job, Workflow } from "./workflow.ts";

export interface Graph {
  readonly engine: Engine;
  readonly run: RunState;
  readonly workflow: Workflow;
  readonly called: CalledWorkflows;
  /** The commit that defines the workflow. */
  readonly definition: { readonly repository: HostRepository; readonly sha: string; readonly ref: string };
  /** The `github` context without job and token. */
  readonly github: JsonObject;
  readonly inputs: JsonObject;
  readonly variables: (environment: string | undefined) => Promise<Readonly<Record<string, string>>>;
  /** Secrets by environment; a called workflow has those that its caller passes. */
  readonly secrets: (environment: string | undefined) => Promise<Readonly<Record<string, string>>>;
  /** Put before keys and names of the jobs of a called workflow. */
  readonly prefix: { readonly key: string; readonly name: string };
  /** What the calling job may do; `undefined` at the top. */
  readonly ceiling: Permissions | undefined;
  readonly cancellation: Cancellation;
}

/** One of the jobs that a matrix makes of a job. */
export interface Instance {
  readonly name: string;
  /** github, inputs, vars, needs, strategy, matrix */
  readonly contexts: JsonObject;
  readonly cancellation: Cancellation;
  /** Nothing above it ran again, so a good result of an earlier attempt still counts. */
  readonly mayReuse: boolean;
}

export interface GraphResult {
  readonly outcome: JobOutcome;
  readonly jobs: ReadonlyMap<string, JobResult>;
  readonly fresh: boolean;
}

/** Runs all jobs of the workflow. The outcome is the worst of theirs; `skipped` if every one was. */
export async function runGraph(graph: Graph): Promise<GraphResult> {
  const started = new Map<string, Promise<JobResult>>();
  const start = (job: Job): Promise<JobResult> => {
    const running = started.get(job.id) ?? runJob(job, graph, (id) => start(jobNamed(graph.workflow, id)));
    started.set(job.id, running);
    return running;
  };
  const results = await Promise.all(graph.workflow.jobs.map(start));
  return {
    outcome: worst(results.map(({ outcome }) => outcome)),
    jobs: new Map(graph.workflow.jobs.map((job, index) => [job.id, results[index] as JobResult])),
    fresh: results.some(({ fresh }) => fresh),
  };
}

function jobNamed(workflow: Workflow, id: string): Job {
  const job = workflow.jobs.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
  if (job === undefined) throw new Error(`${workflow.path} has no job ${id}`);
  return job;
}

async function runJob(job: Job, graph: Graph, resultOf: (id: string) => Promise<JobResult>): Promise<JobResult> {
  const needs = new Map<string, JobResult>();
  for (const id of job.needs) needs.set(id, await resultOf(id));
  const ancestors = new Map([...needs].flatMap(([id, needed]) => [...needed.ancestors, [id, needed] as const]));
  const contexts: JsonObject = {
    github: graph.github,
    inputs: graph.inputs,
    needs: resultsContext(needs),
    vars: await graph.variables(undefined),
  };
  const scope = (): Scope => ({ contexts, status: statusOf(ancestors, graph.cancellation) });
  const applies = (): boolean => holds(job.condition, scope());
  const unstarted = (outcome: JobOutcome, because?: string): JobResult => {
    recordUnstarted(job, graph, { name: plainName(job, scope()), outcome, because });
    return { outcome, outputs: {}, ancestors, fresh: outcome === "failure" };
  };
  let strategy: Strategy;
  try {
    // Cancelled before its turn counts as cancelled; a condition that does not hold, as skipped.
    if (!applies()) return unstarted(graph.cancellation.requested ? "cancelled" : "skipped");
    strategy = expand(job.strategy, scope());
  } catch (error) {
    return unstarted("failure", (error as Error).message);
  }
  const mayReuse = ![...needs.values()].some(({ fresh }) => fresh);
  const results = await runInstances(job, graph, { contexts, strategy, applies, mayReuse });
  return combined(results, ancestors);
}

async function runInstances(
  job: Job,
  graph: Graph,
  given: {
    readonly contexts: JsonObject;
    readonly strategy: Strategy;
    readonly applies: () => boolean;
    readonly mayReuse: boolean;
  },
): Promise<readonly InstanceResult[]> {
  const { strategy } = given;
  const cancellations = strategy.instances.map(() => new Cancellation());
  // While a job runs, a cancelled run asks its condition again: `if: always()` lets it go on.
  const unlink = cancellations.map((own) => graph.cancellation.passTo(own, () => !given.applies()));
  const results = await inOrder(strategy.instances, strategy.maxParallel, async (matrix, index) => {
    const cancellation = cancellations[index] ?? graph.cancellation;
    const contexts = { ...given.contexts, ...strategyContexts(strategy, index) };
    let result: InstanceResult;
    try {
      const name = instanceName(job, { contexts, matrix: strategy.hasMatrix ? matrix : undefined });
      const instance: Instance = { name, contexts, cancellation, mayReuse: given.mayReuse };
      result = await (job.kind === "steps" ? runInstance(job, graph, instance) : runCall(job, graph, instance));
    } catch (error) {
      // A name, input or output of the job cannot be evaluated.
      const because = (error as Error).message;
      recordUnstarted(job, graph, { name: writtenName(job), outcome: "failure", because });
      result = { outcome: "failure", outputs: {}, fresh: true };
    }
    if (result.outcome === "failure" && strategy.failFast) {
      for (const other of cancellations) if (other !== cancellation) other.request();
    }
    return result;
  });
  for (const end of unlink) end();
  return results;
}

/** Runs at most so many at a time, started in their order. */
async function inOrder<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

function strategyContexts(strategy: Strategy, index: number): JsonObject {
  return {
    matrix: strategy.hasMatrix ? (strategy.instances[index] ?? null) : null,
    strategy: {
      "fail-fast": strategy.failFast,
      "job-index": index,
      "job-total": strategy.instances.length,
      "max-parallel": strategy.maxParallel,
    },
  };
}

/** The name of a job that never got as far as its matrix; values of it stay expressions, as on GitHub. */
function plainName(job: Job, scope: Scope): string {
  const written = writtenName(job);
  if (job.name === undefined || /\b(matrix|strategy)\b/.test(written)) return written;
  try {
    return evaluateText(job.name, scope);
  } catch {
    // The job does not run; its name as written says which one it is.
    return written;
  }
}

function writtenName(job: Job): string {
  if (job.name === undefined) return job.id;
  return (isBasicExpression(job.name) ? job.name.source : undefined) ?? job.name.toString();
}

/** The evaluated `name`; without an expression in it, the matrix values follow in parentheses. */
function instanceName(
  job: Job,
  { contexts, matrix }: { readonly contexts: JsonObject; readonly matrix: JsonObject | undefined },
): string {
  const label = matrix === undefined ? "" : ` ${instanceLabel(matrix)}`;
  if (job.name === undefined) return `${job.id}${label}`;
  const name = evaluateText(job.name, { contexts, status: ALL_WELL });
  return job.name.isExpression ? name : `${name}${label}`;
}
