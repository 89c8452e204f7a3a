/** Every fault by the word it is typed with: what a client, a task, a stack or a reader of GitHub meets because of it. */
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../aws/bed.ts";
import type { Call } from "../aws/kernel.ts";
import { bedClock, type SteerableClock } from "../clock.ts";
import { type GitHubBed, startGitHubBed } from "../github/bed.ts";
import { standingClock } from "../standing-clock.ts";
import { faultWords, putFault } from "./fault-option.ts";
import { clientCall } from "./wire-call.ts";

const root: Call = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};
const speed = 200;
let aws: AwsBed;
let clock: SteerableClock;
let github: GitHubBed;
beforeEach(async () => {
  clock = bedClock(speed);
  aws = await startAwsBed({ clock, seed: "words" });
  github = await startGitHubBed({ clock });
  github.addUser("ada");
  await github.createRepository({
    ...{ owner: "acme", name: "mate", files: { "README.md": "# Mate\n" }, collaborators: { ada: "admin" } },
  });
});
afterEach(async () => {
  await github.close();
  await aws.stop();
});

const put = (text: string): void => putFault({ aws, github }, text);
const invoke = <T>(service: string, operation: string, input: object): Promise<T> =>
  aws.world.invoke<T>(service, operation, input, root);
/** `ok`, an error's code, or `broken` where the connection was. */
const ask = (service: "ssm" | "ecs", operation: string, input: object = {}): Promise<string> =>
  clientCall(aws, { service, operation, input });

describe("between a client and AWS", () => {
  test("token-buckets: after the burst of 20 clusters the next one comes too fast", async () => {
    // While time stands still no token comes back.
    const bed = await startAwsBed({ clock: standingClock() });
    try {
      putFault({ aws: bed, github }, "token-buckets");
      const call = { service: "ecs", operation: "CreateCluster", input: { clusterName: "a" } } as const;
      const answers = await Promise.all(Array.from({ length: 60 }, () => clientCall(bed, call)));
      expect(answers.filter((one) => one === "ok")).toHaveLength(20);
      expect(answers.filter((one) => one === "ThrottlingException")).toHaveLength(40);
    } finally {
      await bed.stop();
    }
  });

  test("throttling: of all calls that match, and of no other", async () => {
    put("throttling,percent=100,service=ecs,operations=List*");
    expect(await ask("ecs", "ListClusters")).toBe("ThrottlingException");
    expect(await ask("ecs", "DescribeClusters")).toBe("ok");
  });

  test("latency: a distribution with its median and its slow end", async () => {
    put("latency,ms=1000,p99=20000");
    const before = aws.world.clock.now();
    await inTurn(6, () => ask("ecs", "ListClusters"));
    const took = aws.calls.all().map(({ at, answeredAt }) => answeredAt - at);
    expect(aws.world.clock.now() - before).toBeGreaterThan(0);
    expect(new Set(took.map((each) => Math.round(each / 100))).size).toBeGreaterThan(2);
  });

  test("stale-reads: the old answer for a while, then the true one", async () => {
    await ask("ssm", "PutParameter", { Name: "p", Value: "old", Type: "String" });
    put("stale-reads,seconds=36000");
    const read = () => clientCall(aws, { service: "ssm", operation: "GetParameter", input: { Name: "p" } }, "Value");
    expect(await read()).toBe("old");
    await ask("ssm", "PutParameter", { Name: "p", Value: "new", Type: "String", Overwrite: true });
    expect(await read()).toBe("old");
    clock.forward(36_001_000);
    expect(await read()).toBe("new");
  });

  test("eventual-consistency: a cluster that was just made is missing, then it is there", async () => {
    put("eventual-consistency,seconds=36000");
    await ask("ecs", "CreateCluster", { clusterName: "fresh" });
    const read = () =>
      clientCall(aws, { service: "ecs", operation: "DescribeClusters", input: { clusters: ["fresh"] } }, "reason");
    expect(await read()).toBe("MISSING");
    clock.forward(36_001_000);
    expect(await read()).toBe("ok");
  });

  test("reset: before the effect nothing happened, after it everything did", async () => {
    put("reset,when=before,operations=CreateCluster,nth=1");
    put("reset,when=after,operations=CreateCluster,nth=2");
    expect(await ask("ecs", "CreateCluster", { clusterName: "one" })).toBe("broken");
    expect(await ask("ecs", "CreateCluster", { clusterName: "two" })).toBe("broken");
    const { clusterArns } = await invoke<{ clusterArns: readonly string[] }>("ecs", "ListClusters", {});
    expect(clusterArns.map((arn) => arn.split("/")[1])).toEqual(["two"]);
  });

  test("hang: the answer never comes", async () => {
    put("hang,when=after");
    const patience = new AbortController();
    // It has done its work by then, and would answer at once.
    aws.calls.watch(() => setTimeout(() => patience.abort(), 100));
    const { signal } = patience;
    expect(await clientCall(aws, { service: "ecs", operation: "ListClusters", input: {}, signal })).toBe("broken");
    expect(aws.calls.all().map(({ outcome }) => outcome)).toEqual(["hang-after-effect"]);
  });

  test("error: of one's choice, at the call of one's choice", async () => {
    put("error,code=InternalFailure,status=500,nth=2,times=2");
    expect(await inTurn(4, () => ask("ecs", "ListClusters"))).toEqual([
      "ok",
      "InternalFailure",
      "InternalFailure",
      "ok",
    ]);
  });

  test("expired-credentials: at the nth call", async () => {
    put("expired-credentials,nth=2");
    expect(await inTurn(3, () => ask("ecs", "ListClusters"))).toEqual(["ok", "ExpiredTokenException", "ok"]);
  });
});

