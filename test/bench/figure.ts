/** What a benchmark measures, as values. A benchmark is a file here that exports `benchmark`; `scripts/bench` finds it by that. */

export type Unit = "ms" | "s" | "calls" | "MB" | "points" | "times the floor";

export interface Figure {
  /** In words a stranger understands: what was done, and how much of it. */
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  /** The most it may be, in the same unit; undefined: shown for comparison only. */
  readonly bar?: number;
  /** What no program could do better, in the same unit, computed from published limits or injected latency. */
  readonly floor?: number;
  /** How it came to be: sizes, latency, whose time. One line. */
  readonly note?: string;
}

export interface Benchmark {
  /** How often it is measured; the table shows medians. More than one only where the program's own time is measured. */
  readonly runs: number;
  /** Measures once. Every run gives the same figures in the same order. */
  readonly measure: () => Promise<readonly Figure[]>;
}

/**
 * The median of each figure over several runs.
 *
 * @throws Error if the runs measured different things
 */
export function medians(runs: readonly (readonly Figure[])[]): readonly Figure[] {
  const [first = []] = runs;
  return first.map((figure, index) => {
    const all = runs.map((run) => run[index]);
    if (all.some((one) => one?.what !== figure.what)) throw new Error(`not every run measured ${figure.what}`);
    return { ...figure, measured: median(all.map((one) => one?.measured ?? Number.NaN)) };
  });
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
