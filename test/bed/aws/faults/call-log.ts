/** Every call that reached the bed over HTTP, with its outcome, for tests and for the report of a run. */

export interface LoggedCall {
  /** Counts from 1 since the bed started, also across `clear`. */
  readonly sequence: number;
  /** When it arrived, in bed time, milliseconds since the epoch. */
  readonly at: number;
  /** When it was answered, in bed time. */
  readonly answeredAt: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the caller. */
  readonly caller: string;
  /** Tags of the caller's session. */
  readonly callerTags: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** `ok`, the code of the error, or what happened to the connection (`reset-before-effect`). */
  readonly outcome: string;
  readonly input: unknown;
}

export interface CallLog {
  all(): readonly LoggedCall[];
  record(call: Omit<LoggedCall, "sequence">): void;
  clear(): void;
  /** Calls back at each call that is recorded; the result ends it. */
  watch(listener: (call: LoggedCall) => void): () => void;
}

/** An empty log. */
export function callLog(): CallLog {
  let calls: LoggedCall[] = [];
  let sequence = 0;
  const listeners = new Set<(call: LoggedCall) => void>();
  return {
    all: () => calls,
    record: (call) => {
      sequence += 1;
      const logged = { sequence, ...call };
      calls.push(logged);
      for (const listener of listeners) listener(logged);
    },
    clear: () => {
      calls = [];
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
