/** Commands whose work another workflow does: they wait for it, and tell how it ended. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unsettledKey } from "../../actions/lib/domain/deploy-record.ts";
import { leaseKey } from "../../actions/lib/domain/lease.ts";
import { inDoubt, settledKey } from "../../actions/lib/domain/settled.ts";
import { type CommandWorld, startCommandWorld } from "../fixtures/command-world.ts";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld({ speed: 400 });
}, 120_000);
afterAll(() => world?.stop());

const records = () => world.fleet.process("v1.4.0").cell.records;

/** Writes down that clinic-b is what git says, as a deployment does. */
async function settle(): Promise<void> {
  await records().put(settledKey("clinic-b", await world.fingerprint("clinic-b")), {});
  await records().delete(settledKey("clinic-b", inDoubt));
}

async function unsettle(): Promise<void> {
  await world.fleet.process("v1.4.0").cell.records.delete(settledKey("clinic-b", await world.fingerprint("clinic-b")));
}

const minute = { timeout: 60_000 };

describe("/retry", minute, () => {
  test("waits for the deployment it starts, which has the tenant to itself, and says that it settled", async () => {
    world.started.length = 0;
    let lease: unknown;
    const heard = await world.say("/retry clinic-b", {
      runs: async () => {
        lease = (await records().get(leaseKey("clinic-b")))?.value;
        await settle();
      },
    });

    expect(world.started).toEqual([{ workflow: "deploy.yml", inputs: { tenant: "clinic-b" } }]);
    expect(lease).toMatchObject({ state: "free" });
    expect(heard.reply).toMatchObject({ state: "done", running: "clinic-b is settled: it is what git says" });
  });

  test("says why the tenant is not settled where the deployment could not settle it", async () => {
    await records().put(unsettledKey("clinic-b"), {
      ...{ since: "2026-11-27T00:00:00Z", history: [], cause: "the migration ended with exit code 3" },
      issue: "https://github.example/issues/12",
    });
    await unsettle();

    const heard = await world.say("/retry clinic-b", { runEnds: "failure" });

    expect(heard.reply).toMatchObject({
      ...{ state: "failed", reasonCode: "not-settled" },
      cause: "clinic-b is not settled: the migration ended with exit code 3",
      next: [{ verb: "diagnose" }, { verb: "retry" }],
    });
    expect(heard.text).toContain("https://github.example/issues/12");
  });

  test("is not kept from telling how it ended by another run that took its place", async () => {
    const heard = await world.say("/retry clinic-b", { runEnds: "cancelled", runs: settle });

    expect(heard.reply).toMatchObject({ state: "done" });
    await unsettle();
  });
});

describe("/plan", minute, () => {
  test.for([
    ["success", "was made again and is in order"],
    ["failure", "ended with failure; its comment says why"],
  ] as const)("waits for the plan and says how it ended: %s", async ([runEnds, says]) => {
    world.started.length = 0;
    const heard = await world.say("/plan", { runEnds });

    expect(world.started).toEqual([{ workflow: "plan.yml", inputs: { "pull-request": "7" } }]);
    expect(heard.reply).toMatchObject({ state: "answered" });
    expect(heard.text).toContain(says);
  });
});
