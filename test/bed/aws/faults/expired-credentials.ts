/** Credentials that turn out to be expired at given calls. */
import { type FaultAtWork, turns } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

export function expiredCredentials(fault: FaultOf<"expired-credentials">): FaultAtWork {
  const isTurn = turns(fault);
  return { meet: (call) => (isTurn(call) ? { does: "expire" } : undefined) };
}
