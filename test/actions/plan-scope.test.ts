import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const production = new URL("../../infra/environments/production.yml", import.meta.url);

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
});
afterAll(() => stage.stop());

/** A thousand clinics in production, which has room for that many here. */
function thousand(more: Files = {}): Files {
  const clinics = Array.from({ length: 1000 }, (_one, number) => `clinic-${String(number).padStart(4, "0")}`);
  return {
    "infra/environments/production.yml": readFileSync(production, "utf8").replace("tenants: 100", "tenants: 1100"),
    ...Object.fromEntries(clinics.map((name) => [`tenants/${name}.yml`, standardTenant(name)])),
    ...more,
  };
}

test("of a thousand tenants the one whose file changed is planned, and no other is looked at", async () => {
  stage.aws.calls.clear();

  const changed = { "tenants/clinic-0500.yml": standardTenant("clinic-0500", "monthlyBudgetUsd: 300\n") };
  const { plan, expected, problems } = await stage.plan(thousand(), thousand(changed));

  expect(problems).toEqual([]);
  expect(expected).toEqual(["clinic-0500"]);
  expect(plan?.plans.map(({ tenant }) => tenant)).toEqual(["clinic-0500"]);
  const named = stage.aws.calls.all().filter(({ input }) => /clinic-\d{4}/.test(JSON.stringify(input)));
  expect(named.every(({ input }) => JSON.stringify(input).includes("clinic-0500"))).toBe(true);
});
