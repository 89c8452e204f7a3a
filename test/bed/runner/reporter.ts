/** Tells the host about runs: one report at a time per run, always the newest state, and the last one for certain. */
import type { RunnerHost } from "./host.ts";
import type { RunState } from "./run-state.ts";

export class Reporter {
  readonly #host: RunnerHost;
  readonly #failed: (error: unknown) => void;
  readonly #due = new Set<RunState>();
  readonly #busy = new Map<RunState, Promise<void>>();

  constructor(host: RunnerHost, failed: (error: unknown) => void) {
    this.#host = host;
    this.#failed = failed;
  }

  changed(run: RunState): void {
    this.#due.add(run);
    if (!this.#busy.has(run)) this.#busy.set(run, this.#send(run));
  }

  /** Resolves once everything so far is told. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  async #send(run: RunState): Promise<void> {
    // Changes of the same moment are one report.
    await Promise.resolve();
    try {
      while (this.#due.delete(run)) await this.#host.report(run.view());
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy.delete(run);
    }
  }
}
