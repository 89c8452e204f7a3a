/** The faults that a bed has at the moment. */
import type { Arrival, Effect, FaultAtWork } from "./arrival.ts";
import { connection } from "./connection.ts";
import { error } from "./error.ts";
import { eventualConsistency } from "./eventual-consistency.ts";
import { expiredCredentials } from "./expired-credentials.ts";
import { type Fault, type FaultInput, faultSchema } from "./fault.ts";
import { latency } from "./latency.ts";
import type { Luck } from "./luck.ts";
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

/** @param luck from the bed's seed, so that a run can be repeated */
export function faultsOf(luck: Luck): Faults {
  const present = new Map<Fault, FaultAtWork>();
  let added = 0;
  return {
    add: (input) => {
      const fault = faultSchema.parse(input);
      added += 1;
      const name = `${added}`;
      present.set(
        fault,
        start(fault, (call, purpose) => luck(call, `${name}/${purpose}`)),
      );
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

function start(fault: Fault, luck: Luck): FaultAtWork {
  switch (fault.kind) {
    case "latency":
      return latency(fault, luck);
    case "token-buckets":
      return tokenBuckets(fault);
    case "throttling":
      return throttling(fault, luck);
    case "stale-reads":
      return staleReads(fault);
    case "eventual-consistency":
      return eventualConsistency(fault);
    case "connection":
      return connection(fault);
    case "error":
      return error(fault);
    case "expired-credentials":
      return expiredCredentials(fault);
  }
}
