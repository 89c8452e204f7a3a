import { bedClock, type SteerableClock } from "./clock.ts";

/** A clock that stands still until somebody puts it forward: nothing comes too late for it, however slow the machine. */
export function standingClock(): SteerableClock {
  const begun = Date.now();
  return bedClock(1, () => begun);
}
