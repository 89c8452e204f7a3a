import { describe, expect, test } from "vitest";
import { stackCondition, stackStatuses } from "../../actions/lib/domain/stack.ts";
import { evidenceOf, firstFailure, type StackEvent } from "../../actions/lib/domain/stack-event.ts";

let second = 0;
const event = (logicalId: string, status: string, more: Partial<StackEvent> = {}): StackEvent => ({
  id: `${logicalId}-${second++}`,
  at: new Date(Date.UTC(2026, 10, 27, 10, 0, second)),
  stackId: "outer",
  logicalId,
  type: "AWS::SNS::Topic",
  status,
  ...more,
});

describe("pitfall 3.10: the first cause", () => {
  test("is the earliest failure that is not a cancellation, in whatever order the events come", () => {
    const events = [
      event("Slow", "CREATE_FAILED", { reason: "Resource creation cancelled" }),
      event("Bad", "CREATE_FAILED", { reason: "quota reached" }),
      event("Later", "DELETE_FAILED", { reason: "in use" }),
    ];

    expect(firstFailure(events.toReversed())).toMatchObject({ logicalId: "Bad", reason: "quota reached" });
  });

  test("is inside the nested stack, not the nested stack", () => {
    const nested = { type: "AWS::CloudFormation::Stack" };
    const events = [
      event("Nested", "CREATE_FAILED", { ...nested, reason: "Embedded stack was not successfully created" }),
      event("Inside", "CREATE_FAILED", { stackId: "inner", reason: "no such subnet" }),
    ];

    expect(firstFailure(events)).toMatchObject({ logicalId: "Inside", reason: "no such subnet" });
  });

  test("is the hook that refused, with its reason, not the resource that repeats it", () => {
    const hook = { type: "MateHealth::Encryption::Hook", failed: true, reason: "buckets must be encrypted" };
    const events = [
      event("Files", "CREATE_IN_PROGRESS", { hook }),
      event("Files", "CREATE_FAILED", { reason: "The following hook(s) failed: [MateHealth::Encryption::Hook]" }),
    ];

    expect(firstFailure(events)).toEqual({
      logicalId: "Files",
      type: "AWS::SNS::Topic",
      status: "refused by a hook",
      reason: "MateHealth::Encryption::Hook: buckets must be encrypted",
    });
    expect(evidenceOf(events)[0]).toContain("MateHealth::Encryption::Hook refused buckets must be encrypted");
  });

  test("of nothing that failed is nothing", () => {
    expect(firstFailure([event("A", "CREATE_COMPLETE")])).toBeUndefined();
  });
});

test("pitfall 3.41: every status CloudFormation documents has a condition of its own, decided from the whole name", () => {
  const kinds = Object.fromEntries(stackStatuses.map((status) => [status, stackCondition(status).kind]));

  expect(kinds.ROLLBACK_COMPLETE).toBe("creation-undone");
  expect(kinds.UPDATE_ROLLBACK_COMPLETE).toBe("settled");
  expect(kinds.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS).toBe("busy");
  expect(stackCondition("IMPORT_ROLLBACK_FAILED")).toEqual({ kind: "stuck", recovery: "by-hand" });
  expect(Object.keys(kinds)).toHaveLength(23);
});
