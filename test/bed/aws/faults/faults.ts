/** The faults that a bed has at the moment. */
import type { Arrival, Effect, FaultAtWork } from "./arrival.ts";
import { connection } from "./connection.ts";
import { error } from "./error.ts";
import { expiredCredentials } from "./expired-credentials.ts";
import { type Fault, type FaultInput, faultSchema } from "./fault.ts";
import { latency } from "./latency.ts";
import { staleReads } from "./stale-reads.ts";
import { throttling } from "./throttling.ts";
import { tokenBuckets } from "./token-buckets.ts";

export interface Faults {
  /**
   * Adds a fault; the result removes it again.
   *
   * @throws ZodError if it is not a fault
   */
  add(fault: FaultInput): () => void;
  clear(): void;
  list(): readonly Fault[];
  /** What happens to a call, in the order in which the faults were added. */
  meet(call: Arrival): readonly Effect[];
  /** Tells the faults of an answer. */
  answered(call: Arrival, output: object): void;
}

/** @param chance uniform numbers from 0 up to 1, from the bed's seed, so that a run can be repeated */
export function faultsOf(chance: () => number): Faults {
  const present = new Map<Fault, FaultAtWork>();
  return {
    add: (input) => {
      const fault = faultSchema.parse(input);
      present.set(fault, start(fault, chance));
      return () => present.delete(fault);
    },
    clear: () => present.clear(),
    list: () => [...present.keys()],
    meet: (call) => {
      const effects: Effect[] = [];
      for (const fault of present.values()) {
        const effect = fault.meet(call);
        if (effect !== undefined) effects.push(effect);
      }
      return effects;
    },
    answered: (call, output) => {
      for (const fault of present.values()) fault.answered?.(call, output);
    },
  };
}

function start(fault: Fault, chance: () => number): FaultAtWork {
  switch (fault.kind) {
    case "latency":
      return latency(fault, chance);
    case "token-buckets":
      return tokenBuckets(fault);
    case "throttling":
      return throttling(fault, chance);
    case "stale-reads":
      return staleReads(fault);
    case "connection":
      return connection(fault);
    case "error":
      return error(fault);
    case "expired-credentials":
      return expiredCredentials(fault);
  }
}
