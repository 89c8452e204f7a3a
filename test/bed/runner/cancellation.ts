/** A wish to end something early. Work that may go on in spite of it (`if: always()`) decides when it is asked. */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #forced = new AbortController();

  /** Aborted once cancellation is wanted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborted once nothing may go on. */
  get forced(): AbortSignal {
    return this.#forced.signal;
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  request(): void {
    this.#controller.abort();
  }

  force(): void {
    this.#controller.abort();
    this.#forced.abort();
  }

  /**
   * Passes this wish on to another: a force always, a request only while `applies` says so. The result ends the link.
   */
  passTo(other: Cancellation, applies: () => boolean): () => void {
    const onRequest = (): void => {
      if (applies()) other.request();
    };
    const onForce = (): void => other.force();
    if (this.forced.aborted) onForce();
    this.signal.addEventListener("abort", onRequest);
    this.forced.addEventListener("abort", onForce);
    return () => {
      this.signal.removeEventListener("abort", onRequest);
      this.forced.removeEventListener("abort", onForce);
    };
  }

  /** The value of a promise, or `cancelled` if cancellation is wanted first. */
  async orCancelled<T>(work: Promise<T>): Promise<T | "cancelled"> {
    if (this.requested) return "cancelled";
    let stop = (): void => {};
    const cancelled = new Promise<"cancelled">((resolve) => {
      stop = () => resolve("cancelled");
      this.signal.addEventListener("abort", stop, { once: true });
    });
    return Promise.race([work, cancelled]).finally(() => this.signal.removeEventListener("abort", stop));
  }
}
