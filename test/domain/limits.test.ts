import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { coalesce } from "../../actions/lib/adapters/aws/coalesce.ts";
import { callScheduler } from "../../actions/lib/adapters/aws/scheduler.ts";
import { pacedBucket } from "../../actions/lib/adapters/aws/scheduler-bucket.ts";
import { callFailure } from "../../actions/lib/adapters/aws/scheduler-failure.ts";
import { apiBuckets, batchSizes, bucketsOf, leastSeconds } from "../../actions/lib/domain/limits.ts";
import { publishedBuckets } from "../bed/aws/faults/limits.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

describe("AWS's limits", () => {
  test("are the same here as on the bed, which knows them on its own", () => {
    const ours = apiBuckets
      .filter(({ assumed, service }) => assumed === undefined && service === "ecs")
      .flatMap(({ burst, perSecond, operations }) => operations.map((name) => [name, burst, perSecond].join(" ")));
    for (const { burst, refill, operations, service } of Object.values(publishedBuckets)) {
      if (service !== "ecs") continue;
      for (const operation of operations.filter((name) => bucketsOf("ecs", name).length > 0)) {
        expect(ours).toContain([operation, burst, refill].join(" "));
      }
    }
  });

  test("the batch sizes are those of the ECS API", () => {
    expect(batchSizes).toMatchObject({ DescribeServices: 10, DescribeServiceDeployments: 20, DescribeTasks: 100 });
  });

  test.for([
    [900, 1, 880],
    [900, 0.85, 1038.8],
    [10, 1, 0],
  ] as const)("%i registrations at a share of %d need %d seconds", ([calls, share, seconds]) => {
    expect(leastSeconds(calls, { burst: 20, perSecond: 1 }, share)).toBeCloseTo(seconds, 1);
  });
});

describe("a bucket", () => {
  const rate = { burst: 20, perSecond: 2 };

  test("lets its burst out at once and the rest at its rate, first come first served", async () => {
    const clock = skippingClock();
    const bucket = pacedBucket(rate, 1, clock);
    const order: number[] = [];
    const begun = clock.now().getTime();
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await bucket.take();
        order.push(index);
      }),
    );

    expect(order).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect((clock.now().getTime() - begun) / 1000).toBeCloseTo(20, 0);
  });

  test("takes only its share", async () => {
    const clock = skippingClock();
    const bucket = pacedBucket(rate, 0.5, clock);
    const begun = clock.now().getTime();
    for (let calls = 0; calls < 30; calls++) await bucket.take();

    expect((clock.now().getTime() - begun) / 1000).toBeCloseTo(20, 0);
  });

  test("is slowed down when somebody else drinks from it, and finds back to its pace", async () => {
    const clock = skippingClock();
    const bucket = pacedBucket(rate, 1, clock);
    for (let calls = 0; calls < 10; calls++) {
      await bucket.take();
      bucket.throttled();
    }
    const slow = await secondsOf(10, bucket, clock);
    await clock.sleep(60_000);
    await secondsOf(20, bucket, clock);
    const recovered = await secondsOf(10, bucket, clock);

    expect(slow).toBeGreaterThan(6);
    expect(recovered).toBeCloseTo(5, 0);
  });

  test("keeps its pace when one call in twenty is refused by chance", async () => {
    const clock = skippingClock();
    const bucket = pacedBucket(rate, 1, clock);
    await secondsOf(20, bucket, clock);
    const begun = clock.now().getTime();
    for (let calls = 0; calls < 100; calls++) {
      await bucket.take();
      calls % 20 === 7 ? bucket.throttled() : bucket.answered();
    }

    expect((clock.now().getTime() - begun) / 1000).toBeCloseTo(50, 0);
  });
});

