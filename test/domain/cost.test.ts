import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { loadRepository, type Repository } from "../../actions/lib/adapters/files/repository.ts";
import {
  type CostLine,
  costChange,
  costShape,
  type MonthlyCost,
  monthlyCost,
  priceList,
} from "../../actions/lib/domain/cost.ts";
import { resolveTenant } from "../../actions/lib/domain/resolve-tenant.ts";
import type { Tenant, TierName } from "../../actions/lib/domain/tenant.ts";
import type { TenantFile } from "../../actions/lib/domain/tenant-file.ts";

const root = new URL("../..", import.meta.url).pathname;
const prices = priceList.parse(JSON.parse(readFileSync(`${root}/infra/prices.json`, "utf8")));
const where = { region: "us-east-1", architecture: "x86" } as const;

let repository: Repository;
beforeAll(async () => {
  repository = await loadRepository(root);
});

function tenant(tier: TierName, more: Partial<TenantFile> = {}): Tenant {
  const loaded = repository.tiers.get(tier);
  if (loaded === undefined) throw new Error(`no tier ${tier}`);
  const file: TenantFile = {
    name: "hospital-x",
    displayName: "Hospital X",
    tier,
    environment: "production",
    contact: "it@hospital-x.example",
    ...(tier === "trial" && { redis: { index: 7 } }),
    ...more,
  };
  return resolveTenant(file, loaded.tier);
}

const cost = (of: Tenant): MonthlyCost => monthlyCost(costShape(of, where), prices);
const line = ({ lines }: MonthlyCost, what: string): readonly [number, number] => {
  const found = lines.find((one: CostLine) => one.what === what);
  return found === undefined ? [0, 0] : [Math.round(found.floor * 100) / 100, Math.round(found.ceiling * 100) / 100];
};

describe("what a tenant costs a month", () => {
  test("enterprise: from two tasks to ten, a standby, two Redis nodes, provisioned files", () => {
    const total = cost(tenant("enterprise"));

    expect(line(total, "django")).toEqual([72.08, 360.4]);
    // One worker on demand, the others on Spot.
    expect(line(total, "celery")).toEqual([46.85, 133.35]);
    expect(line(total, "beat")).toEqual([9.01, 9.01]);
    expect(line(total, "database db.m7g.large with standby")).toEqual([245.28, 245.28]);
    expect(line(total, "database storage")).toEqual([46, 230]);
    expect(line(total, "redis 2 × cache.m7g.large")).toEqual([230.68, 230.68]);
    expect(line(total, "files 10 MiB/s")).toEqual([60, 60]);
    expect(total).toMatchObject({ floor: 745.97, ceiling: 1304.78, unknown: [] });
  });

  test("standard: from one task to five, one database, one Redis node", () => {
    expect(cost(tenant("standard"))).toMatchObject({ floor: 157.28, ceiling: 268.23, unknown: [] });
  });

  test("trial: a fixed task of each, and nothing of the shared", () => {
    const total = cost(tenant("trial"));

    expect(total.floor).toBe(total.ceiling);
    expect(total.lines.map(({ what }) => what)).toEqual([
      "django",
      "celery",
      "beat",
      "load balancer",
      "keys, secrets, alarms, dashboard",
    ]);
  });

  test("suspended: no tasks, everything that holds data", () => {
    const active = cost(tenant("enterprise"));
    const suspended = cost(tenant("enterprise", { state: "suspended" }));

    expect(active.floor - suspended.floor).toBeCloseTo(72.08 + 46.85 + 9.01, 1);
  });
});

describe("what is not known is said", () => {
  test("an instance class without a price", () => {
    const shape = costShape(tenant("standard", { database: { instanceClass: "db.x2g.16xlarge" } }), where);

    expect(monthlyCost(shape, prices).unknown).toEqual(["rds.db.x2g.16xlarge"]);
  });

  test("a region the prices are not of", () => {
    const shape = costShape(tenant("standard"), { region: "eu-central-1", architecture: "x86" });

    expect(monthlyCost(shape, prices)).toEqual({
      floor: 0,
      ceiling: 0,
      lines: [],
      unknown: ["prices in eu-central-1"],
    });
  });
});

describe("what a change costs", () => {
  test("two more tasks at the floor move the floor and not the ceiling", () => {
    const before = tenant("enterprise");
    const after = tenant("enterprise", { services: { django: { count: { min: 4, max: 10 } } } });

    expect(costChange(cost(before), cost(after))).toEqual({
      floor: 72.08,
      ceiling: 0,
      lines: [{ what: "django", floor: 72.08, ceiling: 0 }],
      unknown: [],
    });
  });

  test("a larger database shows what goes and what comes", () => {
    const after = tenant("standard", { database: { instanceClass: "db.m7g.large" } });

    expect(costChange(cost(tenant("standard")), cost(after)).lines).toEqual([
      { what: "database db.t4g.medium", floor: -47.45, ceiling: -47.45 },
      { what: "database db.m7g.large", floor: 122.64, ceiling: 122.64 },
    ]);
  });

  test("a new tenant costs all of it, a leaving one gives all of it back, no change nothing", () => {
    const whole = cost(tenant("standard"));

    expect(costChange(undefined, whole)).toMatchObject({ floor: whole.floor, ceiling: whole.ceiling });
    expect(costChange(whole, undefined)).toMatchObject({ floor: -whole.floor, ceiling: -whole.ceiling });
    expect(costChange(whole, whole)).toEqual({ floor: 0, ceiling: 0, lines: [], unknown: [] });
  });
});

test("everything a tenant can choose has a price", () => {
  for (const { tier } of repository.tiers.values()) {
    for (const instanceClass of tier.limits.instanceClasses)
      expect(prices.prices).toHaveProperty([`rds.${instanceClass}`]);
    for (const nodeType of tier.limits.nodeTypes) expect(prices.prices).toHaveProperty([`elasticache.${nodeType}`]);
    for (const architecture of ["x86", "arm"] as const) {
      const shape = costShape(tenant(tier.name), { region: "us-east-1", architecture });
      expect(monthlyCost(shape, prices).unknown).toEqual([]);
    }
  }
});

test("every tenant of this repository has a price", () => {
  expect(repository.tenants.size).toBeGreaterThan(0);
  for (const { tenant: one } of repository.tenants.values()) {
    expect(cost(one).unknown, one.name).toEqual([]);
  }
});
