/** One run of a workflow: made from an event, waits for its turn, runs its jobs, concludes. */
import { type CalledWorkflows, loadCalled } from "./called-workflows.ts";
import type { Engine } from "./engine.ts";
import { evaluateText, type Scope } from "./expression.ts";
import { readConcurrency } from "./gates.ts";
import { githubContext, type RunFacts } from "./github-context.ts";
import type { Conclusion, JsonObject } from "./host.ts";
import { readInputs } from "./inputs.ts";
import { runGraph } from "./job-graph.ts";
import { ALL_WELL, type JobOutcome } from "./job-outcome.ts";
import { at, textAt } from "./payload.ts";
import { markOf } from "./progress.ts";
import { type JobState, RunState } from "./run-state.ts";
import type { ReadWorkflow, Workflow } from "./workflow.ts";

/** Makes the state of a run. A workflow file that cannot be read gives a run that has already failed, as on GitHub. */
export async function beginRun(
  engine: Engine,
  read: ReadWorkflow,
  { facts, earlier }: { readonly facts: RunFacts; readonly earlier?: ReadonlyMap<string, JobState> },
): Promise<RunState> {
  const begun = { startedAt: engine.clock.now(), ...(earlier !== undefined && { earlier }) };
  if (read.kind === "invalid") {
    const run = new RunState(facts, { title: facts.workflowPath, ...begun });
    run.problem = read.problems
      .map(({ line, message }) => `${facts.workflowPath} (Line: ${line ?? "?"}): ${message}`)
      .join("\n");
    return run;
  }
  const { workflow } = read;
  const inputs = dispatchInputs(workflow, facts);
  const contexts: JsonObject = {
    github: githubContext(facts, engine.host),
    inputs: inputs.kind === "inputs" ? inputs.inputs : {},
    vars: await engine.host.variables(facts.repository.fullName, undefined),
  };
  const problems = inputs.kind === "refused" ? [...inputs.problems] : [];
  let title = defaultTitle(facts);
  try {
    const scope: Scope = { contexts, status: ALL_WELL };
    if (workflow.runName !== undefined) title = evaluateText(workflow.runName, scope) || title;
    // Asked for again when its turn comes; here only to say early that it is wrong.
    if (workflow.concurrency !== undefined) readConcurrency(workflow.concurrency, scope, facts.repository.fullName);
  } catch (error) {
    problems.push((error as Error).message);
  }
  const run = new RunState(facts, { title, ...begun });
  if (problems.length > 0) run.problem = problems.join("\n");
  return run;
}

/** Runs it to its end. Throws only for a bug of the bed or of the host. */
export async function performRun(engine: Engine, run: RunState, read: ReadWorkflow): Promise<void> {
  announce(engine, run, "started", `▷ ${label(run)}: ${run.title}`);
  if (run.problem !== undefined || read.kind === "invalid") return conclude(engine, run, "startup_failure");
  const { workflow } = read;
  const { facts } = run;
  const { repository, occasion } = facts;
  const definition = { repository, sha: occasion.workflowSha, ref: occasion.workflowRef };
  const called = await loadCalled(workflow, definition).catch((error: Error) => error);
  if (called instanceof Error) {
    run.problem = called.message;
    return conclude(engine, run, "startup_failure");
  }
  const inputs = dispatchInputs(workflow, facts);
  const contexts: JsonObject = {
    github: githubContext(facts, engine.host),
    inputs: inputs.kind === "inputs" ? inputs.inputs : {},
    vars: await engine.host.variables(repository.fullName, undefined),
  };
  const leave = await turnOf(engine, run, { workflow, scope: { contexts, status: ALL_WELL } });
  if (leave === "cancelled") return conclude(engine, run, "cancelled");
  try {
    run.status = "in_progress";
    engine.changed(run);
    const outcome = await runJobs(engine, run, { workflow, called, contexts });
    conclude(engine, run, outcome);
  } finally {
    leave();
  }
}

