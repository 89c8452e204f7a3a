import fc from "fast-check";
import { expect, test } from "vitest";
import { serviceNames } from "../../actions/lib/domain/tenant.ts";
import { nameComplaint } from "../../actions/lib/domain/tenant-name.ts";

const production = { environment: "production", environments: ["production", "staging"] };

test.for([["hospital-a"], ["st-marys-2"], ["abc"], ["a".repeat(24)], ["trial-c"], ["productions"]] as const)(
  "%s can be a tenant",
  ([name]) => {
    expect(nameComplaint(name, production)).toBeUndefined();
  },
);

test.for([
  ["ab", "too short"],
  ["a".repeat(25), "has 25 characters and may have 24"],
  ["Hospital", "must start with a letter and have lowercase letters"],
  ["1-clinic", "must start with a letter"],
  ["a--b", "single hyphens"],
  ["clinic-", "single hyphens"],
  ["clinic_b", "single hyphens"],
  ["plan", "is reserved"],
  ["a-production-b", "contains the environment name production"],
  ["staging-x", "contains the environment name staging"],
] as const)("%s cannot be a tenant", ([name, because]) => {
  expect(nameComplaint(name, production)).toContain(because);
});

test("no service can be taken for a tenant by a command", () => {
  for (const name of serviceNames) expect(nameComplaint(name, production)).toContain("is reserved");
});

test("a longer environment name leaves fewer characters for the tenant's", () => {
  const environment = "production-2";
  const at = { environment, environments: [environment] };
  expect(nameComplaint("a".repeat(22), at)).toBeUndefined();
  expect(nameComplaint("a".repeat(23), at)).toContain("may have 22");
});

test("every accepted name makes AWS names that are accepted", () => {
  const anything = fc.string({ unit: fc.constantFrom(..."abz09-A_"), minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(anything, (name) => {
      if (nameComplaint(name, production) !== undefined) return;
      const id = `mate-${name}-production`;
      expect(id).toMatch(/^[a-zA-Z](-?[a-zA-Z0-9])*$/);
      expect(id.length).toBeLessThanOrEqual(40);
      expect(`${id}-backup`.length).toBeLessThanOrEqual(63);
    }),
    { numRuns: 2000 },
  );
});
