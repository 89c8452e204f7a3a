/** A call as faults see it, before it has an effect, and what a fault can do to it. */
import type { AwsError } from "../kernel.ts";
import type { Match } from "./fault.ts";

export interface Arrival {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly input: unknown;
  /** Bed time in milliseconds. */
  readonly at: number;
}

export type Effect =
  | { readonly does: "delay"; readonly milliseconds: number }
  | { readonly does: "fail"; readonly error: AwsError }
  | { readonly does: "throttle" }
  | { readonly does: "expire" }
  | { readonly does: "answer"; readonly output: object }
  /** The call is answered as if these names and ids were not those of anything. */
  | { readonly does: "overlook"; readonly unseen: readonly string[] }
  | {
      readonly does: "cut";
      readonly connection: "reset" | "hang";
      readonly when: "before-effect" | "after-effect";
    };

/** A fault at work. It may keep count, so there is one per added fault. */
export interface FaultAtWork {
  /** What happens to this call; undefined if nothing does. */
  meet(call: Arrival): Effect | undefined;
  /** Told of every answer that the bed really gave. */
  answered?(call: Arrival, output: object): void;
}

/** True if a call is one that the match means. */
export function matches(match: Match, call: Arrival): boolean {
  if (match.service !== undefined && match.service !== call.service) return false;
  if (match.account !== undefined && match.account !== call.account) return false;
  if (match.operations !== undefined && !match.operations.some((pattern) => fits(pattern, call.operation)))
    return false;
  return match.contains === undefined || JSON.stringify(call.input).includes(match.contains);
}

function fits(pattern: string, text: string): boolean {
  if (!pattern.includes("*")) return pattern === text;
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** Counts matching calls, and says of each whether it is one of the wanted ones. */
export function turns(wanted: {
  readonly match: Match;
  readonly nth: number;
  readonly times: number | "every";
}): (call: Arrival) => boolean {
  let seen = 0;
  return (call) => {
    if (!matches(wanted.match, call)) return false;
    seen += 1;
    return seen >= wanted.nth && (wanted.times === "every" || seen < wanted.nth + wanted.times);
  };
}
