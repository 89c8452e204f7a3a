import { expect, test } from "vitest";
import { toDeclarations } from "../../actions/lib/adapters/files/declarations.ts";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { dangerCauses } from "../../actions/lib/domain/danger-cause.ts";
import type { Danger } from "../../actions/lib/domain/plan.ts";
import type { Declarations } from "../../actions/lib/ports/declarations.ts";
import { textOf } from "../contract/committed.ts";
import { repositoryWith, sourceFile, standardTenant } from "../fixtures/tenants/repository.ts";

function declared(more: string): Declarations {
  const template = sourceFile("infra/tenant/tenant.yml", textOf("infra/tenant/tenant.yml"));
  return toDeclarations(
    readRepository([...repositoryWith({ "tenants/clinic-x.yml": standardTenant("clinic-x", more) }), template]),
  );
}

/** Paths behind the dangers when a file of these lines becomes one of those. */
function causes(was: string, is: string, dangers: readonly Pick<Danger, "logicalId" | "because">[]) {
  const [before, after] = [declared(was), declared(is)];
  const tenants = { before: before.tenants.get("clinic-x")?.tenant, after: after.tenants.get("clinic-x")?.tenant };
  const environment = after.environments.get("production");
  if (tenants.before === undefined || tenants.after === undefined || environment === undefined)
    throw new Error(JSON.stringify([before.problems, after.problems]));
  const both = { before: tenants.before, after: tenants.after };
  const found = dangerCauses(dangers, both, { environment, template: after.template, platform: {} });
  return Object.fromEntries([...found].map(([id, path]) => [id, path.join(".")]));
}

const database = { logicalId: "Database", because: ["EngineVersion"] };
const redis = { logicalId: "Redis", because: ["CacheNodeType"] };

test("the only value that changed is behind every danger", () => {
  expect(causes("", "redis: { nodeType: cache.t4g.medium }\n", [redis, { logicalId: "Files", because: [] }])).toEqual({
    Redis: "redis.nodeType",
    Files: "redis.nodeType",
  });
});

test("of several values it is the one whose parameter is named like what forces the danger", () => {
  const is = `logRetentionDays: 545\nredis: { nodeType: cache.t4g.medium }\ndatabase: { engineVersion: "17.2" }\n`;

  expect(causes("", is, [database, redis])).toEqual({
    Database: "database.engineVersion",
    Redis: "redis.nodeType",
  });
});

test("a value that was taken out of the file is behind it too", () => {
  expect(causes(`database: { engineVersion: "17.2" }\n`, "", [database])).toEqual({
    Database: "database.engineVersion",
  });
});

test.for([
  ["nothing of the file", "", ""],
  ["only what the stack does not know", "", "services: { celery: { count: 2 } }\n"],
] as const)("%s changed: no value is behind the danger", ([, was, is]) => {
  expect(causes(was, is, [database])).toEqual({});
});
