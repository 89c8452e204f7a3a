/** A given error at given calls, without an effect. */
import { AwsError } from "../kernel.ts";
import { type FaultAtWork, turns } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

export function error(fault: FaultOf<"error">): FaultAtWork {
  const isTurn = turns(fault);
  return {
    meet: (call) =>
      isTurn(call) ? { does: "fail", error: new AwsError(fault.code, fault.message, fault.status) } : undefined,
  };
}