/** Ends a run that a bug of the bed or of the host has broken, so that nobody waits for it. */
export function abandonRun(engine: Engine, run: RunState, error: unknown): void {
  run.problem = `the bed failed: ${error instanceof Error ? error.message : String(error)}`;
  run.cancellation.force();
  conclude(engine, run, "failure");
}

async function runJobs(
  engine: Engine,
  run: RunState,
  given: { readonly workflow: Workflow; readonly called: CalledWorkflows; readonly contexts: JsonObject },
): Promise<JobOutcome> {
  const { repository, occasion } = run.facts;
  const { host } = engine;
  const { outcome } = await runGraph({
    engine,
    run,
    workflow: given.workflow,
    called: given.called,
    definition: { repository, sha: occasion.workflowSha, ref: occasion.workflowRef },
    github: given.contexts.github as JsonObject,
    inputs: given.contexts.inputs as JsonObject,
    variables: (environment) => host.variables(repository.fullName, environment),
    // A pull request from a fork has no secrets at all.
    secrets: async (environment) => (occasion.fork ? {} : host.secrets(repository.fullName, environment)),
    prefix: { key: "", name: "" },
    ceiling: undefined,
    cancellation: run.cancellation,
  });
  return run.cancellation.requested && outcome !== "failure" ? "cancelled" : outcome;
}

/** Waits for the run's turn in the concurrency group of its workflow. */
async function turnOf(
  engine: Engine,
  run: RunState,
  { workflow, scope }: { readonly workflow: Workflow; readonly scope: Scope },
): Promise<(() => void) | "cancelled"> {
  if (workflow.concurrency === undefined) return () => {};
  run.status = "pending";
  engine.changed(run);
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = engine.concurrency.enter({
    ...readConcurrency(workflow.concurrency, scope, run.facts.repository.fullName),
    granted: () => {
      run.status = "queued";
      resolve();
    },
    superseded: () => run.cancellation.request(),
    cancel: () => run.cancellation.request(),
  });
  const turn = await run.cancellation.orCancelled(promise);
  if (turn !== "cancelled") return leave;
  leave();
  return "cancelled";
}

function conclude(engine: Engine, run: RunState, conclusion: Conclusion): void {
  run.status = "completed";
  run.conclusion = conclusion;
  run.completedAt = engine.clock.now();
  engine.changed(run);
  const why = run.problem === undefined ? "" : `: ${run.problem}`;
  announce(engine, run, "ended", `${markOf(conclusion)} ${label(run)} ${conclusion}${why}`);
}

function dispatchInputs(workflow: Workflow, facts: RunFacts): ReturnType<typeof readInputs> {
  if (facts.occasion.event.name !== "workflow_dispatch") return { kind: "inputs", inputs: {} };
  const given = (at(facts.occasion.event.payload, "inputs") ?? {}) as JsonObject;
  return readInputs(workflow.on.get("workflow_dispatch"), given, { contexts: {}, status: ALL_WELL });
}

/** As GitHub names runs without `run-name`: the title of the pull request, the commit's first line, else the workflow. */
function defaultTitle({ occasion, workflowName }: RunFacts): string {
  const { payload } = occasion.event;
  const title = textAt(payload, "pull_request", "title") || textAt(payload, "issue", "title");
  return title || textAt(payload, "head_commit", "message").split("\n", 1)[0] || workflowName;
}

function label({ facts }: RunState): string {
  const again = facts.attempt > 1 ? ` (attempt ${facts.attempt})` : "";
  return `${facts.workflowName} #${facts.number}${again} on ${facts.occasion.event.name}`;
}

function announce(engine: Engine, run: RunState, state: "started" | "ended", text: string): void {
  const { facts, conclusion } = run;
  const about = { runId: facts.id, workflow: facts.workflowName, job: undefined, step: undefined };
  engine.progress({ ...about, kind: "run", state, conclusion, text });
}
