import { expect, test } from "vitest";
import { apply } from "../../actions/apply/apply.ts";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import { leaseKey, leaseMs } from "../../actions/lib/domain/lease.ts";
import { takeLease } from "../../actions/lib/engine/lease.ts";
import { aloneOnTenant } from "../../actions/lib/engine/lease-stage.ts";
import type { MigrateFleet } from "../../actions/lib/engine/stage-migrate.ts";
import type { Fleet } from "../../actions/lib/ports/fleet.ts";
import type { Services } from "../../actions/lib/ports/services.ts";
import { migrate } from "../../actions/migrate/migrate.ts";
import { roll } from "../../actions/roll/roll.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

const tenantAt = (release: string): DesiredTenant =>
  ({ tenant: { name: "hospital-a" }, release }) as unknown as DesiredTenant;

function world() {
  const records = memoryRecords();
  const clock = skippingClock();
  const counts: number[] = [];
  const services = { setCount: async (_cluster: string, _service: string, count: number) => void counts.push(count) };
  let release = "v1.4.0";
  const fleet = {
    cell: { records, services: services as unknown as Services },
    ...{ clock, progress: { say: () => {} } },
    run: { operation: "deploy-9-1", holder: "alice", run: "https://run/9", runId: "9" },
    again: async () => tenantAt(release),
  } as unknown as Fleet<"records" | "services">;
  const command = { tenant: "hospital-a", operation: "op-1", purpose: "/rollback hospital-a v1.3.0", holder: "ada" };
  const takeIt = async () => {
    const ports = { records, clock, holders: { state: async () => "alive" as const } };
    const answer = await takeLease({ ...command, run: "https://run/1", runId: "1" }, ports);
    if (answer.answer !== "taken") throw new Error("somebody has it");
    return answer.held;
  };
  const changeTo = (next: string): void => {
    release = next;
  };
  return { records, clock, counts, fleet, takeIt, changeTo };
}

test("a deployment waits for a command on the same tenant, and takes into account what it changed", async () => {
  const { clock, fleet, takeIt, changeTo } = world();
  const held = await takeIt();
  const seen: string[] = [];
  const rolled = aloneOnTenant(tenantAt("v1.4.0"), fleet, async ({ release }) => {
    seen.push(release);
    return { outcome: "changed" };
  });
  await clock.sleep(60_000);
  expect(seen).toEqual([]);

  changeTo("v1.3.0");
  await held.release();

  expect(await rolled).toEqual({ outcome: "changed" });
  expect(seen).toEqual(["v1.3.0"]);
});

test("a command that never ends keeps the deployment from changing anything, and is named", async () => {
  const { counts, fleet, takeIt } = world();
  const held = await takeIt();

  const result = await aloneOnTenant(tenantAt("v1.4.0"), fleet, async (_desired, { cell }) => {
    await cell.services.setCount("c", "s", 1);
    return { outcome: "changed" };
  });

  expect(result).toMatchObject({ outcome: "failed", reasonCode: "lease-held", next: "/unlock hospital-a" });
  expect(result.cause).toContain("/rollback hospital-a v1.3.0 of ada");
  expect(counts).toEqual([]);
  await held.release();
});

test("the tenant is free again after the work, also when that fails", async () => {
  const { records, fleet } = world();

  const failing = aloneOnTenant(tenantAt("v1.4.0"), fleet, async () => {
    throw new Error("broken");
  });

  await expect(failing).rejects.toThrow("broken");
  expect(records.all.get(leaseKey("hospital-a"))?.value).toMatchObject({ state: "free", operation: "deploy-9-1" });
});

test("a deployment whose lease was taken away changes nothing more", async () => {
  const { counts, fleet, records } = world();

  const result = aloneOnTenant(tenantAt("v1.4.0"), fleet, async (_desired, { cell }) => {
    await cell.services.setCount("c", "s", 1);
    const stored = await records.get(leaseKey("hospital-a"));
    await records.put(leaseKey("hospital-a"), { ...(stored?.value as object), state: "free" });
    await cell.services.setCount("c", "s", 2);
    return { outcome: "changed" };
  });

  await expect(result).rejects.toMatchObject({ reasonCode: "lease-lost" });
  expect(counts).toEqual([1]);
});

test("nothing of the tenant's stack, tasks and services is changed by a deployment that lost the lease", async () => {
  const { fleet, records } = world();
  const changed: string[] = [];
  const port = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, async () => void changed.push(name)]));
  const cell = {
    ...fleet.cell,
    services: port("register", "update", "remove", "find"),
    tasks: port("run", "stop"),
    stacks: port("executeChangeSet", "createChangeSet", "delete", "find"),
  } as unknown as Record<"services" | "tasks" | "stacks", Record<string, () => Promise<void>>>;
  const whole = { ...fleet, cell } as unknown as typeof fleet & { readonly cell: typeof cell };

  await aloneOnTenant(tenantAt("v1.4.0"), whole, async (_desired, { cell: { services, tasks, stacks } }) => {
    const stored = await records.get(leaseKey("hospital-a"));
    await records.put(leaseKey("hospital-a"), { ...(stored?.value as object), state: "free" });
    for (const call of [services, tasks, stacks].flatMap((one) => Object.values(one))) await call().catch(() => {});
    return { outcome: "changed" };
  });

  expect(changed).toEqual(["find", "find"]);
});

test.for(["apply", "migrate", "roll"] as const)(
  "%s of a deployment touches no tenant that a command has, and says who has it",
  async (stage) => {
    const { fleet, takeIt } = world();
    const held = await takeIt();
    const untouched = new Proxy({}, { get: (_port, name) => async () => Promise.reject(new Error(`${String(name)}`)) });
    const environment = { name: "production", rollout: { concurrency: 10, failureBudget: { count: 0, mode: "soft" } } };
    const cell = { ...fleet.cell, environment, stacks: untouched, services: untouched, tasks: untouched };
    const database = { kind: "dedicated" };
    const tenant = { tenant: { name: "hospital-a", database, state: "active" }, release: "v1.4.0" };
    const all = { ...fleet, cell, tenants: [tenant] } as unknown as MigrateFleet & Parameters<typeof roll>[1];

    const stages = {
      apply: () => apply({ before: [] }, all),
      migrate: () => migrate({ before: [], trialScript: "" }, all),
      roll: () => roll({ before: [] }, all),
    };
    const outcomes = await stages[stage]();

    expect(outcomes).toMatchObject([{ tenant: "hospital-a", outcome: "failed", reasonCode: "lease-held" }]);
    expect(outcomes[0]?.cause).toContain("/rollback hospital-a v1.3.0 of ada");
    await held.release();
  },
);

test("a deployment whose runner died keeps nobody waiting longer than its lease holds", async () => {
  const { clock, fleet, records } = world();
  const now = clock.now().getTime();
  await records.put(leaseKey("hospital-a"), {
    ...{ tenant: "hospital-a", fence: 3, state: "held", operation: "deploy-8-1", purpose: "deployment of v1.3.0" },
    ...{ holder: "alice", run: "https://run/8", runId: "8", since: new Date(now).toISOString() },
    until: new Date(now + leaseMs).toISOString(),
  });

  const result = await aloneOnTenant(tenantAt("v1.4.0"), fleet, async () => ({ outcome: "changed" }));

  expect(result).toEqual({ outcome: "changed" });
  const waited = clock.now().getTime() - now;
  expect(waited).toBeGreaterThanOrEqual(leaseMs);
  // Whoever waits looks every few seconds.
  expect(waited).toBeLessThanOrEqual(leaseMs + 10_000);
});
