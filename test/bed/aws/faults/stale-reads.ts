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
      const output = old(call);
      return output === undefined ? undefined : { does: "answer", output };
    },
    answered: (call, output) => {
      // An old answer given again does not become younger: who asks every second would never see what is true.
      if (isMeant(call) && old(call) === undefined)
        answers.set(question(call), { output: structuredClone(output), at: call.at });
    },
  };

  function old(call: Arrival): object | undefined {
    const earlier = isMeant(call) ? answers.get(question(call)) : undefined;
    return earlier !== undefined && call.at - earlier.at <= fault.milliseconds ? earlier.output : undefined;
  }

  function isMeant(call: Arrival): boolean {
    return READS.test(call.operation) && matches(fault.match, call);
  }
}

function question(call: Arrival): string {
  return `${call.account}/${call.region}/${call.service}/${call.operation}/${JSON.stringify(call.input)}`;
}
