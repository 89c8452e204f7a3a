/** Throttling by chance: so many percent of the matching calls come "too fast". */
import { type FaultAtWork, matches } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

/** @param chance uniform numbers from 0 up to 1 */
export function throttling(fault: FaultOf<"throttling">, chance: () => number): FaultAtWork {
  return {
    meet: (call) => (matches(fault.match, call) && chance() * 100 < fault.percent ? { does: "throttle" } : undefined),
  };
}
