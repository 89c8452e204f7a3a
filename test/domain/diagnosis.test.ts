import { expect, test } from "vitest";
import { loadRepository } from "../../actions/lib/adapters/files/repository.ts";
import { databaseFindings } from "../../actions/lib/domain/diagnosis.ts";

const repository = await loadRepository(new URL("../..", import.meta.url).pathname);

test.for([
  ["available", []],
  ["backing-up", []],
  ["storage-optimization", []],
  ["rebooting", ["mate-clinic-b-production is rebooting, not available"]],
  ["storage-full", ["mate-clinic-b-production is storage-full, not available"]],
  ["a status of next year", ["mate-clinic-b-production is a status of next year, not available"]],
] as const)("of a database that is %s is told: %j", ([status, told]) => {
  const tenant = repository.tenants.get("clinic-b")?.tenant;
  if (tenant === undefined) throw new Error("no tenant clinic-b");
  const seen = { id: "mate-clinic-b-production", status, storageGib: 50 };

  expect(databaseFindings(tenant, seen).map(({ is }) => is)).toEqual(told);
});