describe("between a client and GitHub", () => {
  const get = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${github.tokenOf("ada")}` };
    return await fetch(`${github.apiUrl}/repos/acme/mate${path}`, { ...init, headers });
  };

  test.for([500, 502, 503, 504])("github-error: %i", async (status) => {
    put(`github-error,status=${status},nth=1`);
    expect([(await get("")).status, (await get("")).status]).toEqual([status, 200]);
  });

  test("github-secondary-limit: says how long to wait", async () => {
    put("github-secondary-limit,seconds=7,nth=1");
    const answer = await get("");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([403, "7"]);
  });

  test("github-stale: a list of comments lacks the newest", async () => {
    const ada = github.as("ada", "acme/mate");
    const pull = await ada.openPullRequest({ title: "B", branch: "b", files: { b: "b" } });
    await ada.comment(pull, "old");
    clock.forward(36_001_000);
    await ada.comment(pull, "new");
    put("github-stale,seconds=36000,nth=1");
    const bodies = async () =>
      ((await (await get(`/issues/${pull}/comments`)).json()) as { readonly body: string }[]).map(({ body }) => body);
    expect(await bodies()).toEqual(["old"]);
    expect(await bodies()).toEqual(["old", "new"]);
  });

  test("github-reset: the connection breaks", async () => {
    put("github-reset,when=before,nth=1");
    await expect(get("")).rejects.toThrow();
    expect((await get("")).status).toBe(200);
  });

  test("github-latency: is spent in the bed's time", async () => {
    put("github-latency,ms=4000");
    const before = aws.world.clock.now();
    await get("");
    expect(aws.world.clock.now() - before).toBeGreaterThanOrEqual(4_000);
  });

  test("github-mergeable-unknown: still computed", async () => {
    const pull = await github.as("ada", "acme/mate").openPullRequest({ title: "B", branch: "b", files: { b: "b" } });
    put("github-mergeable-unknown,nth=1");
    expect(await (await get(`/pulls/${pull}`)).json()).toMatchObject({ mergeable: null });
  });
});

test("another process puts faults into a bed that runs, in words, and takes them away", async () => {
  const bed = await startAwsBed({
    ...{ speed, typed: { put: (text) => putFault({ aws: bed, github }, text), clear: () => github.faults.clear() } },
  });
  try {
    const send = async (path: string, method: string, body?: string) => {
      const answer = await fetch(`${bed.url}/_bed/${path}`, { method, ...(body !== undefined && { body }) });
      return { status: answer.status, said: await answer.text() };
    };
    const call = () => clientCall(bed, { service: "ecs", operation: "ListClusters", input: {} });
    expect((await send("faults", "POST", "throttling,percent=100")).status).toBe(201);
    expect(await call()).toBe("ThrottlingException");
    expect(await send("faults", "POST", "throttle,percent=1")).toMatchObject({
      status: 400,
      said: expect.stringContaining("there is no fault throttle"),
    });
    expect((await send("ecs", "POST", '{"exhausted": ["FARGATE"]}')).status).toBe(201);
    expect((await send("ecs", "POST", '{"exhausted": ["EC2"]}')).status).toBe(400);
    expect((await send("stacks", "POST", '{"logicalId": "Database", "phase": "update"}')).status).toBe(201);
    expect((await send("stacks", "POST", '{"logicalId": "Database", "phase": "later"}')).status).toBe(400);
    expect((await send("faults", "DELETE")).status).toBe(200);
    expect(await call()).toBe("ok");
  } finally {
    await bed.stop();
  }
});

test("the same seed has the same faults for the same calls, however they are mixed; another seed others", async () => {
  const run = async (seed: string, order: (names: readonly string[]) => readonly string[]) => {
    const bed = await startAwsBed({ seed, speed });
    putFault({ aws: bed, github }, "throttling,percent=40");
    putFault({ aws: bed, github }, "latency,ms=100,p99=900");
    const met = new Map<string, string>();
    try {
      for (let turn = 0; turn < 4; turn += 1)
        for (const name of order(["a", "b", "c", "d", "e"])) {
          const input = { clusters: [name] };
          met.set(`${name}${turn}`, await clientCall(bed, { service: "ecs", operation: "DescribeClusters", input }));
        }
      return Object.fromEntries([...met].toSorted());
    } finally {
      await bed.stop();
    }
  };
  const first = await run("4711", (names) => names);
  expect(new Set(Object.values(first))).toEqual(new Set(["ok", "ThrottlingException"]));
  expect(await run("4711", (names) => names.toReversed())).toEqual(first);
  expect(await run("4712", (names) => names)).not.toEqual(first);
});

test("there is a test for every word", async () => {
  const texts = await Promise.all(
    ["faults.test.ts", "running-faults.test.ts"].map((name) => readFile(new URL(name, import.meta.url), "utf8")),
  );
  expect(Object.keys(faultWords).filter((word) => !texts.join().includes(`"${word}: `))).toEqual([]);
});

async function inTurn(times: number, act: () => Promise<string>): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let turn = 0; turn < times; turn += 1) answers.push(await act());
  return answers;
}
