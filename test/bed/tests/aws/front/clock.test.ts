import { afterEach, expect, test } from "vitest";
import { bedClock, type SteerableClock } from "../../../clock.ts";
import { patientClock } from "../../../patient-clock.ts";

let clock: SteerableClock;
afterEach(() => clock.stop());

test("a fast clock is a fast clock for those who wait, too", async () => {
  clock = bedClock(1_000);
  const before = clock.now();
  await clock.sleep(60_000);
  expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
});

test("put forward, it lets happen what is due by then, in order, and nothing else", async () => {
  clock = bedClock();
  const happened: string[] = [];
  clock.after(7_200_000, () => happened.push("in two hours"));
  clock.after(3_600_000, () => happened.push("in one hour"));
  clock.after(7 * 24 * 3_600_000, () => happened.push("in a week"));
  clock.forward(7_200_000);
  await clock.sleep(20);
  expect(happened).toEqual(["in one hour", "in two hours"]);
});

test("what a busy machine comes to late happens in the order in which it is due, and what one leads to before the next", async () => {
  for (let round = 0; round < 40; round++) {
    let machine = 0;
    clock = bedClock(400, () => machine);
    const happened: string[] = [];
    const say = (what: string) => () => void happened.push(what);
    clock.after(1_000, say("it ends"));
    void clock.sleep(500).then(say("it writes")).then(say("it is read"));
    clock.after(2_000, say("it is gone"));
    clock.after(750, say("never"))();
    // The machine's time stands still, then is far ahead.
    await new Promise((resolve) => setTimeout(resolve, round % 5));
    machine = 10;
    while (happened.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(happened, `round ${round}`).toEqual(["it writes", "it is read", "it ends", "it is gone"]);
    clock.stop();
  }
});

test("a change of speed holds for what already waits", async () => {
  clock = bedClock();
  const woken = clock.sleep(60_000);
  clock.setSpeed(10_000);
  await woken;
});

test("what is months away does not happen now", async () => {
  clock = bedClock();
  let happened = false;
  clock.after(60 * 24 * 3_600_000, () => {
    happened = true;
  });
  await clock.sleep(30);
  expect(happened).toBe(false);
});

test("a stopped clock lets nothing happen", async () => {
  clock = bedClock();
  let happened = false;
  clock.after(5, () => {
    happened = true;
  });
  clock.stop();
  clock.after(5, () => {
    happened = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(happened).toBe(false);
});

test("a patient clock does not run on while a busy machine lets its process do nothing", async () => {
  clock = patientClock(1_000);
  const asked = clock.now();
  const asleep = clock.sleep(60_000);
  const before = clock.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  expect(clock.now() - before).toBeLessThan(7_000);
  await asleep;
  expect(clock.now() - asked).toBeGreaterThanOrEqual(60_000);
});

test("on a patient clock there is as much time for what has to be done on a slow machine as on a fast one", async () => {
  clock = patientClock(400);
  const before = clock.now();
  const woken: number[] = [];
  clock.after(60_000, () => woken.push(clock.now()));
  for (let asked = 0; asked < 20; asked++) {
    // What an answer costs: nobody waits, the process works.
    for (const begun = Date.now(); Date.now() - begun < 15; );
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(clock.now() - before).toBeLessThan(60_000);
  expect(woken).toEqual([]);
  await clock.sleep(90_000);
  expect(woken).toHaveLength(1);
});

test("on a patient clock what a process does one after the other has moments of its own", async () => {
  clock = patientClock(400);
  const moments = new Set<number>();
  for (let done = 0; done < 20; done++) {
    moments.add(clock.now());
    for (const begun = performance.now(); performance.now() - begun < 0.5; );
  }
  expect(moments.size).toBe(20);
  expect([...moments].filter((at) => !Number.isInteger(at))).toEqual([]);
});

test("a patient clock is steered as any other, and what sleeps wakes", async () => {
  clock = patientClock(1_000);
  const before = clock.now();
  const woken = clock.sleep(3_600_000);
  clock.forward(3_600_000);
  await woken;
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
});
