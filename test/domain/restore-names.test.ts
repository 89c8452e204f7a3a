import { expect, test } from "vitest";
import { drillName, isInstanceOf, restoreNames } from "../../actions/lib/domain/restore-names.ts";

const live = "mate-hospital-a-production";
const at = new Date("2026-11-27T03:10:00Z");

test("what a restore calls instances is known as the tenant's own, also once the restore is forgotten", () => {
  const { restored, kept, undone } = restoreNames(live, at);

  expect([live, restored, kept, undone].filter((id) => !isInstanceOf(live, id))).toEqual([]);
});

test("a drill's scratch instance, another tenant's, and names that only begin alike are not", () => {
  const others = [
    drillName(live, at),
    restoreNames("mate-hospital-a-production-2-production", at).kept,
    "mate-hospital-a-production-old-2-staging",
    `${live}-replica`,
    `${live}-old-20261127`,
    "mate-hospital-a",
  ];

  expect(others.filter((id) => isInstanceOf(live, id))).toEqual([]);
});
