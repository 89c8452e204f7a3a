/** Takes in work one piece after another, in the order of its arrival, and remembers what went wrong. */
export class Inbox {
  /** Bugs of the bed or of the host; they are nobody's run. */
  readonly failures: unknown[] = [];
  readonly #settled: () => void;
  #last: Promise<void> = Promise.resolve();
  #open = 0;

  /** `settled` is called after each piece of work. */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  get empty(): boolean {
    return this.#open === 0;
  }

  /** Resolves when this work is done; a failure of it is kept, not thrown. */
  add(work: () => Promise<void>): Promise<void> {
    this.#open += 1;
    this.#last = this.#last
      .then(work)
      .catch((error: unknown) => void this.failures.push(error))
      .finally(() => {
        this.#open -= 1;
        this.#settled();
      });
    return this.#last;
  }

  /** Resolves when everything taken in so far is done. */
  async done(): Promise<void> {
    await this.#last;
  }
}
