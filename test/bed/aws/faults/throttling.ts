/** Throttling by chance: so many percent of the matching calls come "too fast". */
import { type FaultAtWork, matches } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";
import type { Luck } from "./luck.ts";

export function throttling(fault: FaultOf<"throttling">, luck: Luck): FaultAtWork {
  return {
    meet: (call) =>
      matches(fault.match, call) && luck(call, "throttling") * 100 < fault.percent ? { does: "throttle" } : undefined,
  };
}
