/** What commands do on a tenant that runs: in AWS, in the records, in the reply, and in git. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Lease, leaseKey, leaseMs } from "../../actions/lib/domain/lease.ts";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { pullKey } from "../../actions/lib/domain/pull-record.ts";
import { releaseKey } from "../../actions/lib/domain/release-record.ts";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import { behaves, ecsControls } from "../bed/aws/services/ecs/controls.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 400 });
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.fleet.aws.calls.clear();
  world.recorded.length = 0;
  ecsControls(world.fleet.aws.world).scripts.length = 0;
});

interface Service {
  readonly runningCount: number;
  readonly desiredCount: number;
  readonly taskDefinition: string;
}

async function service(tenant: string, role: string): Promise<Service> {
  const services = [`mate-${tenant}-production-${role}`];
  const found = await world.fleet.invoke<{ services: readonly Service[] }>("ecs", "DescribeServices", {
    ...{ cluster: "mate-production", services },
  });
  const [first] = found.services;
  if (first === undefined) throw new Error(`${tenant} has no ${role}`);
  return first;
}

async function record<T>(key: string): Promise<T | undefined> {
  return (await world.fleet.process("v1.4.0").cell.records.get(key))?.value as T | undefined;
}

async function put(key: string, value: unknown): Promise<void> {
  await world.fleet.process("v1.4.0").cell.records.put(key, value);
}

const minute = { timeout: 60_000 };

describe("/scale", minute, () => {
  test("sets the limits first, then the count, and says from what to what", async () => {
    const heard = await world.say("/scale hospital-a 4 because the clinic opens early");

    expect(heard.reply).toMatchObject({
      state: "done",
      changes: [{ what: "django tasks", before: "2-6", after: "4-6" }],
      running: "4 of 4 django tasks healthy",
      recorded: { where: "pull request", number: 99 },
    });
    const changes = world.writes().filter((operation) => operation !== "PutObject");
    expect(changes).toEqual(["RegisterScalableTarget", "UpdateService"]);
    expect(world.recorded).toMatchObject([
      { file: "tenants/hospital-a.yml", change: { what: "count", service: "django", count: { min: 4, max: 6 } } },
    ]);
    expect(await record(overrideKey("hospital-a"))).toMatchObject({
      overrides: [{ kind: "scale", inFile: "2-6", pull: 99, reason: "the clinic opens early" }],
    });
  });

  test("a second time finds nothing to change in AWS", async () => {
    await world.say("/scale hospital-a 4");

    expect(world.writes().filter((operation) => operation !== "PutObject")).toEqual([]);
    expect((await service("hospital-a", "django")).runningCount).toBe(4);
  });

  test("for a time is not written into git, and says until when", async () => {
    const heard = await world.say("/scale hospital-a 5 for 3h");

    expect(heard.reply).toMatchObject({ state: "done", recorded: { where: "nowhere" } });
    expect(heard.text).toContain("then it returns by itself");
    expect(world.recorded).toEqual([]);
    const { overrides } = (await record<{ overrides: readonly { until?: string }[] }>(overrideKey("hospital-a"))) ?? {};
    const hours = (Date.parse(overrides?.[0]?.until ?? "") - world.fleet.clock.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(2);
    expect(hours).toBeLessThanOrEqual(3);
  });

  test("of tasks that crash says why, with their log, and what to do next", async () => {
    behaves(
      world.fleet.aws.world,
      { service: "clinic-b-production-django" },
      { exitCode: 3, afterMs: 2_000, lines: ["MemoryError: token=abc123secret"] },
    );
    const heard = await world.say("/scale clinic-b 3");

    expect(heard.reply).toMatchObject({ state: "failed", reasonCode: "tasks-crash", next: [{ verb: "diagnose" }] });
    expect(heard.text).toContain("exit code 3");
    expect(heard.text).not.toContain("abc123secret");
    ecsControls(world.fleet.aws.world).scripts.length = 0;
    expect((await world.say("/scale clinic-b 1")).reply?.state).toBe("done");
  });
});

describe("a runner that dies in the middle", minute, () => {
  test("is taken up by the same run started again: nothing is done twice, and one reply says how it ended", async () => {
    const comment = 880_001;
    void world.say("/scale hospital-a 6", { comment, dies: true });
    while ((await record<Lease>(leaseKey("hospital-a")))?.state !== "held") await world.fleet.clock.sleep(1_000);
    expect((await world.say("/restart hospital-a beat", { login: "ben" })).outcome).toBe("lease-held");
    world.fleet.aws.calls.clear();

    const heard = await world.say("/scale hospital-a 6", { comment, attempt: 2 });

    expect(heard.reply?.state, heard.text).toBe("done");
    const changes = world.writes().filter((operation) => operation !== "PutObject");
    expect(changes).toEqual(["RegisterScalableTarget", "UpdateService"]);
  });
});

describe("/restart", minute, () => {
  test("replaces the tasks of one service by new ones of the same definition", async () => {
    const before = await service("clinic-b", "celery");

    const heard = await world.say("/restart clinic-b celery");

    expect(heard.reply).toMatchObject({ state: "done", recorded: { where: "nowhere" } });
    expect(await service("clinic-b", "celery")).toMatchObject({
      taskDefinition: before.taskDefinition,
      runningCount: before.runningCount,
    });
    expect(world.writes().filter((operation) => operation !== "PutObject")).toEqual(["UpdateService"]);
  });
});

describe("/suspend and /resume", minute, () => {
  test("stop everything and start it again with the counts of before", async () => {
    await world.say("/scale clinic-b 2");
    const { desiredCount: before } = await service("clinic-b", "django");
    expect(before).toBeGreaterThan(1);
    const stopped = await world.say("/suspend clinic-b the trial ended on Friday");
    expect(stopped.reply).toMatchObject({ state: "done", running: expect.stringContaining("0 tasks run") });
    for (const role of ["django", "celery", "beat"]) {
      expect(await service("clinic-b", role)).toMatchObject({ runningCount: 0, desiredCount: 0 });
    }
    expect(await record(suspensionKey("clinic-b"))).toMatchObject({
      state: "suspended",
      services: expect.arrayContaining([expect.objectContaining({ role: "django", desired: before })]),
    });
    const calls = world.writes();
    expect(calls.lastIndexOf("RegisterScalableTarget")).toBeLessThan(calls.lastIndexOf("UpdateService"));

    const again = await world.say("/resume clinic-b");
    expect(again.reply?.state, again.text).toBe("done");
    expect((await service("clinic-b", "django")).runningCount).toBe(before);
    expect((await service("clinic-b", "beat")).runningCount).toBe(1);
    expect(await record(suspensionKey("clinic-b"))).toMatchObject({ state: "resumed" });
  });
});

describe("/rollback", minute, () => {
  test("needs a second person when nobody knows whether it crosses a migration, then pins the release", async () => {
    const asked = await world.say("/rollback clinic-b v1.5.0");
    expect(asked.outcome).toBe("needs-confirmation");

    const second = await world.say(`/confirm ${asked.operation}`, { login: "ben" });

    expect(second.reply?.state, second.text).toBe("done");
    expect(second.reply).toMatchObject({ confirmedBy: "ben" });
    expect(world.recorded).toMatchObject([{ change: { what: "release", release: "v1.5.0" } }]);
    expect(second.text).toContain("migrations were not undone");
  });

  test("to where it came from needs nobody else when both releases have the same migrations", async () => {
    for (const release of ["v1.4.0", "v1.5.0"]) {
      await put(releaseKey(release), { release, revision: "abc", images: {}, migrations: "same" });
    }
    const heard = await world.say("/rollback clinic-b");

    expect(heard.reply).toMatchObject({ state: "done", changes: [{ before: "v1.5.0", after: "v1.4.0" }] });
  });
});

describe("/migrate", minute, () => {
  test("runs what is due once, and finds nothing to do the second time", async () => {
    expect((await world.say("/migrate clinic-b")).reply?.state).toBe("done");
    expect((await world.say("/migrate clinic-b")).reply?.state).toBe("unchanged");
  });
});

describe("/unlock", minute, () => {
  test("frees a tenant whose holder is gone, without a second person", async () => {
    const now = world.fleet.clock.now();
    await put(leaseKey("clinic-b"), {
      ...{ tenant: "clinic-b", fence: 70, state: "held", operation: "op-zz", purpose: "/restart clinic-b" },
      ...{ holder: "ben", run: "https://run/zz", runId: "42", since: new Date(now).toISOString() },
      until: new Date(now + 100 * leaseMs).toISOString(),
    });

    const heard = await world.say("/unlock clinic-b because its runner died", { holder: "gone" });

    expect(heard.reply).toMatchObject({ state: "done", changes: [{ what: "lease", after: "free" }] });
    expect((await world.say("/restart clinic-b beat")).reply?.state).toBe("done");
  });
});

describe("/cancel", minute, () => {
  test("drops what waits, and it cannot be confirmed any more", async () => {
    const asked = await world.say("/suspend hospital-a moving to a new building");
    const dropped = await world.say(`/cancel ${asked.operation}`);

    expect(dropped.reply).toMatchObject({ state: "dropped", how: "cancelled", by: "ada" });
    expect((await world.say(`/confirm ${asked.operation}`, { login: "ben" })).outcome).toBe("refused-confirmation");
  });
});

describe("what looks", minute, () => {
  test("/status tells what git does not say yet", async () => {
    const heard = await world.say("/status hospital-a");

    expect(heard.reply).toMatchObject({ state: "answered" });
    expect(heard.text).toContain("not in git yet");
    expect(world.writes()).toEqual([]);
  });

  test("/plan of a tenant says that all of the pull request was planned, and whether it changes anything of that tenant", async () => {
    await put(pullKey(7), { commit: "c0ffee0", expected: ["hospital-a"], history: [] });

    const touched = await world.say("/plan hospital-a");
    const untouched = await world.say("/plan clinic-b");

    expect(world.started.slice(-2)).toEqual([
      { workflow: "plan.yml", inputs: { "pull-request": "7" } },
      { workflow: "plan.yml", inputs: { "pull-request": "7" } },
    ]);
    expect(touched.text).toMatch(/^### Planned this pull request\n/);
    expect(touched.text).toContain("of all tenants it touches, was made again and is in order; its comment");
    expect(untouched.text).toContain("in order; it changes nothing of clinic-b; its comment");
  });

  test("/diagnose names what crashes, and what would mend it", async () => {
    behaves(
      world.fleet.aws.world,
      { service: "clinic-b-production-django" },
      { exitCode: 137, afterMs: 2_000, lines: ["Killed"] },
    );
    const restarted = await world.say("/restart clinic-b django");
    expect(restarted.reply?.state, restarted.text).toBe("failed");

    const heard = await world.say("/diagnose clinic-b");

    expect(heard.reply).toMatchObject({ state: "answered" });
    expect(heard.text).toContain("exit code 137");
  });
});
