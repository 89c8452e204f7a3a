/**
 * Eventually consistent reads: for some time after a question was answered, asking the same again gives the old answer,
 * whatever happened in between. So a caller that reads, writes and reads again sees the state before its own write.
 */
import { type Arrival, type FaultAtWork, matches } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

const READS = /^(Describe|List|Get|Head|Filter|BatchGet)/;

/** Old answers are kept by question and account for the given time, then the next answer is a fresh one. */
export function staleReads(fault: FaultOf<"stale-reads">): FaultAtWork {
  const answers = new Map<string, { readonly output: object; readonly at: number }>();
  return {
    meet: (call) => {
      const earlier = isMeant(call) ? answers.get(question(call)) : undefined;
      if (earlier === undefined) return undefined;
      return call.at - earlier.at <= fault.milliseconds ? { does: "answer", output: earlier.output } : undefined;
    },
    answered: (call, output) => {
      if (isMeant(call)) answers.set(question(call), { output: structuredClone(output), at: call.at });
    },
  };

  function isMeant(call: Arrival): boolean {
    return READS.test(call.operation) && matches(fault.match, call);
  }
}

function question(call: Arrival): string {
  return `${call.account}/${call.region}/${call.service}/${call.operation}/${JSON.stringify(call.input)}`;
}
