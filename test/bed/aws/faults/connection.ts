/** Connections that break, or hang for ever, before the call had its effect or after it: the caller cannot tell which. */
import { type FaultAtWork, turns } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

export function connection(fault: FaultOf<"connection">): FaultAtWork {
  const isTurn = turns(fault);
  return {
    meet: (call) => (isTurn(call) ? { does: "cut", connection: fault.does, when: fault.when } : undefined),
  };
}
