import { describe, expect, test } from "vitest";
import { type Asked, authorize } from "../../actions/lib/domain/authority.ts";
import type { Facts } from "../../actions/lib/domain/command/confirmation.ts";
import {
  asking,
  asLookedUp,
  frozen,
  member,
  pending,
  production,
  refusal,
  target,
  waiting,
} from "../fixtures/asked.ts";

describe("a second person", () => {
  const needed = (line: string, facts: Partial<Facts> = {}): readonly string[] => {
    const decision = authorize(asking(line, { facts: { ...asLookedUp, ...facts } }));
    return decision.decision === "needs-confirmation" ? decision.because : [];
  };

  test.for([
    ["/suspend hospital-a", {}, ["hospital-a is an enterprise tenant"]],
    ["/suspend clinic-b", {}, []],
    ["/rollback clinic-b", { migrationBetween: "yes" }, ["it goes back across a migration"]],
    ["/rollback clinic-b", { migrationBetween: "no" }, []],
    ["/rollback clinic-b", { migrationBetween: "unknown" }, ["whether it goes back across a migration is not known"]],
    ["/unlock clinic-b", { holder: "alive" }, ["the holder of the lease is alive"]],
    ["/unlock clinic-b", { holder: "unknown" }, ["whether the holder of the lease is alive is not known"]],
    ["/unlock clinic-b", { holder: "gone" }, []],
    ["/restart hospital-a", { migrationBetween: "unknown", holder: "unknown" }, []],
  ] as const)("%s with %j is needed because of %j", ([line, facts, because]) => {
    expect(needed(line, facts)).toEqual(because);
  });

  test("who may not even ask is refused, not sent for a second person", () => {
    expect(refusal(asking("/suspend hospital-a", member("on-call")))[0]).toEqual(["operator"]);
  });

  const confirming = (change: Partial<Asked> = {}): Asked => asking("/confirm op-1", { ...waiting, ...change });

  test("may be any operator who may confirm on that tier", () => {
    expect(authorize(confirming(member("on-call"))).decision).toBe("allowed");
    expect(refusal(confirming(member("support")))[0]).toEqual(["operator"]);
  });

  test.for([
    ["the one who asked", { pending: { ...pending, askedBy: "ADA" } }, "a second person has to confirm"],
    ["too late", { pending: { ...pending, askedAt: "2026-11-23T02:57:00Z" } }, "more than 15 minutes ago"],
    ["for what was never asked", { pending: "none" }, "op-1 is not waiting"],
    ["for another operation", { pending: { ...pending, operation: "op-2" } }, "op-1 is not waiting"],
    ["for what cannot be looked up", { pending: "lookup-failed" }, "could not be looked up"],
    ["for an unreadable time", { pending: { ...pending, askedAt: "then" } }, "more than 15 minutes ago"],
  ] as const satisfies readonly (readonly [string, Partial<Asked>, string])[])("is not %s", ([, change, why]) => {
    const [rules, said] = refusal(confirming(change));
    expect(rules).toEqual(["confirmation"]);
    expect(said).toContain(why);
  });

  test("confirms what is still in order: limits, windows and tenant are looked at again", () => {
    const always = { name: "Audit", from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" } as const;
    expect(refusal(confirming({ target: target("hospital-a", frozen(always)) }))[0]).toEqual(["freeze"]);
    expect(refusal(confirming({ target: target("clinic-b") }))[0]).toEqual(["tenant"]);
    expect(refusal(confirming({ target: { environment: production } }))[0]).toEqual(["tenant"]);
  });

  test("can drop it, and so can the one who asked without being allowed to cancel for others", () => {
    const dropping = (askedBy: string): Asked =>
      asking("/cancel op-1", { ...waiting, ...member("support"), pending: { ...pending, askedBy } });
    expect(authorize(dropping("ada")).decision).toBe("allowed");
    expect(refusal(dropping("bo"))[0]).toEqual(["operator"]);
    expect(authorize(asking("/cancel op-1", { ...waiting, ...member("on-call") })).decision).toBe("allowed");
  });
});
