import { expect, test } from "vitest";
import { loadRepository } from "../../actions/lib/adapters/files/repository.ts";
import { recommendations } from "../../actions/lib/domain/recommendation.ts";

const repository = await loadRepository(new URL("../..", import.meta.url).pathname);
const idle = { average: 2, peak: 5, hours: 14 * 24 };

test.for([
  ["trial-c", []],
  ["clinic-b", ["django uses 2 % of its CPU, 5 % at most: half of services.django.cpu would do"]],
] as const)("half of what nothing smaller exists of is not recommended: %s", ([name, expected]) => {
  const tenant = repository.tenants.get(name)?.tenant;
  if (tenant === undefined) throw new Error(`no tenant ${name}`);
  const cost = { floor: 1, ceiling: 1, unknown: [], lines: [] };
  const usage = { cpu: { django: idle, beat: idle }, memory: { django: idle, beat: idle } };

  expect(
    recommendations([{ tenant, cost, usage }])
      .filter(({ kind }) => kind === "size")
      .map(({ what }) => what),
  ).toEqual(expected);
});
