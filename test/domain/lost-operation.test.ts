/** What a run that is started again may take up of an operation that was lost with its runner. */
import { describe, expect, test } from "vitest";
import { endedIn, type Operation, pendingOf } from "../../actions/lib/domain/operation.ts";

const run = "https://github.example/runs/7";
const ending = { state: "refused", command: { verb: "status" }, rules: [] } as const;

function operation(more: Partial<Operation>): Operation {
  return {
    ...{
      operation: "op-abc123",
      command: "/rollback hospital-a",
      tenant: "hospital-a",
      by: "ada",
      comment: 1,
      pull: 2,
    },
    ...{ run, state: "waiting", askedAt: "2026-11-27T03:00:00.000Z", at: "2026-11-27T03:00:00.000Z" },
    ...more,
  };
}

describe("an end that was perhaps not shown", () => {
  test.for(["done", "failed", "dropped"] as const)("%s: is told again by the run that came to it", (state) => {
    expect(endedIn(run, operation({ state, ending }))).toEqual(ending);
  });

  test("is not told by another run, nor before it is one", () => {
    expect(endedIn("https://github.example/runs/8", operation({ state: "done", ending }))).toBeUndefined();
    expect(endedIn(run, operation({ state: "acting", ending }))).toBeUndefined();
    expect(endedIn(run, operation({ state: "done" }))).toBeUndefined();
  });
});

describe("what was confirmed and is not finished", () => {
  const begun = operation({ state: "acting", confirmedBy: "ben" });

  test("can be gone on with by the run that began it", () => {
    expect(pendingOf(begun, ["hospital-a"], run)).toMatchObject({ operation: "op-abc123", askedBy: "ada" });
  });

  test("is not to be confirmed again by anybody else's", () => {
    expect(pendingOf(begun, ["hospital-a"], "https://github.example/runs/8")).toBe("none");
  });

  test("and what needed no confirmation cannot be confirmed while it runs", () => {
    expect(pendingOf(operation({ state: "acting" }), ["hospital-a"], run)).toBe("none");
  });
});
