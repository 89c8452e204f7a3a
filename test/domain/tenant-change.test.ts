import { expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import type { Tenant } from "../../actions/lib/domain/tenant.ts";
import { tenantChangeFindings, tierChange } from "../../actions/lib/domain/tenant-change.ts";
import { repositoryWith, standardTenant } from "../fixtures/tenants/repository.ts";

function aTenant(tier: "enterprise" | "standard" | "trial", more = ""): Tenant {
  const text = standardTenant("clinic", tier === "trial" ? `redis: { index: 9 }\n${more}` : more).replace(
    "standard",
    tier,
  );
  const loaded = readRepository(repositoryWith({ "tenants/clinic.yml": text })).tenants.get("clinic");
  if (loaded === undefined) throw new Error("the test's tenant is wrong");
  return loaded.tenant;
}

test("between the paying tiers a tenant moves in place, in both directions", () => {
  expect(tierChange(aTenant("standard"), aTenant("enterprise"))).toBeUndefined();
  expect(tierChange(aTenant("enterprise"), aTenant("standard"))).toBeUndefined();
});

test("a trial that becomes a customer is told that this is a migration, and how to do it", () => {
  expect(tierChange(aTenant("trial"), aTenant("standard"))).toEqual({
    path: ["tier"],
    at: "value",
    message:
      "tier cannot be changed from trial to standard by an edit: its data is in the shared database and would have to move to one of its own",
    hint: "add a new tenant file of tier standard under another name, suspend clinic, let an administrator move its data (infra/README.md, Moving a tenant's data), then remove clinic",
  });
});

test("a customer does not become a trial by an edit", () => {
  expect(tierChange(aTenant("enterprise"), aTenant("trial"))?.message).toBe(
    "tier cannot be changed from enterprise to trial by an edit: its own database, Redis and files would be removed",
  );
});

test.for([
  ["shrinking", 100, 60, "allocatedStorageGib cannot shrink from 100 to 60: RDS storage only grows"],
  [
    "a step too small",
    100,
    105,
    "allocatedStorageGib 105 is too small a step from 100: RDS needs 10 % or more, so at least 110",
  ],
] as const)("refuses %s of a database", ([, from, to, message]) => {
  const database = (gib: number): string => `database: { allocatedStorageGib: ${gib} }\n`;
  const found = tenantChangeFindings(aTenant("standard", database(from)), aTenant("standard", database(to)));
  expect(found.map((finding) => finding.message)).toEqual([message]);
});

test("an engine goes forward only, minor versions compared as numbers", () => {
  const at = (version: string): Tenant => aTenant("standard", `database: { engineVersion: "${version}" }\n`);
  expect(tenantChangeFindings(at("17.9"), at("17.10"))).toEqual([]);
  expect(tenantChangeFindings(at("17.10"), at("17.9")).map(({ message }) => message)).toEqual([
    "engineVersion cannot go back from 17.10 to 17.9; restore a snapshot from before the upgrade instead",
  ]);
});

test("a trial keeps its number of the shared Redis, for the next one with that number would find its tasks", () => {
  const trial = aTenant("trial");
  const moved: Tenant = { ...trial, redis: { kind: "shared", index: 4 } };

  expect(tenantChangeFindings(trial, trial)).toEqual([]);
  expect(tenantChangeFindings(trial, moved).map(({ message }) => message)).toEqual([
    "redis index of clinic cannot be changed from 9 to 4: its tasks would stay behind, for the next trial that gets 9",
  ]);
});

test("moving to another environment would leave the data behind", () => {
  const moved = { ...aTenant("standard"), environment: "staging" };
  expect(tenantChangeFindings(aTenant("standard"), moved).map(({ message }) => message)).toEqual([
    "environment cannot be changed from production to staging by an edit: the data would stay behind",
  ]);
});
