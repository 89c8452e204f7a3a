/** The runner of the bed: it listens to a GitHub and executes the workflows of its repositories. */
import { type BedClock, bedClock } from "../clock.ts";
import { Approvals, type Review } from "./approvals.ts";
import { ConcurrencyGroups } from "./concurrency.ts";
import { dispatchProblems, matchWorkflows, type Start } from "./dispatch.ts";
import type { Engine, Progress } from "./engine.ts";
import type { RunFacts } from "./github-context.ts";
import type { HostEvent, HostRepository, JsonObject, RunnerHost, RunView } from "./host.ts";
import { Reporter } from "./reporter.ts";
import { beginRun, performRun } from "./run.ts";
import { instanceKey, type JobState, type RunState } from "./run-state.ts";
import { Slots } from "./slots.ts";
import type { ReadWorkflow } from "./workflow.ts";

export interface RunnerOptions {
  readonly host: RunnerHost;
  /** Added to the environment of every process, e.g. AWS_ENDPOINT_URL. Weaker than any `env` of a workflow. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: Progress) => void;
  /** Time limits are measured with it; a real one by default. */
  readonly clock?: BedClock;
  /** A Node 24 binary; by default the one that runs this. */
  readonly nodePath?: string;
  /** Keep the folders of jobs after their end. */
  readonly keep?: boolean;
  /** Jobs at the same time; 10 by default. */
  readonly maxJobs?: number;
}

export interface Dispatch {
  readonly repository: string;
  /** File name (`restore.yml`) or path of the workflow. */
  readonly workflow: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Branch or tag; the default branch if absent. */
  readonly ref?: string;
  readonly actor: string;
}

export interface Runner {
  /** Resolves when nothing can go on by itself: all runs ended, or wait for a review. Rejects if the bed itself failed. */
  idle(): Promise<void>;
  /** All runs, oldest first, each in its newest attempt. */
  runs(): readonly RunView[];
  /** The run with an id; throws if there is none. */
  run(id: number): RunView;
  /** Starts a workflow by hand. Throws with GitHub's reasons if it would refuse. */
  dispatch(request: Dispatch): Promise<void>;
  /** Lets the workflows with this cron expression happen now. */
  schedule(request: { readonly repository: string; readonly cron: string }): Promise<void>;
  /** Hands over an event as the host would; resolves when its runs have started. */
  deliver(event: HostEvent): Promise<void>;
  /** Cancels a run: steps get SIGINT, `always()` still runs. A second time, nothing is spared. */
  cancel(runId: number): void;
  /** Runs a completed run again: all of it, or what did not succeed together with what depends on it. */
  rerun(runId: number, options: { readonly jobs: "all" | "failed"; readonly actor: string }): Promise<void>;
  /** Decides about an environment that a run waits for. */
  review(review: Review): void;
  /** The environments a run waits for. */
  waitingFor(runId: number): readonly string[];
  /** Listens no more, ends everything that runs and resolves when it is gone. */
  stop(): Promise<void>;
}

interface Known {
  readonly read: ReadWorkflow;
  state: RunState;
  done: Promise<void>;
}

