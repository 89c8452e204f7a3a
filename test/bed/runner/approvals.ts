/** Jobs that wait at an environment until a reviewer decides. */

export interface Review {
  readonly runId: number;
  readonly environment: string;
  readonly reviewer: string;
  readonly decision: "approved" | "rejected";
}

interface Waiting {
  readonly runId: number;
  readonly environment: string;
  readonly reviewers: readonly string[];
  /** May not approve: the one who started the run, where self-review is prevented. */
  readonly barred: string | undefined;
  /** Called at once when somebody has decided. */
  readonly onDecided: () => void;
  readonly decide: (decision: Review["decision"]) => void;
}

export class Approvals {
  readonly #waiting = new Set<Waiting>();

  /** `decided` resolves with the decision of one of the reviewers; `withdraw` ends the wait without one. */
  wait(request: Omit<Waiting, "decide">): {
    readonly decided: Promise<Review["decision"]>;
    readonly withdraw: () => void;
  } {
    const { promise, resolve } = Promise.withResolvers<Review["decision"]>();
    const waiting: Waiting = {
      ...request,
      decide: (decision) => {
        request.onDecided();
        resolve(decision);
      },
    };
    this.#waiting.add(waiting);
    const withdraw = (): void => void this.#waiting.delete(waiting);
    return { decided: promise.finally(withdraw), withdraw };
  }

  /** Decides for every job of the run that waits at the environment. Throws if none does or the person may not decide. */
  review({ runId, environment, reviewer, decision }: Review): void {
    const held = [...this.#waiting].filter((one) => one.runId === runId && one.environment === environment);
    if (held.length === 0) throw new Error(`run ${runId} does not wait for ${environment}`);
    for (const waiting of held) {
      if (!waiting.reviewers.includes(reviewer)) {
        throw new Error(`${reviewer} is not among the reviewers of ${environment}: ${waiting.reviewers.join(", ")}`);
      }
      if (waiting.barred === reviewer) throw new Error(`${reviewer} started the run and may not review it`);
    }
    for (const waiting of held) waiting.decide(decision);
  }

  /** The environments at which a run waits. */
  of(runId: number): readonly string[] {
    return [...new Set([...this.#waiting].filter((one) => one.runId === runId).map((one) => one.environment))];
  }
}
