import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsBed, type AwsBedOptions, startAwsBed } from "../../../aws/bed.ts";
import { faultsOf } from "../../../aws/faults/faults.ts";
import { standingClock } from "../../../standing-clock.ts";
import { settingsFor } from "./client-settings.ts";

const started: AwsBed[] = [];
async function aBed(options: AwsBedOptions = {}): Promise<AwsBed> {
  const bed = await startAwsBed(options);
  started.push(bed);
  return bed;
}
afterEach(async () => {
  for (const bed of started.splice(0)) await bed.stop();
});

/** `ok` or the name of the error, in order. */
async function outcomes(count: number, act: () => Promise<unknown>): Promise<readonly string[]> {
  const names: string[] = [];
  for (let turn = 0; turn < count; turn++)
    names.push(
      await act().then(
        () => "ok",
        (error: Error) => error.name,
      ),
    );
  return names;
}

describe("throttling", () => {
  test("cluster changes come to an end after the published burst of 20, and tokens return one a second", async () => {
    const clock = standingClock();
    const bed = await aBed({ clock, limits: "published" });
    const ecs = new ECSClient(settingsFor(bed));
    const create = () => ecs.send(new CreateClusterCommand({ clusterName: "production" }));

    const answers = await outcomes(22, create);

    expect(answers.slice(0, 20)).toEqual(Array(20).fill("ok"));
    expect(answers.at(-1)).toBe("ThrottlingException");
    clock.forward(1_100);
    expect(await outcomes(1, create)).toEqual(["ok"]);
    expect(bed.calls.all().filter(({ outcome }) => outcome === "ThrottlingException")).not.toEqual([]);
  });

  test("other buckets of the same service are not touched", async () => {
    const bed = await aBed({ limits: "published" });
    const ecs = new ECSClient(settingsFor(bed));
    await outcomes(25, () => ecs.send(new CreateClusterCommand({ clusterName: "production" })));
    expect(await outcomes(1, () => ecs.send(new DescribeClustersCommand({})))).toEqual(["ok"]);
  });

  test("by percentage it is the same calls again with the same seed", async () => {
    const run = async (seed: string): Promise<readonly string[]> => {
      const bed = await aBed({ seed });
      bed.faults.add({ kind: "throttling", percent: 50, match: { service: "sts" } });
      const sts = new STSClient(settingsFor(bed));
      return outcomes(20, () => sts.send(new GetCallerIdentityCommand({})));
    };
    const first = await run("one");
    expect(first).toContain("ok");
    expect(first).toContain("Throttling");
    expect(await run("one")).toEqual(first);
    expect(await run("two")).not.toEqual(first);
  });

  test("S3 says SlowDown", async () => {
    const bed = await aBed();
    bed.faults.add({ kind: "throttling", percent: 100 });
    const s3 = new S3Client(settingsFor(bed));
    await expect(s3.send(new CreateBucketCommand({ Bucket: "data" }))).rejects.toMatchObject({
      name: "SlowDown",
      $metadata: { httpStatusCode: 503 },
    });
  });
});

