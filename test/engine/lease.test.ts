import { describe, expect, test } from "vitest";
import { type HolderState, heartbeatMs, type LeaseWish, leaseKey, leaseMs } from "../../actions/lib/domain/lease.ts";
import { breakLease, type HeldLease, takeLease, whoHolds } from "../../actions/lib/engine/lease.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

function wish(operation: string, runId = "1"): LeaseWish {
  return { tenant: "hospital-a", operation, purpose: "/scale hospital-a 4", holder: "ada", run: "https://run", runId };
}

function world(holder: HolderState = "alive") {
  const records = memoryRecords();
  const clock = skippingClock();
  return { records, clock, holders: { state: async () => holder } };
}

async function taken(of: LeaseWish, ports: ReturnType<typeof world>): Promise<HeldLease> {
  const answer = await takeLease(of, ports);
  if (answer.answer !== "taken") throw new Error(`${answer.by.operation} has it`);
  return answer.held;
}

/** A runner that is gone without a word: nothing it would still do happens. */
async function killed(of: LeaseWish, ports: ReturnType<typeof world>): Promise<void> {
  const dead = { ...ports, clock: { ...ports.clock, sleep: () => new Promise<void>(() => {}) } };
  await taken(of, dead);
}

describe("a lease", () => {
  test("of two who want it at the same moment, one gets it and the other is told who has it", async () => {
    const ports = world();

    const answers = await Promise.all([takeLease(wish("op-1", "1"), ports), takeLease(wish("op-2", "2"), ports)]);

    const winner = answers.find((answer) => answer.answer === "taken");
    const loser = answers.find((answer) => answer.answer === "held");
    expect(winner?.answer === "taken" && winner.held.lease.operation).toBe(
      loser?.answer === "held" && loser.by.operation,
    );
    if (winner?.answer === "taken") await winner.held.release();
  });

  test("given back, it is free at once, and the next holder has a higher number", async () => {
    const ports = world();
    const first = await taken(wish("op-1"), ports);
    await first.release();

    const second = await taken(wish("op-2"), ports);

    expect([first.lease.fence, second.lease.fence]).toEqual([1, 2]);
    await second.release();
  });

  test("holds as long as its holder lives, however long that is", async () => {
    const ports = world();
    const held = await taken(wish("op-1"), ports);

    await ports.clock.sleep(10 * leaseMs);

    await held.check();
    expect(await whoHolds(wish("op-2", "2"), ports)).toMatchObject({ operation: "op-1" });
    await held.release();
  });

  test("of a killed runner blocks nobody longer than it lasts", async () => {
    const ports = world("alive");
    await killed(wish("op-1"), ports);
    expect((await takeLease(wish("op-2", "2"), ports)).answer).toBe("held");

    await ports.clock.sleep(leaseMs);

    const second = await taken(wish("op-2", "2"), ports);
    expect(second.lease.fence).toBe(2);
    await second.release();
  });

  test.for([
    ["gone", "taken"],
    ["alive", "held"],
    ["unknown", "held"],
  ] as const)("whose run is %s is %s before its time", async ([holder, answer]) => {
    const ports = world(holder);
    await killed(wish("op-1"), ports);

    const second = await takeLease(wish("op-2", "2"), ports);

    expect(second.answer).toBe(answer);
    if (second.answer === "taken") await second.held.release();
  });

  test("that somebody else had in between stops its holder before the next change", async () => {
    const ports = world();
    const sleeping = { ...ports, clock: { ...ports.clock, sleep: () => new Promise<void>(() => {}) } };
    const first = await taken(wish("op-1"), sleeping);
    await ports.clock.sleep(leaseMs);
    const second = await taken(wish("op-2", "2"), ports);
    await second.release();

    await expect(first.check()).rejects.toMatchObject({ reasonCode: "lease-lost" });
  });

  test("that ended stops its holder even if nobody else wanted it", async () => {
    const ports = world();
    const sleeping = { ...ports, clock: { ...ports.clock, sleep: () => new Promise<void>(() => {}) } };
    const first = await taken(wish("op-1"), sleeping);

    await ports.clock.sleep(leaseMs);

    await expect(first.check()).rejects.toMatchObject({ reasonCode: "lease-lost" });
  });

  test("taken away by unlocking is free, and its holder is stopped", async () => {
    const ports = world();
    const held = await taken(wish("op-1"), ports);

    expect(await breakLease("hospital-a", ports)).toMatchObject({ operation: "op-1" });

    await expect(held.check()).rejects.toMatchObject({ reasonCode: "lease-lost" });
    expect(await whoHolds(wish("op-2", "2"), ports)).toBeUndefined();
    await held.release();
    expect(ports.records.all.get(leaseKey("hospital-a"))?.value).toMatchObject({ state: "free", fence: 1 });
  });

  test("whose sign of life was lost on the way is still its holder's", async () => {
    const ports = world();
    let lose = false;
    const records = {
      ...ports.records,
      put: async (...given: Parameters<typeof ports.records.put>) => {
        const tag = await ports.records.put(...given);
        if (!lose) return tag;
        lose = false;
        throw new TypeError("the connection broke after the write");
      },
    };
    const held = await taken(wish("op-1"), { ...ports, records });
    lose = true;

    await ports.clock.sleep(4 * heartbeatMs);

    expect(lose).toBe(false);
    await held.check();
    await held.release();
    expect(ports.records.all.get(leaseKey("hospital-a"))?.value).toMatchObject({ state: "free" });
  });

  test("an attempt of the same run for the same operation goes on where the first one stopped", async () => {
    const ports = world("alive");
    await killed(wish("op-1", "7"), ports);

    const again = await taken(wish("op-1", "7"), ports);

    expect(again.lease.fence).toBe(2);
    await again.release();
  });
});