describe("the scheduler", () => {
  const read = { service: "ecs", operation: "DescribeServices" };

  test("a throttled read is asked again until it is answered, without ever waiting more than 15 seconds", async () => {
    const clock = skippingClock();
    let left = 40;
    const scheduler = callScheduler({ sharePercent: 85, clock, random: () => 1 });
    const answer = await scheduler.run(read, async () => {
      if (left-- > 0) throw named("ThrottlingException");
      return "answered";
    });

    expect(answer).toBe("answered");
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(15_000);
  });

  test("somebody who waits long says so, and not more than once a minute", async () => {
    const clock = skippingClock();
    const said: string[] = [];
    let left = 30;
    const scheduler = callScheduler({
      sharePercent: 85,
      clock,
      random: () => 1,
      progress: { say: (line) => said.push(line) },
    });
    const begun = clock.now().getTime();
    await scheduler.run(read, async () => {
      if (left-- > 0) throw named("ThrottlingException");
    });
    const minutes = (clock.now().getTime() - begun) / 60_000;

    expect(said[0]).toContain("DescribeServices is tried again");
    expect(said.length).toBeGreaterThan(minutes - 2);
    expect(said.length).toBeLessThanOrEqual(Math.ceil(minutes));
  });

  test("a broken call is tried eight times, then its error is the caller's", async () => {
    const clock = skippingClock();
    let tries = 0;
    const scheduler = callScheduler({ sharePercent: 85, clock });
    const call = scheduler.run(read, async () => {
      tries++;
      throw named("ECONNRESET");
    });

    await expect(call).rejects.toThrow("ECONNRESET");
    expect(tries).toBe(8);
  });

  test("pitfall 3.27: an answer that refuses is final at once", async () => {
    const scheduler = callScheduler({ sharePercent: 85, clock: skippingClock() });
    let tries = 0;
    const call = scheduler.run(read, async () => {
      tries++;
      throw named("AccessDeniedException");
    });

    await expect(call).rejects.toThrow("AccessDeniedException");
    expect(tries).toBe(1);
  });

  test("a connection that breaks under fetch is broken too, by its cause", () => {
    expect(callFailure(new TypeError("fetch failed", { cause: { code: "ECONNRESET" } }))).toBe("broken");
  });

  test.for([
    ["ThrottlingException", "throttled"],
    ["ServiceUnavailableException", "broken"],
    ["ClusterNotFoundException", "final"],
    ["LimitExceededException", "final"],
  ] as const)("%s is %s", ([name, kind]) => {
    expect(callFailure(named(name))).toBe(kind);
  });
});

describe("shared reads", () => {
  test("thirty questions asked at a time are two calls of at most twenty, and each gets its own answer", async () => {
    const clock = skippingClock();
    const sizes: number[] = [];
    const ask = coalesce<string, string>(clock, {
      most: 20,
      load: async (keys) => {
        sizes.push(keys.length);
        return new Map(keys.map((key) => [key, key.toUpperCase()]));
      },
    });
    const names = Array.from({ length: 30 }, (_, index) => `a${index}`);
    const answers = await Promise.all(names.map(async (name) => (await ask([name])).get(name)));

    expect(answers).toEqual(names.map((name) => name.toUpperCase()));
    expect(sizes).toEqual([20, 10]);
  });

  test("what a call does not know is missing, not an error", async () => {
    const ask = coalesce<string, string>(skippingClock(), { most: 20, load: async () => new Map([["a", "A"]]) });

    expect([...(await ask(["a", "b"]))]).toEqual([["a", "A"]]);
  });

  test("a failed call fails only the questions it was made for", async () => {
    const ask = coalesce<string, string>(skippingClock(), {
      most: 1,
      load: async ([key = ""]) => {
        if (key === "bad") throw named("ClusterNotFoundException");
        return new Map([[key, "fine"]]);
      },
    });
    const [good, bad] = await Promise.allSettled([ask(["good"]), ask(["bad"])]);

    expect(good).toEqual({ status: "fulfilled", value: new Map([["good", "fine"]]) });
    expect(bad.status).toBe("rejected");
  });
});

test("the retries of the SDK's clients are off where the scheduler's are on", () => {
  const source = readFileSync(new URL("../../actions/lib/adapters/aws/cell-services.ts", import.meta.url), "utf8");
  const made = source.match(/new \w+Client\((\w+)\)/g) ?? [];

  expect(made.length).toBeGreaterThan(0);
  expect(made.every((one) => one.endsWith("(settings)"))).toBe(true);
});

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

async function secondsOf(
  calls: number,
  bucket: ReturnType<typeof pacedBucket>,
  clock: ReturnType<typeof skippingClock>,
): Promise<number> {
  const begun = clock.now().getTime();
  for (let call = 0; call < calls; call++) {
    await bucket.take();
    bucket.answered();
  }
  return (clock.now().getTime() - begun) / 1000;
}
