/** All runs of a runner: begins them, begins them again, and knows when nothing moves. */
import type { Start } from "./dispatch.ts";
import type { Engine } from "./engine.ts";
import type { RunFacts } from "./github-context.ts";
import type { HostRepository, RunView } from "./host.ts";
import { abandonRun, beginRun, performRun } from "./run.ts";
import { instanceKey, type JobState, type RunState } from "./run-state.ts";
import type { ReadWorkflow } from "./workflow.ts";

interface Entry {
  readonly read: ReadWorkflow;
  state: RunState;
  done: Promise<void>;
}

export class RunBook {
  readonly #engine: Engine;
  readonly #failed: (error: unknown) => void;
  readonly #entries = new Map<number, Entry>();

  /** `failed` hears of bugs of the bed; the run they broke ends as a failure. */
  constructor(engine: Engine, failed: (error: unknown) => void) {
    this.#engine = engine;
    this.#failed = failed;
  }

  /** Begins a run; it goes on by itself. */
  async start({ path, read, occasion }: Start, repository: HostRepository): Promise<void> {
    const { host } = this.#engine;
    const { event, headSha, headBranch } = occasion;
    const workflow = read.kind === "workflow" ? read.workflow.name : path;
    const start = { repository: repository.fullName, path, workflow, event, headSha, headBranch };
    const { id, number } = await host.startRun(start);
    const facts: RunFacts = {
      id,
      number,
      attempt: 1,
      occasion,
      repository,
      workflowName: workflow,
      workflowPath: path,
      triggeringActor: event.actor,
      actorId: await host.userId(event.actor),
    };
    const state = await beginRun(this.#engine, read, { facts });
    this.#entries.set(id, { read, state, done: this.#perform(state, read) });
  }

  /** Begins a completed run again, keeping what went well if only the failed jobs are wanted. */
  async again(id: number, options: { readonly jobs: "all" | "failed"; readonly actor: string }): Promise<void> {
    const { state, read } = this.#entry(id);
    const kept = options.jobs === "all" ? [] : state.jobs.filter((job) => job.conclusion === "success");
    const earlier = new Map<string, JobState>(kept.map((job) => [instanceKey(job), job]));
    const facts = { ...state.facts, attempt: state.facts.attempt + 1, triggeringActor: options.actor };
    const next = await beginRun(this.#engine, read, { facts, earlier });
    this.#entries.set(id, { read, state: next, done: this.#perform(next, read) });
  }

  /** The state of a run; throws if there is none with this id. */
  state(id: number): RunState {
    return this.#entry(id).state;
  }

  /** Oldest first, each in its newest attempt. */
  views(): readonly RunView[] {
    return [...this.#entries.values()].map(({ state }) => state.view());
  }

  /** Whether every run has ended or can go on only if somebody decides. */
  get quiet(): boolean {
    return [...this.#entries.values()].every(({ state }) => state.status === "completed" || state.stalled);
  }

  /** Ends everything that runs and resolves when it is gone. */
  async endAll(): Promise<void> {
    for (const { state } of this.#entries.values()) if (state.status !== "completed") state.cancellation.force();
    await Promise.all([...this.#entries.values()].map(({ done }) => done));
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`there is no run ${id}`);
    return entry;
  }

  async #perform(run: RunState, read: ReadWorkflow): Promise<void> {
    try {
      await performRun(this.#engine, run, read);
    } catch (error) {
      this.#failed(error);
      abandonRun(this.#engine, run, error);
    }
  }
}