/** Starts to listen to the host. */
export function startRunner(options: RunnerOptions): Runner {
  const { host } = options;
  const clock = options.clock ?? bedClock();
  const known = new Map<number, Known>();
  const numbers = new Map<string, number>();
  const events = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const waiter of waiters) waiter();
  };
  const reporter = new Reporter(host, (error) => failures.push(error));
  let lastJob = 0;
  let lastRun = 1000;
  const engine: Engine = {
    host,
    clock,
    nodePath: options.nodePath ?? process.execPath,
    environment: options.environment ?? {},
    keep: options.keep ?? false,
    concurrency: new ConcurrencyGroups(),
    approvals: new Approvals(),
    slots: new Slots(options.maxJobs ?? 10),
    nextJobId: () => {
      lastJob += 1;
      return lastJob;
    },
    changed: (run) => {
      reporter.changed(run);
      wake();
    },
    progress: (progress) => options.onProgress?.({ at: clock.now(), ...progress }),
  };

  const track = (work: Promise<void>): Promise<void> => {
    const tracked = work
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        events.delete(tracked);
        wake();
      });
    events.add(tracked);
    return tracked;
  };
  const perform = (run: RunState, read: ReadWorkflow): Promise<void> =>
    performRun(engine, run, read)
      .catch((error: unknown) => void failures.push(error))
      .finally(wake);

  const start = async ({ path, read, occasion }: Start, repository: HostRepository): Promise<void> => {
    const counter = `${repository.fullName}/${path}`;
    const number = (numbers.get(counter) ?? 0) + 1;
    numbers.set(counter, number);
    lastRun += 1;
    const facts: RunFacts = {
      id: lastRun,
      number,
      attempt: 1,
      occasion,
      repository,
      workflowName: read.kind === "workflow" ? read.workflow.name : path,
      workflowPath: path,
      triggeringActor: occasion.event.actor,
      actorId: await host.userId(occasion.event.actor),
    };
    const state = await beginRun(engine, read, { facts });
    known.set(facts.id, { read, state, done: perform(state, read) });
  };
  const deliver = async (event: HostEvent): Promise<void> => {
    const repository = await host.repository(event.repository);
    const { starts, ignored } = await matchWorkflows(event, repository);
    const about = {
      runId: undefined,
      workflow: undefined,
      job: undefined,
      step: undefined,
      conclusion: undefined,
    } as const;
    for (const because of ignored) {
      engine.progress({ ...about, kind: "event", state: "ignored", text: `  ${event.name}: ${because}` });
    }
    for (const one of starts) await start(one, repository);
  };
  const unsubscribe = host.onEvent((event) => void track(deliver(event)));
  const get = (id: number): Known => {
    const found = known.get(id);
    if (found === undefined) throw new Error(`there is no run ${id}`);
    return found;
  };
  const quiet = (): boolean =>
    events.size === 0 && [...known.values()].every(({ state }) => state.status === "completed" || state.stalled);

  return {
    idle: async () => {
      while (!quiet()) await new Promise<void>((resolve) => waiters.add(resolve)).finally(() => waiters.clear());
      await reporter.settled();
      const [failure] = failures;
      if (failure !== undefined) throw failure;
    },
    runs: () => [...known.values()].map(({ state }) => state.view()),
    run: (id) => get(id).state.view(),
    dispatch: async ({ repository, workflow, inputs = {}, ref, actor }) => {
      const payload: JsonObject = { workflow, inputs, ...(ref !== undefined && { ref }) };
      const event: HostEvent = { name: "workflow_dispatch", repository, actor, payload };
      const problems = await dispatchProblems(event, await host.repository(repository));
      if (problems.length > 0) throw new Error(problems.join("; "));
      await track(deliver(event));
    },
    schedule: ({ repository, cron }) =>
      track(deliver({ name: "schedule", repository, actor: "github-actions[bot]", payload: { schedule: cron } })),
    deliver: (event) => track(deliver(event)),
    cancel: (id) => {
      const { cancellation, status } = get(id).state;
      if (status === "completed") throw new Error(`run ${id} is completed`);
      if (cancellation.requested) cancellation.force();
      else cancellation.request();
    },
    rerun: async (id, { jobs, actor }) => {
      const run = get(id);
      const { state, read } = run;
      if (state.status !== "completed") throw new Error(`run ${id} is not completed`);
      const earlier = jobs === "all" ? new Map<string, JobState>() : finishedWell(state);
      const facts = { ...state.facts, attempt: state.facts.attempt + 1, triggeringActor: actor };
      run.state = await beginRun(engine, read, { facts, earlier });
      run.done = perform(run.state, read);
    },
    review: (review) => engine.approvals.review(review),
    waitingFor: (id) => engine.approvals.of(id),
    stop: async () => {
      unsubscribe();
      await Promise.all(events);
      for (const { state } of known.values()) if (state.status !== "completed") state.cancellation.force();
      await Promise.all([...known.values()].map(({ done }) => done));
      await reporter.settled();
    },
  };
}

function finishedWell(run: RunState): ReadonlyMap<string, JobState> {
  return new Map(run.jobs.filter((job) => job.conclusion === "success").map((job) => [instanceKey(job), job]));
}
