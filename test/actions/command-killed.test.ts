/** Suspending with the database, and resuming, killed at each call that changes something, and run again: both end as if undisturbed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import { rdsControls } from "../bed/aws/services/rds/state.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";
import { type Death, mortalCell } from "../fixtures/mortal-cell.ts";

const id = "mate-clinic-b-production";
let world: CommandWorld;
let had: readonly number[] = [];
beforeAll(async () => {
  world = await startCommandWorld({ speed: 400 });
  Object.assign(rdsControls(world.fleet.aws.world).durations, { create: 1_000, stop: 5_000, start: 5_000 });
  await world.fleet.invoke("rds", "CreateDBInstance", {
    ...{ DBInstanceIdentifier: id, DBInstanceClass: "db.t4g.small", Engine: "postgres", AllocatedStorage: 50 },
    ...{ MasterUsername: "mate", ManageMasterUserPassword: true, BackupRetentionPeriod: 7 },
  });
  while ((await database()) !== "available") await world.fleet.clock.sleep(1_000);
  had = await tasks();
}, 120_000);
afterAll(() => world?.stop());

async function database(): Promise<string> {
  const found = await world.fleet.invoke<{ DBInstances: readonly { readonly DBInstanceStatus: string }[] }>(
    "rds",
    "DescribeDBInstances",
    { DBInstanceIdentifier: id },
  );
  return found.DBInstances[0]?.DBInstanceStatus ?? "gone";
}

async function tasks(): Promise<readonly number[]> {
  const services = ["django", "celery", "beat"].map((role) => `${id}-${role}`);
  const found = await world.fleet.invoke<{ services: readonly { readonly runningCount: number }[] }>(
    "ecs",
    "DescribeServices",
    { cluster: "mate-production", services },
  );
  return found.services.map(({ runningCount }) => runningCount);
}

let comment = 700_000;

/** Kills a command at one of its calls and runs its comment again. False if the command was through before. */
async function killed(body: string, death: Death): Promise<boolean> {
  comment++;
  const mortal = mortalCell(world.cell, death);
  const first = world.say(body, { comment, cell: mortal.cell });
  const ended = await Promise.race([first.then(() => "through"), mortal.died.then(() => "dead")]);
  if (ended === "through") return false;
  const again = await world.say(body, { comment, attempt: 2, holder: "gone" });
  expect(["ok", "unchanged"], again.text).toContain(again.outcome);
  return true;
}

describe.for(["before", "after"] as const)("killed %s the call has its effect", { timeout: 170_000 }, (when) => {
  test("a clinic ends suspended, with its database stopped and its counts kept, and comes back with both", async () => {
    for (let at = 1, alive = false; !alive; at++) {
      const suspended = await killed("/suspend clinic-b stop-database closed for the summer", { at, when });
      expect([await database(), await tasks()], `suspending, call ${at}`).toEqual(["stopped", [0, 0, 0]]);
      const { value } = (await world.cell.records.get(suspensionKey("clinic-b"))) ?? {};
      expect(value, `suspending, call ${at}`).toMatchObject({ state: "suspended", database: { id } });

      const resumed = await killed("/resume clinic-b", { at, when });
      expect([await database(), await tasks()], `resuming, call ${at}`).toEqual(["available", had]);
      alive = !suspended && !resumed;
    }
  });
});
