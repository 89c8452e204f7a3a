import { expect, test } from "vitest";
import { databaseFindings, orphanFindings } from "../../actions/lib/domain/drift-inventory.ts";
import type { Tenant } from "../../actions/lib/domain/tenant.ts";

const now = new Date("2026-11-27T00:00:00Z");
const stopped = {
  ...{ id: "mate-clinic-b-production", status: "stopped", backupDays: 7 },
  startsAt: new Date("2026-12-01T03:12:00Z"),
};
const clinic = (state: Tenant["state"]): Tenant =>
  ({ name: "clinic-b", environment: "production", state, database: { kind: "dedicated" } }) as Tenant;

test("a stopped database is told where its tenant is active, with what starts it", () => {
  const [finding] = databaseFindings(clinic("active"), [stopped], now);

  expect(finding?.kind).toBe("stopped");
  expect(finding?.what).toContain("AWS starts it at 2026-12-01 03:12 UTC");
  expect(finding?.what).toContain("/resume clinic-b");
});

test("one that was stopped with its tenant is as it should be", () => {
  expect(databaseFindings(clinic("suspended"), [stopped], now)).toEqual([]);
});

test.for([
  ["mate-clinic-b-production-old-20261125000000", []],
  ["mate-clinic-b-production-old-20261119000000", ["8 days ago"]],
  ["mate-gone-production-old-20261119000000", ["8 days ago"]],
  ["mate-gone-production-drill-20261101031000", ["25 days ago"]],
  ["mate-gone-staging-old-20261119000000", []],
] as const)("%s, of a database of last year, is left over: %j", ([id, told]) => {
  const database = { id, status: "available", backupDays: 7, createdAt: new Date("2025-06-01T00:00:00Z") };
  const findings = orphanFindings(
    { services: [], families: [], stacks: [], databases: [database] },
    { environment: { name: "production" }, tenants: [clinic("active")] },
    now,
  );

  expect(findings.map(({ what }) => /\d+ days ago/.exec(what)?.[0])).toEqual(told);
});