describe("connections that break", () => {
  let bed: AwsBed;
  let s3: S3Client;
  const put = () => s3.send(new PutObjectCommand({ Bucket: "data", Key: "lease", Body: "me", IfNoneMatch: "*" }));
  const exists = () =>
    s3.send(new HeadObjectCommand({ Bucket: "data", Key: "lease" })).then(
      () => true,
      () => false,
    );
  beforeEach(async () => {
    bed = await aBed();
    s3 = new S3Client(settingsFor(bed));
    await s3.send(new CreateBucketCommand({ Bucket: "data" }));
  });

  test("before the effect: the caller gets an error and nothing happened", async () => {
    bed.faults.add({ kind: "connection", when: "before-effect", match: { operations: ["PutObject"] } });
    await expect(put()).rejects.toThrow();
    expect(await exists()).toBe(false);
    expect(bed.calls.all().find(({ operation }) => operation === "PutObject")?.outcome).toBe("reset-before-effect");
  });

  test("after the effect: the caller gets the same error and it happened", async () => {
    bed.faults.add({ kind: "connection", when: "after-effect", match: { operations: ["PutObject"] } });
    await expect(put()).rejects.toThrow();
    expect(await exists()).toBe(true);
    await expect(put()).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  test("at the nth matching call only", async () => {
    bed.faults.add({ kind: "connection", when: "before-effect", nth: 3, match: { operations: ["Head*"] } });
    await put();
    expect([await exists(), await exists(), await exists(), await exists()]).toEqual([true, true, false, true]);
  });

  test("or hang: the effect is there, the answer never comes", async () => {
    bed.faults.add({ kind: "connection", does: "hang", when: "after-effect", match: { operations: ["PutObject"] } });
    const waiting = new AbortController();
    const answer = s3.send(new PutObjectCommand({ Bucket: "data", Key: "lease", Body: "me" }), {
      abortSignal: waiting.signal,
    });
    const logged = new Promise((resolve) => bed.calls.watch(resolve));
    await logged;
    waiting.abort();
    await expect(answer).rejects.toThrow();
    expect(bed.calls.all().at(-1)?.outcome).toBe("hang-after-effect");
    expect(await exists()).toBe(true);
  });
});

test("an error at the second matching call, for one tenant only", async () => {
  const bed = await aBed();
  const ssm = new SSMClient(settingsFor(bed));
  bed.faults.add({
    kind: "error",
    nth: 2,
    code: "InternalServerError",
    status: 500,
    match: { contains: "hospital-a" },
  });
  const put = (name: string) => () =>
    ssm.send(new PutParameterCommand({ Name: name, Value: "x", Type: "String", Overwrite: true }));
  expect(await outcomes(3, put("hospital-a"))).toEqual(["ok", "InternalServerError", "ok"]);
  expect(await outcomes(3, put("hospital-b"))).toEqual(["ok", "ok", "ok"]);
});

test("expired credentials are named as each protocol names them", async () => {
  const bed = await aBed();
  bed.faults.add({ kind: "expired-credentials", times: "every" });
  const names = await Promise.all([
    outcomes(1, () => new STSClient(settingsFor(bed)).send(new GetCallerIdentityCommand({}))),
    outcomes(1, () => new ECSClient(settingsFor(bed)).send(new DescribeClustersCommand({}))),
    outcomes(1, () => new S3Client(settingsFor(bed)).send(new CreateBucketCommand({ Bucket: "data" }))),
  ]);
  expect(names.flat()).toEqual(["ExpiredToken", "ExpiredTokenException", "ExpiredToken"]);
});

test("a stale read shows the state before the caller's own write, then the truth", async () => {
  const clock = standingClock();
  const bed = await aBed({ clock });
  const ssm = new SSMClient(settingsFor(bed));
  const write = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: "p", Value, Type: "String", Overwrite: true }));
  const read = async () => (await ssm.send(new GetParameterCommand({ Name: "p" }))).Parameter?.Value;
  await write("old");
  bed.faults.add({ kind: "stale-reads", milliseconds: 300 });
  expect(await read()).toBe("old");
  await write("new");
  expect(await read()).toBe("old");
  clock.forward(320);
  expect(await read()).toBe("new");
});

test("a stale read is as old as its first answer, however often it is asked for in the meantime", async () => {
  const faults = faultsOf(() => 0);
  faults.add({ kind: "stale-reads", milliseconds: 5_000 });
  const ask = (at: number, truth: string): object => {
    const call = { service: "ecs", operation: "DescribeServices", account: "1", region: "r", input: {}, at };
    const [effect] = faults.meet(call);
    const output = effect?.does === "answer" ? effect.output : { truth };
    faults.answered(call, output);
    return output;
  };

  const seen = [0, 2_000, 4_000, 6_000, 8_000, 12_000].map((at) => ask(at, `at ${at}`));

  expect(seen.map((one) => Object.values(one)[0])).toEqual(["at 0", "at 0", "at 0", "at 6000", "at 6000", "at 12000"]);
});

test("latency is spent in bed time", async () => {
  const bed = await aBed({ latency: 5_000, speed: 100 });
  const before = bed.world.clock.now();
  await new STSClient(settingsFor(bed)).send(new GetCallerIdentityCommand({}));
  expect(bed.world.clock.now() - before).toBeGreaterThanOrEqual(5_000);
});

test("another process can steer the bed over HTTP", async () => {
  const bed = await aBed();
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${bed.url}/_bed/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  expect((await ask("POST", "faults", { kind: "throttling", percent: 200 })).status).toBe(400);
  expect((await ask("POST", "faults", { kind: "throttling", percent: 100 })).status).toBe(201);
  const sts = new STSClient(settingsFor(bed));
  expect(await outcomes(1, () => sts.send(new GetCallerIdentityCommand({})))).toEqual(["Throttling"]);
  await ask("DELETE", "faults");
  expect(await outcomes(1, () => sts.send(new GetCallerIdentityCommand({})))).toEqual(["ok"]);
  const { answer } = await ask("GET", "calls");
  expect(answer.calls).toMatchObject([
    {
      service: "sts",
      operation: "GetCallerIdentity",
      outcome: "Throttling",
      caller: "arn:aws:iam::123456789012:user/operator",
    },
    { outcome: "ok" },
  ]);
  await ask("DELETE", "calls");
  expect((await ask("GET", "calls")).answer.calls).toEqual([]);
  const before = bed.world.clock.now();
  await ask("POST", "clock", { forward: 3_600_000, speed: 10 });
  expect(bed.world.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  expect((await ask("POST", "clock", { speed: 0 })).status).toBe(400);
  await new S3Client(settingsFor(bed)).send(new CreateBucketCommand({ Bucket: "data" }));
  await ask("POST", "reset");
  await new S3Client(settingsFor(bed)).send(new CreateBucketCommand({ Bucket: "data" }));
  expect((await ask("GET", "nonsense")).status).toBe(404);
});
