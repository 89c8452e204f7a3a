/** What all runs of one runner share. */
import type { BedClock } from "../clock.ts";
import type { Approvals } from "./approvals.ts";
import type { ConcurrencyGroups } from "./concurrency.ts";
import type { RunnerHost } from "./host.ts";
import type { RunState } from "./run-state.ts";
import type { Slots } from "./slots.ts";

/** Something that people who watch may want to read. */
export interface Progress {
  /** Milliseconds of the bed's clock. */
  readonly at: number;
  readonly runId: number | undefined;
  readonly workflow: string | undefined;
  readonly job: string | undefined;
  readonly step: string | undefined;
  readonly kind: "event" | "run" | "job" | "step";
  readonly state: "started" | "ended" | "waiting" | "ignored";
  /** success, failure, …; where something ended. */
  readonly conclusion: string | undefined;
  /** One line that says all of the above. */
  readonly text: string;
}

export interface Engine {
  readonly host: RunnerHost;
  /** Gives the times that are shown. */
  readonly clock: BedClock;
  /** Measures time limits; real, since the processes of a job are real. */
  readonly limits: BedClock;
  readonly nodePath: string;
  /** The bed's own additions to the environment of every process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly keep: boolean;
  readonly concurrency: ConcurrencyGroups;
  readonly approvals: Approvals;
  /** Jobs that may run at the same time. */
  readonly slots: Slots;
  readonly nextJobId: () => number;
  /** Tells the host, and whoever waits for idleness, that a run looks different now. */
  readonly changed: (run: RunState) => void;
  readonly progress: (progress: Omit<Progress, "at">) => void;
}
