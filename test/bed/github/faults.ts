import { createHash } from "node:crypto";
import type { BedClock } from "../clock.ts";

/** What goes wrong. */
export type FaultEffect =
  | { readonly kind: "status"; readonly status: 500 | 502 | 503 | 504 }
  /** GitHub's secondary rate limit: 403 or 429 with Retry-After. */
  | { readonly kind: "secondary-limit"; readonly status: 403 | 429; readonly retryAfterSeconds: number }
  /** The connection breaks, before the call has its effect or after. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** Lists of comments show the state of that long ago. */
  | { readonly kind: "stale"; readonly milliseconds: number }
  /** GET of a pull request says `mergeable: null`, as GitHub does while it computes. */
  | { readonly kind: "mergeable-unknown" };

export interface Fault {
  readonly effect: FaultEffect;
  readonly method?: string;
  /** Tested against the path below the API root, such as `/repos/acme/mate/issues/1/comments`. */
  readonly path?: RegExp;
  /** Which matching calls, counted from 1; all when left out. */
  readonly calls?: readonly number[];
  /** How many of the matching calls, from 0 to 1; decided by the seed. */
  readonly probability?: number;
}

/**
 * The faults a bed is told to have, and which call they hit. The nth call of a method and path has the same luck in every run with the
 * same seed, whatever is called in between.
 */
export class Faults {
  readonly #faults = new Map<Fault, number>();
  readonly #clock: BedClock;
  readonly #seed: number;
  readonly #drawn = new Map<string, number>();

  constructor(seed: number, clock: BedClock) {
    this.#seed = seed;
    this.#clock = clock;
  }

  /** Adds a fault; the result takes it away again. */
  add(fault: Fault): () => void {
    this.#faults.set(fault, 0);
    return () => this.#faults.delete(fault);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The effects that hit a call. */
  hitting(method: string, path: string): readonly FaultEffect[] {
    const hits: FaultEffect[] = [];
    for (const [index, [fault, seen]] of [...this.#faults].entries()) {
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.path !== undefined && !fault.path.test(path)) continue;
      this.#faults.set(fault, seen + 1);
      if (fault.calls !== undefined && !fault.calls.includes(seen + 1)) continue;
      if (fault.probability !== undefined && this.#luck(`${index}/${method}/${path}`) >= fault.probability) continue;
      hits.push(fault.effect);
    }
    return hits;
  }

  /** Waits as long as the latencies among the effects say, in bed time. */
  async delay(effects: readonly FaultEffect[]): Promise<void> {
    for (const effect of effects) if (effect.kind === "latency") await this.#clock.sleep(effect.milliseconds);
  }

  /** The next number from 0 up to but not including 1 for `what`. */
  #luck(what: string): number {
    const times = (this.#drawn.get(what) ?? 0) + 1;
    this.#drawn.set(what, times);
    const digest = createHash("sha256").update(`${this.#seed}/${what}/${times}`).digest("hex");
    return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48;
  }
}
