/** One request the bed answered. */
export interface LoggedCall {
  /** Milliseconds of bed time. */
  readonly at: number;
  readonly method: string;
  /** Path below the API root. */
  readonly path: string;
  /** The route it took, such as `/repos/{owner}/{repo}/pulls`; undefined when the bed models none. */
  readonly route: string | undefined;
  /** Login of who called, `anonymous`, or `invalid token`. */
  readonly caller: string;
  readonly status: number;
  readonly body: unknown;
}

/** Every REST and GraphQL call, in order. */
export class CallLog {
  readonly #calls: LoggedCall[] = [];

  all(): readonly LoggedCall[] {
    return this.#calls;
  }

  /** Calls that change something. */
  writes(): readonly LoggedCall[] {
    return this.#calls.filter((call) => call.method !== "GET" && call.method !== "HEAD");
  }

  /** Calls for which the bed has no route: each is a gap in the bed or a mistake of the caller. */
  unmodelled(): readonly LoggedCall[] {
    return this.#calls.filter((call) => call.route === undefined);
  }

  add(call: LoggedCall): void {
    this.#calls.push(call);
  }

  clear(): void {
    this.#calls.length = 0;
  }
}
