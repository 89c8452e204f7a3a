/** How fast AWS is asked, and what happens when it says that this is too fast. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptively } from "../../actions/lib/engine/adaptively.ts";
import { desireOf, type StackStage, startStackStage, topic } from "../fixtures/stack-stage.ts";

let stage: StackStage;
beforeAll(async () => {
  stage = await startStackStage();
});
afterAll(() => stage.stop());

test("pitfall 3.19: repeating has a longest pause, and who waits is told", async () => {
  expect((await stage.apply(desireOf("pace", { A: topic("1") }))).outcome).toBe("applied");
  stage.aws.calls.clear();
  stage.slept.length = 0;
  const stop = stage.aws.faults.add({
    kind: "error",
    match: { service: "cloudformation", operations: ["DescribeStackEvents"] },
    code: "Throttling",
    times: 12,
  });

  const outcome = await stage.apply(desireOf("pace", { A: topic("2") }));
  stop();

  expect(outcome.outcome).toBe("applied");
  const looks = stage.aws.calls.all().filter(({ operation }) => operation === "DescribeStackEvents");
  expect(looks.filter((look) => look.outcome === "Throttling")).toHaveLength(12);
  expect(Math.max(...stage.slept)).toBeLessThanOrEqual(15_000);
  expect(stage.said.some((line) => line.startsWith("DescribeStackEvents is tried again"))).toBe(true);
});

describe("pitfall 3.21: how many stacks go at once follows from how AWS answers", () => {
  /** Runs so many pieces of work, and tells how many went at once at each start. */
  async function crowd(pieces: number, throttledAt: readonly number[] = []): Promise<readonly number[]> {
    let running = 0;
    let ended = 0;
    let throttled = 0;
    const together: number[] = [];
    await adaptively(
      Array.from({ length: pieces }, (_, index) => index),
      { start: 8, most: 24, throttled: () => throttled },
      async () => {
        running++;
        together.push(running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        ended++;
        if (throttledAt.includes(ended)) throttled++;
      },
    );
    return together;
  }

  test("it begins with eight and grows to twenty-four", async () => {
    const together = await crowd(200);

    expect(Math.max(...together.slice(0, 8))).toBe(8);
    expect(Math.max(...together)).toBe(24);
  });

  test("throttling halves it, and it grows again", async () => {
    const together = await crowd(400, [100]);

    expect(Math.min(...together.slice(101, 160))).toBeLessThanOrEqual(12);
    expect(Math.max(...together.slice(200))).toBe(24);
  });

  test("throttled all the time it goes on, one at a time", async () => {
    const together = await crowd(
      60,
      Array.from({ length: 60 }, (_, index) => index + 1),
    );

    expect(together).toHaveLength(60);
    expect(Math.max(...together.slice(30))).toBe(1);
  });

  test("results come in the order of the list, and one that fails does not keep the others from ending", async () => {
    const done: number[] = [];
    const work = adaptively([3, 1, 2], { start: 8, most: 24, throttled: () => 0 }, async (one) => {
      if (one === 1) throw new Error("broken");
      done.push(one);
      return one;
    });

    await expect(work).rejects.toThrow("broken");
    expect(done).toEqual([3, 2]);
    expect(await adaptively([3, 1, 2], { start: 1, most: 1, throttled: () => 0 }, async (one) => one * 2)).toEqual([
      6, 2, 4,
    ]);
  });

  test("a long operation is looked at more rarely than a short one", async () => {
    stage.slept.length = 0;
    await stage.apply(desireOf("pace-long", { Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } } }));

    // A key takes twenty seconds to make.
    const longest = stage.slept.indexOf(Math.max(...stage.slept));
    expect(stage.slept[longest]).toBeGreaterThanOrEqual(2_000);
    expect(stage.slept.slice(0, longest)).toContain(1_000);
  });
});
