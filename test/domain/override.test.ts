import { describe, expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { scalingAsked } from "../../actions/lib/domain/command/scaling.ts";
import {
  describeOverride,
  holding,
  type Override,
  overrideKey,
  overrideRecord,
  unrecorded,
  withNext,
  withOverrides,
} from "../../actions/lib/domain/override.ts";
import type { Tenant } from "../../actions/lib/domain/tenant.ts";
import { repositoryWith } from "../fixtures/tenants/repository.ts";

const now = new Date("2026-11-23T03:12:00Z");
const common = { tenant: "hospital-a", since: "2026-11-23T03:00:00Z", by: "ada", operation: "op-1b3c" } as const;
const scaled: Override = { ...common, kind: "scale", service: "django", count: { min: 4, max: 10 } };
const suspended: Override = { ...common, kind: "suspend" };
const resumed: Override = { ...common, kind: "resume", since: "2026-11-23T03:05:00Z" };
const rolledBack: Override = { ...common, kind: "rollback", release: "v1.3.0" };

const hospital = hospitalWith({});

function hospitalWith(change: Partial<Tenant>): Tenant {
  const loaded = readRepository(repositoryWith({})).tenants.get("hospital-a");
  if (loaded === undefined) throw new Error("the example tenant is gone");
  const { services } = loaded.tenant;
  const django = { ...services.django, count: { min: 2, max: 10 } };
  return { ...loaded.tenant, services: { ...services, django }, ...change };
}

describe("a tenant with live changes", () => {
  test("runs as its file says when there are none", () => {
    expect(withOverrides(hospital, [], now)).toBe(hospital);
  });

  test("keeps the count somebody asked for, and everything else of its file", () => {
    const { services, ...rest } = withOverrides(hospital, [scaled], now);
    const { services: before, ...others } = hospital;
    expect(rest).toEqual(others);
    expect(services).toEqual({ ...before, django: { ...before.django, count: { min: 4, max: 10 } } });
  });

  test("stays suspended, resumed or rolled back whatever the file says", () => {
    expect(withOverrides(hospital, [suspended], now).state).toBe("suspended");
    expect(withOverrides(hospitalWith({ state: "suspended" }), [resumed], now).state).toBe("active");
    expect(withOverrides(hospital, [rolledBack], now).release).toBe("v1.3.0");
  });

  test("is what the later of two changes says, in whatever order they come", () => {
    expect(withOverrides(hospital, [resumed, suspended], now).state).toBe("active");
  });

  test("returns to its file when the time is over", () => {
    const timed: Override = { ...scaled, until: "2026-11-23T03:12:00Z" };
    expect(withOverrides(hospital, [timed], new Date("2026-11-23T03:11:59Z")).services.django.count.min).toBe(4);
    expect(withOverrides(hospital, [timed], now)).toEqual(hospital);
    expect(holding([timed, suspended], now)).toEqual([suspended]);
  });

  test("is not touched by those of another", () => {
    expect(withOverrides({ ...hospital, name: "hospital-b" }, [scaled, suspended], now)).toEqual({
      ...hospital,
      name: "hospital-b",
    });
  });
});

test("a live change is forgotten once git says the same", () => {
  const all = [scaled, suspended, rolledBack];
  expect(unrecorded(hospital, all, now)).toEqual(all);
  const recorded = withOverrides(hospital, all, now);
  expect(unrecorded(recorded, all, now)).toEqual([]);
  expect(unrecorded({ ...hospital, state: "active" }, [resumed], now)).toEqual([]);
});

test("a second change of the same thing takes the place of the first", () => {
  const more: Override = { ...scaled, count: { min: 6, max: 10 } };
  expect(withNext([scaled, suspended], more)).toEqual([suspended, more]);
  expect(withNext([suspended, scaled], resumed)).toEqual([scaled, resumed]);
});

test("what is kept is read again, and nothing else is", () => {
  const record = { overrides: [scaled, suspended, rolledBack] };
  expect(overrideRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  expect(overrideKey("hospital-a")).toBe("overrides/hospital-a.json");
  for (const wrong of [
    { ...scaled, count: { min: 5, max: 4 } },
    { ...scaled, count: { min: 0, max: 4 } },
    { ...scaled, service: "beat" },
    { ...suspended, operation: "1b3c" },
    { ...suspended, since: "then" },
    { ...suspended, extra: 1 },
  ]) {
    expect(overrideRecord.safeParse({ overrides: [wrong] }).success).toBe(false);
  }
});

test("people read what differs from the file, since when, by whom and why", () => {
  expect(
    describeOverride({ ...scaled, until: "2026-11-23T06:00:00Z", reason: "the clinic opens early" }, hospital),
  ).toBe(
    "django 4-10 instead of 2-10 since 2026-11-23 03:00 UTC by ada (op-1b3c), until 2026-11-23 06:00 UTC, because the clinic opens early",
  );
  expect(describeOverride(suspended, hospital)).toBe("suspended since 2026-11-23 03:00 UTC by ada (op-1b3c)");
  expect(describeOverride(rolledBack, hospital)).toContain("v1.3.0 instead of its environment's release since");
});

test.for([
  [{ count: 4 }, { min: 2, max: 10 }, { min: 4, max: 10 }],
  [{ count: { min: 3, max: 5 } }, { min: 2, max: 10 }, { min: 3, max: 5 }],
  [{ count: 4 }, { min: 2, max: 2 }, { min: 4, max: 4 }],
  [{ count: 1 }, { min: 4, max: 10 }, { min: 1, max: 10 }],
] as const)("%j on %j leaves auto scaling between %j", ([asked, before, after]) => {
  const { django } = hospital.services;
  const services = { ...hospital.services, django: { ...django, count: before } };
  expect(scalingAsked({ verb: "scale", tenant: "hospital-a", ...asked }, services)).toEqual({
    service: "django",
    before,
    after,
  });
});
