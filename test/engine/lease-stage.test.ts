import { expect, test } from "vitest";
import type { DesiredTenant } from "../../actions/lib/domain/desired.ts";
import { leaseKey } from "../../actions/lib/domain/lease.ts";
import { takeLease } from "../../actions/lib/engine/lease.ts";
import { aloneOnTenant } from "../../actions/lib/engine/lease-stage.ts";
import type { Fleet } from "../../actions/lib/ports/fleet.ts";
import type { Services } from "../../actions/lib/ports/services.ts";
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
