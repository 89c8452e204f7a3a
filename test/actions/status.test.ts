import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetStatus } from "../../actions/lib/domain/fleet-status.ts";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { fleetPage } from "../../actions/lib/report/fleet-page.ts";
import { status } from "../../actions/status/status.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const deployed = smallFleet({ "tenants/clinic-x.yml": standardTenant("clinic-x") });
const files = {
  ...deployed,
  "tenants/x.yml": undefined,
  "tenants/new-clinic.yml": standardTenant("new-clinic", "subdomain: neu\n"),
};
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  await stage.pushRelease("v1.4.0");
  await stage.deploy(deployed);
}, 120_000);
afterAll(() => stage.stop());

async function fleet(of: Files) {
  const { clock } = stage.aws.world;
  const found = await status(
    { declarations: stage.declarations(of), repository: "https://github.com/mate-health/tenants" },
    {
      cells: stage.cell,
      cost: () => ({ floor: 118, ceiling: 166, unknown: [] }),
      clock: { now: () => new Date(clock.now()), sleep: (milliseconds) => clock.sleep(milliseconds) },
      progress: { say: () => {} },
    },
  );
  return fleetStatus.parse(found);
}

test("a tenant that runs and one that is only declared stand side by side", async () => {
  const { tenants } = await fleet(files);

  expect(tenants.find(({ name }) => name === "clinic-x")).toMatchObject({
    health: "healthy",
    settled: true,
    release: { wanted: "v1.4.0", settled: "v1.4.0" },
    services: [
      { role: "celery", running: 1, wanted: 1 },
      { role: "django", running: 1, wanted: 1 },
      { role: "beat", running: 1, wanted: 1 },
    ],
    history: [{ verb: "deploy", actor: "alice", outcome: "changed" }],
    overrides: [],
  });
  expect(tenants.find(({ name }) => name === "new-clinic")).toMatchObject({
    health: "absent",
    settled: false,
    url: "https://neu.mate.example.com",
    services: [],
    history: [],
  });
});

test("live changes, drift, drills and what is not settled stand there as recorded", async () => {
  const { records } = stage.cell(stage.production(deployed));
  const at = "2026-11-24T02:50:00.000Z";
  await records.put(overrideKey("clinic-x"), {
    overrides: [{ kind: "suspend", tenant: "clinic-x", since: at, by: "oscar", operation: "op-1b3c" }],
  });
  await records.put("plans/drift/clinic-x.json", { at, findings: ["django runs v1.3.0, should run v1.4.0"] });
  await records.put("operations/unsettled/clinic-x.json", {
    since: at,
    history: [{ at, what: "django: exit code 3" }],
  });
  await records.put("operations/drills/clinic-x.json", {
    at,
    outcome: "passed",
    rtoMinutes: 18,
    rpoMinutes: 4,
    tenant: "clinic-x",
  });

  const { tenants } = await fleet(deployed);

  expect(tenants[0]).toMatchObject({
    overrides: [expect.stringMatching(/suspended .*2026-11-24 02:50 UTC by oscar/)],
    drift: { at, findings: ["django runs v1.3.0, should run v1.4.0"] },
    unsettled: { since: at, cause: "django: exit code 3" },
    drill: { at, outcome: "passed", rtoMinutes: 18, rpoMinutes: 4 },
  });
  expect(fleetPage({ ...(await fleet(deployed)) })).toContain('data-tenant="clinic-x"');
});

test("the last operation of a busy night is the last, whatever its name", async () => {
  const { records } = stage.cell(stage.production(deployed));
  const begun = stage.aws.world.clock.now();
  const entries = Array.from({ length: 10 }, (_, index) => ({
    ...{ operation: `op-${9 - index}`, verb: `scale ${index}`, tenant: "clinic-x", environment: "production" },
    ...{ actor: "oscar", at: new Date(begun + index).toISOString(), outcome: "changed" },
  }));
  const day = new Date(begun).toISOString().slice(0, 10).replaceAll("-", "/");
  for (const entry of entries) await records.put(`journal/${day}/${entry.operation}-clinic-x.json`, entry);

  const { tenants } = await fleet(deployed);

  const verbs = tenants[0]?.history.map(({ verb }) => verb);
  expect(verbs).toEqual([9, 8, 7, 6, 5, 4, 3, 2].map((index) => `scale ${index}`));
});

test("a whole fleet is read in few calls", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `tenants/clinic-${index + 10}.yml`,
      standardTenant(`clinic-${index + 10}`),
    ]),
  );
  stage.aws.calls.clear();

  const { tenants } = await fleet(smallFleet(many));

  expect(tenants).toHaveLength(40);
  const calls = stage.aws.calls.all().map(({ operation }) => operation);
  // 120 services in batches of ten; five listings of records, two of the journal; the platform's outputs
  // and the live changes of the one tenant that has some.
  expect(calls.length).toBeLessThanOrEqual(22);
});
