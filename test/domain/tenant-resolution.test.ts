import { expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { fargateComplaint } from "../../actions/lib/domain/fargate.ts";
import type { Tenant } from "../../actions/lib/domain/tenant.ts";
import { repositoryWith, standardTenant } from "../fixtures/tenants/repository.ts";

const tenant = (name: string, text: string): Tenant => {
  const { tenants, problems } = readRepository(repositoryWith({ [`tenants/${name}.yml`]: text }));
  const loaded = tenants.get(name);
  if (loaded === undefined) throw new Error(JSON.stringify(problems));
  return loaded.tenant;
};

const plain = (tier: string, more = ""): Tenant =>
  tenant("x-clinic", standardTenant("x-clinic", more).replace("standard", tier));

test("a standard tenant that says nothing gets what the tier promises: single instances, one to five tasks, bursting files", () => {
  expect(plain("standard")).toEqual({
    name: "x-clinic",
    displayName: "Clinic",
    tier: "standard",
    environment: "production",
    contact: "it@clinic.org",
    sso: { type: "none" },
    state: "active",
    subdomain: "x-clinic",
    services: {
      django: { count: { min: 1, max: 5 }, cpu: 512, memory: 1024 },
      celery: { count: { min: 1, max: 5 }, cpu: 512, memory: 1024, spot: true },
      beat: { cpu: 256, memory: 512 },
    },
    database: {
      kind: "dedicated",
      instanceClass: "db.t4g.medium",
      multiAz: false,
      allocatedStorageGib: 50,
      maxAllocatedStorageGib: 200,
      backupRetentionDays: 14,
      engineVersion: "17.9",
    },
    redis: { kind: "dedicated", nodeType: "cache.t4g.small", nodes: 1 },
    storage: { kind: "bursting" },
    monthlyBudgetUsd: 250,
    logRetentionDays: 365,
    allowDestruction: [],
    tags: {},
  });
});

test("an enterprise tenant has a standby, failover, two to ten tasks, provisioned files and 30 days of backups", () => {
  const { database, redis, storage, services } = plain("enterprise");
  expect({ database, redis, storage, count: services.django.count }).toMatchObject({
    database: { multiAz: true, backupRetentionDays: 30 },
    redis: { nodes: 2 },
    storage: { kind: "provisioned" },
    count: { min: 2, max: 10 },
  });
});

test("a trial tenant shares everything that holds data and has one task of each service", () => {
  const { database, redis, storage, services } = plain("trial", "redis: { index: 7 }\n");
  expect({ database, redis, storage, services: [services.django.count, services.celery.count] }).toEqual({
    database: { kind: "shared" },
    redis: { kind: "shared", index: 7 },
    storage: { kind: "shared" },
    services: [
      { min: 1, max: 1 },
      { min: 1, max: 1 },
    ],
  });
});

test("what the file says wins, value by value", () => {
  const more =
    "services: { django: { count: 3 }, celery: { spot: false } }\ndatabase: { allocatedStorageGib: 100 }\nrelease: v1.3.9\nstate: suspended\nsubdomain: clinic\n";
  expect(plain("standard", more)).toMatchObject({
    services: {
      django: { count: { min: 3, max: 3 }, cpu: 512 },
      celery: { count: { min: 1, max: 5 }, spot: false },
    },
    database: { allocatedStorageGib: 100, maxAllocatedStorageGib: 200 },
    release: "v1.3.9",
    state: "suspended",
    subdomain: "clinic",
  });
});

test("a tenant that pins no release has none of its own", () => {
  expect("release" in plain("standard")).toBe(false);
});

test.for([
  [256, 512, true],
  [256, 1536, false],
  [256, 2048, true],
  [512, 5120, false],
  [1024, 2048, true],
  [1024, 2500, false],
  [4096, 30_720, true],
  [8192, 20_480, true],
  [8192, 21_504, false],
  [16_384, 122_880, true],
  [1000, 2048, false],
] as const)("Fargate: cpu %i with %i MiB runs: %s", ([cpu, memory, runs]) => {
  expect(fargateComplaint({ cpu, memory }) === undefined).toBe(runs);
});
