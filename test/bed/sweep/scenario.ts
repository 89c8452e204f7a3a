/** What is killed and run again: an act, what has to be there before it, and what is compared after it. */
import type { Facts, Footprint, Subject } from "./footprint.ts";
import type { ActEnd, Kill } from "./kill-points.ts";

/** Does it for one tenant, whole or up to a point. Called again after a kill it goes on as a person would let it. */
export type Act = (kill?: Kill) => Promise<ActEnd>;

export interface Scenario {
  readonly name: string;
  /** How many at the same time at most; undefined: as many as one likes. */
  readonly atOnce?: number;
  /** Puts so many tenants where the act begins, before many are wanted. */
  readonly prepare?: (count: number) => Promise<void>;
  /** A tenant where the act begins. @param last the one of the trial before, if it is as it should be */
  readonly next: (last?: Subject) => Promise<Subject>;
  readonly begin: (subject: Subject) => Act;
  /** What was ever done to a tenant before the act begins. */
  readonly history: (subject: Subject) => Promise<Facts>;
  readonly footprint: (subject: Subject) => Promise<Footprint>;
  /** Kinds of calls that another run may have no need of, and why. */
  readonly mayLack?: Readonly<Record<string, string>>;
  /** Facts that are not empty after an undisturbed act; without them a comparison would see nothing. */
  readonly mustLeave: readonly string[];
}
