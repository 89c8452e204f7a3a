/** A tenant suspended with its database: what stops and starts in which order, and what happens when AWS starts it after seven days. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { overrideKey } from "../../actions/lib/domain/override.ts";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import { migrate } from "../../actions/migrate/migrate.ts";
import { rdsState } from "../bed/aws/services/rds/state.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

const id = "mate-clinic-b-production";
const week = 7 * 86_400_000;
let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 400 });
  await rds("CreateDBInstance", {
    ...{ DBInstanceIdentifier: id, DBInstanceClass: "db.t4g.small", Engine: "postgres", MultiAZ: true },
    ...{ MasterUsername: "mate", ManageMasterUserPassword: true, AllocatedStorage: 50, BackupRetentionPeriod: 7 },
  });
  await until("available");
}, 120_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.fleet.aws.calls.clear();
  world.recorded.length = 0;
});

interface Instance {
  readonly DBInstanceStatus: string;
  readonly AutomaticRestartTime?: Date;
}

function rds<T = unknown>(operation: string, input: object): Promise<T> {
  return world.fleet.invoke<T>("rds", operation, input);
}

async function database(): Promise<Instance> {
  const found = await rds<{ DBInstances: readonly Instance[] }>("DescribeDBInstances", { DBInstanceIdentifier: id });
  const [first] = found.DBInstances;
  if (first === undefined) throw new Error(`there is no ${id}`);
  return first;
}

async function until(status: string): Promise<void> {
  for (let tries = 0; (await database()).DBInstanceStatus !== status; tries++) {
    if (tries === 200) throw new Error(`${id} is ${(await database()).DBInstanceStatus}, not ${status}`);
    await world.fleet.clock.sleep(30_000);
  }
}

async function record<T>(key: string): Promise<T | undefined> {
  return (await world.fleet.process("v1.4.0").cell.records.get(key))?.value as T | undefined;
}

async function tasks(): Promise<number> {
  const services = ["django", "celery", "beat"].map((role) => `${id}-${role}`);
  const found = await world.fleet.invoke<{ services: readonly { readonly runningCount: number }[] }>(
    "ecs",
    "DescribeServices",
    { cluster: "mate-production", services },
  );
  return found.services.reduce((sum, { runningCount }) => sum + runningCount, 0);
}

const changes = (): readonly string[] =>
  world.writes().filter((operation) => operation !== "PutObject" && operation !== "AssumeRole");

const startsBy = async (): Promise<string | undefined> =>
  (await record<{ database?: { startsBy: string } }>(suspensionKey("clinic-b")))?.database?.startsBy;

async function stoppedAgain(): Promise<readonly unknown[]> {
  const journal = await world.fleet.process("v1.4.0").cell.records.list("journal/");
  const entries = await Promise.all(journal.map((key) => record<{ reasonCode: string }>(key)));
  return entries.filter((entry) => entry?.reasonCode === "database-stopped-again");
}

describe("a clinic suspended with its database", { timeout: 120_000 }, () => {
  let had = 0;

  test("has its tasks stopped first and its database last, and everybody is told until when", async () => {
    had = await tasks();
    const heard = await world.say("/suspend clinic-b stop-database closed for the summer");

    expect(heard.reply?.state, heard.text).toBe("done");
    expect(heard.reply).toMatchObject({
      changes: expect.arrayContaining([{ what: "database", before: "available", after: "stopped" }]),
    });
    expect(await tasks()).toBe(0);
    expect(changes().at(-1)).toBe("StopDBInstance");
    expect(changes().filter((operation) => operation === "StopDBInstance")).toHaveLength(1);
    const { DBInstanceStatus, AutomaticRestartTime } = await database();
    expect(DBInstanceStatus).toBe("stopped");
    const on = AutomaticRestartTime?.toISOString() ?? "";
    expect(await startsBy()).toBe(on);
    expect(heard.text).toContain(on.slice(0, 10));
    expect(await record(overrideKey("clinic-b"))).toMatchObject({
      overrides: [{ kind: "suspend", reason: "closed for the summer", databaseStartsBy: on }],
    });
    expect(world.recorded).toMatchObject([{ change: { what: "state", state: "suspended" } }]);
  });

  test("has status and diagnosis say so, and not as something broken", async () => {
    expect((await world.say("/status clinic-b")).text).toContain(`${id} is stopped until`);
    expect((await world.say("/diagnose clinic-b")).text).not.toContain("start it");
  });

  test("is not migrated meanwhile, because nothing could reach its database", async () => {
    const heard = await world.say("/migrate clinic-b");

    expect(heard.reply).toMatchObject({ state: "failed", reasonCode: "database-stopped" });
    expect(heard.text).toContain("/resume clinic-b");
    expect(changes()).toEqual([]);
  });

  test("is not started by a deployment that finds it active in git, which says what does", async () => {
    const fleet = world.fleet.process("v1.4.0", { only: ["clinic-b"] });

    const outcomes = await migrate({ before: [], trialScript: "" }, fleet);

    expect(outcomes).toMatchObject([{ outcome: "failed", reasonCode: "database-stopped", next: "/resume clinic-b" }]);
    expect(changes()).toEqual([]);
  });

  test("a second time finds nothing to stop", async () => {
    await world.say("/suspend clinic-b stop-database closed for the summer");

    expect(changes()).toEqual([]);
    expect((await database()).DBInstanceStatus).toBe("stopped");
  });

  test("has it stopped again on the same day when a change of its stack started it, and the journal says both", async () => {
    const { records } = world.fleet.process("v1.4.0").cell;
    const suspension = (await records.get(suspensionKey("clinic-b")))?.value as { readonly database: object };
    const startsBy = new Date(world.fleet.clock.now()).toISOString();
    await records.put(suspensionKey("clinic-b"), { ...suspension, database: { ...suspension.database, startsBy } });
    await world.fleet.invoke("rds", "StartDBInstance", { DBInstanceIdentifier: id });
    await until("available");

    expect(await world.sweep()).toHaveLength(1);

    await until("stopped");
    expect(await stoppedAgain()).toHaveLength(1);
  });

  test("has it stopped again when AWS starts it after seven days, and that is written down", async () => {
    const first = Date.parse((await startsBy()) ?? "");
    expect(await world.sweep()).toEqual([]);
    world.fleet.clock.forward(week);
    await until("available");

    const ended = await world.sweep();

    expect(ended).toEqual([expect.stringContaining("clinic-b: its database had been started")]);
    await until("stopped");
    const next = Date.parse((await startsBy()) ?? "");
    expect(next - first).toBeGreaterThan(week - 3_600_000);
    expect(await stoppedAgain()).toHaveLength(2);
    expect(await world.sweep()).toEqual([]);
  });

  test("is left alone by that when somebody is at work on it", async () => {
    world.fleet.clock.forward(week);
    await until("available");
    const { records } = world.fleet.process("v1.4.0").cell;
    const now = world.fleet.clock.now();
    const lease = await records.get("leases/clinic-b.json");
    await records.put("leases/clinic-b.json", {
      ...{ tenant: "clinic-b", fence: 99, state: "held", operation: "op-zz", purpose: "/resume clinic-b" },
      ...{ holder: "ben", run: "https://run/zz", runId: "42", since: new Date(now).toISOString() },
      until: new Date(now + 600_000_000).toISOString(),
    });

    expect(await world.sweep()).toEqual([]);

    expect((await database()).DBInstanceStatus).toBe("available");
    await records.put("leases/clinic-b.json", lease?.value ?? {});
    expect(await world.sweep()).toHaveLength(1);
    await until("stopped");
  });

  test("is left alone by that when somebody resumed it after it was looked at and before its lease was taken", async () => {
    world.fleet.clock.forward(week);
    await until("available");
    const { records } = world.fleet.process("v1.4.0").cell;
    const key = suspensionKey("clinic-b");
    const suspension = (await records.get(key))?.value as { readonly database?: object };
    const { database: _, ...resumed } = { ...suspension, state: "resumed" };
    const stop = world.fleet.aws.calls.watch(({ operation, input }) => {
      const { Key } = input as { readonly Key?: string };
      if (operation === "PutObject" && Key === "leases/clinic-b.json") void records.put(key, resumed);
    });

    expect(await world.sweep()).toEqual([]);

    expect((await database()).DBInstanceStatus).toBe("available");
    stop();
    await records.put(key, suspension);
    expect(await world.sweep()).toHaveLength(1);
    await until("stopped");
  });

  test("resumes with its database first, then the migration, then the tasks it had", async () => {
    const heard = await world.say("/resume clinic-b");

    expect(heard.reply?.state, heard.text).toBe("done");
    expect(heard.reply).toMatchObject({
      changes: expect.arrayContaining([{ what: "database", before: "stopped", after: "available" }]),
    });
    expect(changes()[0]).toBe("StartDBInstance");
    expect((await database()).DBInstanceStatus).toBe("available");
    expect(await tasks()).toBe(had);
    expect(await startsBy()).toBeUndefined();
    world.fleet.clock.forward(week);
    expect(await world.sweep()).toEqual([]);
    expect((await database()).DBInstanceStatus).toBe("available");
  });
});

describe("a database that RDS would not stop", { timeout: 120_000 }, () => {
  test("keeps the command from touching anything: there is none of that name", async () => {
    const asked = await world.say("/suspend hospital-a stop-database moving to a new building");
    const heard = await world.say(`/confirm ${asked.operation}`, { login: "ben" });

    expect(heard.reply).toMatchObject({ state: "failed", reasonCode: "no-database" });
    expect(changes()).toEqual([]);
  });

  test("keeps the command from touching anything: others read from it", async () => {
    const call = { requestId: "test", caller: { account: "123456789012", region: "us-east-1", arn: "", tags: {} } };
    const shown = rdsState(world.fleet.aws.world, call).instances.get(id)?.shown;
    if (shown === undefined) throw new Error(`there is no ${id}`);
    shown.ReadReplicaDBInstanceIdentifiers = ["mate-clinic-b-replica"];

    const heard = await world.say("/suspend clinic-b stop-database closed for the summer");

    expect(heard.reply).toMatchObject({ state: "failed", reasonCode: "database-unstoppable" });
    expect(heard.text).toContain("read replicas");
    expect(changes()).toEqual([]);
    expect(await tasks()).toBeGreaterThan(0);
  });
});
