/** The runner of the bed: it listens to a GitHub and executes the workflows of its repositories. */
import { basename } from "node:path";
import { type BedClock, bedClock } from "../clock.ts";
import { Approvals, type Review } from "./approvals.ts";
import { ConcurrencyGroups } from "./concurrency.ts";
import { dispatchProblems, matchWorkflows } from "./dispatch.ts";
import type { Engine, Progress } from "./engine.ts";
import type { HostEvent, JsonObject, RunnerHost, RunView } from "./host.ts";
import { Inbox } from "./inbox.ts";
import { Reporter } from "./reporter.ts";
import { RunBook } from "./run-book.ts";
import { Slots } from "./slots.ts";

export interface RunnerOptions {
  readonly host: RunnerHost;
  /** Added to the environment of every process, e.g. AWS_ENDPOINT_URL. Weaker than any `env` of a workflow. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: Progress) => void;
  /** Gives the times that are shown; a real one by default. */
  readonly clock?: BedClock;
  /** Measures `timeout-minutes`; a real one by default, since the processes of a job are real however fast the bed's clock runs. */
  readonly limits?: BedClock;
  /** File names of the workflows this runner runs (`plan.yml`); all by default. Others are reported as left out. */
  readonly workflows?: readonly string[];
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

/** Starts to listen to the host. */
export function startRunner(options: RunnerOptions): Runner {
  const { host } = options;
  const clock = options.clock ?? bedClock();
  const limits = options.limits ?? bedClock();
  const nodePath = options.nodePath ?? node24();
  const waiters = new Set<() => void>();
  const wake = (): void => {
    const woken = [...waiters];
    waiters.clear();
    for (const waiter of woken) waiter();
  };
  const inbox = new Inbox(wake);
  const failed = (error: unknown): void => void inbox.failures.push(error);
  const reporter = new Reporter(host, failed);
  let lastJob = 0;
  const engine: Engine = {
    host,
    clock,
    limits,
    nodePath,
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
  const book = new RunBook(engine, failed);
  const deliver = (event: HostEvent): Promise<void> =>
    inbox.add(() => take(event, { engine, book, workflows: options.workflows }));
  const unsubscribe = host.onEvent((event) => void deliver(event));
  const quiet = (): boolean => inbox.empty && book.quiet;

  return {
    idle: async () => {
      do {
        while (!quiet()) await new Promise<void>((resolve) => waiters.add(resolve));
        // A job that ends and the job that needs it are a few turns of the event loop apart.
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      } while (!quiet());
      await reporter.settled();
      const [failure] = inbox.failures;
      if (failure !== undefined) throw failure;
    },
    runs: () => book.views(),
    run: (id) => book.state(id).view(),
    dispatch: async ({ repository, workflow, inputs = {}, ref, actor }) => {
      const payload: JsonObject = { workflow, inputs, ...(ref !== undefined && { ref }) };
      const event: HostEvent = { name: "workflow_dispatch", repository, actor, payload };
      const problems = await dispatchProblems(event, await host.repository(repository));
      if (problems.length > 0) throw new Error(problems.join("; "));
      await deliver(event);
    },
    schedule: ({ repository, cron }) =>
      deliver({ name: "schedule", repository, actor: "github-actions[bot]", payload: { schedule: cron } }),
    deliver,
    cancel: (id) => {
      const { cancellation, status } = book.state(id);
      if (status === "completed") throw new Error(`run ${id} is completed`);
      if (cancellation.requested) cancellation.force();
      else cancellation.request();
    },
    rerun: async (id, wish) => {
      if (book.state(id).status !== "completed") throw new Error(`run ${id} is not completed`);
      await inbox.add(() => book.again(id, wish));
    },
    review: (review) => engine.approvals.review(review),
    waitingFor: (id) => engine.approvals.of(id),
    stop: async () => {
      unsubscribe();
      await inbox.done();
      await book.endAll();
      if (options.limits === undefined) limits.stop();
      if (options.clock === undefined) clock.stop();
      await reporter.settled();
    },
  };
}

/** Starts what an event starts, and tells why the rest does not. */
async function take(
  event: HostEvent,
  {
    engine,
    book,
    workflows,
  }: { readonly engine: Engine; readonly book: RunBook; readonly workflows: readonly string[] | undefined },
): Promise<void> {
  const repository = await engine.host.repository(event.repository);
  const { starts, ignored } = await matchWorkflows(event, repository);
  const nobody = { runId: undefined, workflow: undefined, job: undefined, step: undefined, conclusion: undefined };
  const ignore = (because: string): void =>
    engine.progress({ ...nobody, kind: "event", state: "ignored", text: `  ${event.name}: ${because}` });
  for (const because of ignored) ignore(because);
  for (const one of starts) {
    if (workflows?.includes(basename(one.path)) === false) ignore(`${one.path} is left out here`);
    else await book.start(one, repository);
  }
}

/** The Node that runs this, which has to be one that `using: node24` accepts. */
function node24(): string {
  const [major = "0"] = process.versions.node.split(".");
  if (Number(major) >= 24) return process.execPath;
  throw new Error(`actions need Node 24, this is ${process.versions.node}; give the runner a nodePath`);
}
