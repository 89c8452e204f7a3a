import type { MadeCall } from "../domain/outcome.ts";

/** What the calls of a run say besides their answers. */
export interface Trace {
  /** Answers so far that said there were too many calls, repeated ones included. */
  throttled(): number;

  /**
   * Runs a piece of work, and tells which calls it made that change something.
   *
   * @returns the work's result, and the calls in the order in which they were answered
   */
  within<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly MadeCall[] }>;
}
