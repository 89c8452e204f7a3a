/** What a deployment has to do, as the deploy workflow makes jobs of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { byEnvironment } from "../../actions/changes/changes.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

let stage: Rehearsal;
beforeAll(async () => {
  stage = await startRehearsal();
});
afterAll(() => stage.stop());

const names = ["clinic-a", "clinic-b2", "clinic-c", "clinic-d", "clinic-e"];

function fleet(rollout = ""): Files {
  const files = smallFleet(Object.fromEntries(names.map((name) => [`tenants/${name}.yml`, standardTenant(name)])));
  const production = "infra/environments/production.yml";
  return { ...files, [production]: files[production]?.replace("concurrency: 10", `concurrency: 10${rollout}`) };
}

test("a small fleet is one wave in one job", async () => {
  const { waves } = await stage.due(fleet());

  expect(waves).toMatchObject([{ wave: 1, waves: 1, tenants: names, jobs: 1, size: 5 }]);
  expect(waves[0]?.shards).toEqual([{ shard: 1, shards: 1, tenants: names }]);
});

test("a wave of more tenants than a job may have is several jobs at the same time", async () => {
  const { waves } = await stage.due(fleet(", tenantsPerJob: 2"));

  expect(waves).toMatchObject([{ wave: 1, waves: 1, tenants: names, jobs: 3, size: 5 }]);
  expect(waves[0]?.shards.map(({ tenants }) => tenants)).toEqual([
    ["clinic-a", "clinic-b2"],
    ["clinic-c"],
    ["clinic-d", "clinic-e"],
  ]);
});

test("looked at again, the same tenants make the same jobs", async () => {
  const first = await stage.due(fleet(", tenantsPerJob: 2"));

  expect(await stage.due(fleet(", tenantsPerJob: 2"))).toEqual(first);
});

test("environments are told apart, so that they go side by side, and the waves of each keep their order", () => {
  const one = (environment: string, wave: number) => ({
    ...{ environment, wave, waves: 2, tenants: [], shards: [], jobs: 1, size: 0 },
  });
  const due = [one("production", 1), one("staging", 1), one("production", 2), one("staging", 2)];

  expect(byEnvironment(due)).toEqual([
    { environment: "production", waves: [due[0], due[2]] },
    { environment: "staging", waves: [due[1], due[3]] },
  ]);
  expect(byEnvironment([])).toEqual([]);
});
