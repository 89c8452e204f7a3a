/** One call that changed something, as AWS can find it again: CloudTrail and AWS Support ask for the request id. */
export interface TracedCall {
  /** ISO 8601. */
  readonly at: string;
  /** `ExecuteChangeSet` */
  readonly operation: string;
  readonly requestId: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

/** What the calls of a run say besides their answers. */
export interface Trace {
  /** Answers so far that said there were too many calls, repeated ones included. */
  throttled(): number;

  /**
   * Runs a piece of work, and tells which calls it made that change something.
   *
   * @returns the work's result, and the calls in the order in which they were answered
   */
  within<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly TracedCall[] }>;
}
