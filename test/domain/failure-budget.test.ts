import { describe, expect, test } from "vitest";
import { allowedFailures, gateVerdict, wavePause } from "../../actions/lib/domain/failure-budget.ts";
import type { TenantOutcome } from "../../actions/lib/domain/outcome.ts";

function wave(failed: number, changed: number): readonly TenantOutcome[] {
  const one = (index: number, outcome: "failed" | "changed"): TenantOutcome => {
    const subject = { tenant: `clinic-${index}`, environment: "production", outcome, durationMs: 1 };
    return { ...subject, stages: [{ ...subject, stage: "roll", ...(outcome === "failed" && { cause: "crashed" }) }] };
  };
  return [
    ...Array.from({ length: failed }, (_, index) => one(index, "failed")),
    ...Array.from({ length: changed }, (_, index) => one(failed + index, "changed")),
  ];
}

describe("the failure budget", () => {
  test.for([
    [{ percent: 2, mode: "strict" }, 100, 2],
    [{ percent: 2, mode: "strict" }, 49, 0],
    [{ count: 3, mode: "soft" }, 10, 3],
  ] as const)("%j of %i tenants allows %i", ([budget, tenants, allowed]) => {
    expect(allowedFailures(tenants, budget)).toBe(allowed);
  });

  test("a wave within its budget lets the next one start", () => {
    expect(gateVerdict(wave(2, 98), { percent: 2, mode: "soft" })).toBeUndefined();
  });

  test("a wave over its budget stops at the first cause and says how many more there are", () => {
    expect(gateVerdict(wave(3, 97), { percent: 2, mode: "soft" })).toBe("clinic-0: crashed (and 2 more)");
  });

  test("strict stops a wave under way by the size of the whole wave, not of what is done so far", () => {
    const budget = { percent: 2, mode: "strict" } as const;

    expect(wavePause(wave(2, 3), 100, budget)).toBeUndefined();
    expect(wavePause(wave(3, 2), 100, budget)).toBe("clinic-0: crashed (and 2 more)");
  });

  test("soft lets a wave finish whatever happens in it", () => {
    expect(wavePause(wave(50, 0), 100, { count: 0, mode: "soft" })).toBeUndefined();
  });
});
