import { expect, test } from "vitest";
import { type Listed, removals } from "../../actions/lib/domain/housekeeping.ts";

const now = new Date("2026-11-27T03:00:00Z");
const ago = (days: number): Date => new Date(now.getTime() - days * 24 * 3_600_000);
const empty: Listed = { stacks: [], snapshots: [], families: [], referenced: new Set(), leases: [] };
const declared = [{ name: "hospital-a", environment: "production" }];
const found = (listed: Partial<Listed>) =>
  removals({ ...empty, ...listed }, { environment: { name: "production" }, declared, now }).map(
    ({ what, name }) => `${what} ${name}`,
  );

const changeSet = (name: string, days: number, obsolete = false) => ({
  id: `arn:${name}`,
  name,
  createdAt: ago(days),
  obsolete,
});
const stack = (name: string, more: Partial<Listed["stacks"][number]> = {}) => ({
  ...{ id: `arn:${name}`, name, status: "UPDATE_COMPLETE" as const, createdAt: ago(300), changeSets: [] },
  ...more,
});

test("plans that are old or overtaken go; fresh ones and other people's stay", () => {
  const changeSets = [
    changeSet("plan-old", 14),
    changeSet("plan-fresh", 13),
    changeSet("plan-overtaken", 1, true),
    changeSet("by-hand", 400),
  ];
  expect(found({ stacks: [stack("mate-hospital-a-production", { changeSets })] })).toEqual([
    "change set plan-old of mate-hospital-a-production",
    "change set plan-overtaken of mate-hospital-a-production",
  ]);
});

test("a shell goes only when it is old, nobody declares it, and nobody plans in it", () => {
  const shell = (name: string, days: number, changeSets: readonly ReturnType<typeof changeSet>[] = []) =>
    stack(name, { status: "REVIEW_IN_PROGRESS", createdAt: ago(days), changeSets });
  expect(
    found({
      stacks: [
        shell("mate-gone-production", 8),
        shell("mate-in-review-production", 6),
        shell("mate-busy-production", 30, [changeSet("plan-1", 2)]),
        shell("mate-hospital-a-production", 60),
        shell("mate-other-staging", 60),
        stack("mate-real-production"),
      ],
    }),
  ).toEqual(["shell mate-gone-production"]);
});

test.for([
  ["its day is over", { app: "mate", "mate-delete-after": "2026-11-26" }, 1],
  ["its day is today", { app: "mate", "mate-delete-after": "2026-11-27" }, 0],
  ["it says no day", { app: "mate" }, 0],
  ["it is not ours", { "mate-delete-after": "2020-01-01" }, 0],
  ["its day is no date", { app: "mate", "mate-delete-after": "soon" }, 0],
] as const)("a snapshot of which %s", ([, tags, count]) => {
  expect(found({ snapshots: [{ id: "mate-hospital-a-production-before-1", tags }] })).toHaveLength(count);
});

test("the newest twenty revisions stay, and older ones that a service runs", () => {
  const revisions = Array.from({ length: 23 }, (_, index) => `arn/family:${23 - index}`);
  expect(found({ families: [revisions], referenced: new Set(["arn/family:2"]) })).toEqual([
    "revision family:3",
    "revision family:1",
  ]);
});

test("a lease goes with its tenant, a week after it ended", () => {
  const lease = (tenant: string, days: number) => ({ key: `leases/${tenant}.json`, tenant, until: ago(days) });
  expect(found({ leases: [lease("hospital-a", 90), lease("gone", 7), lease("just-gone", 6)] })).toEqual(["lease gone"]);
});
