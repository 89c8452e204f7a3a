/** The old instance is there until somebody says otherwise; this is how it is said. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const live = "mate-clinic-x-production";

let stage: RestoreStage;
let runs = 2000;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, true);
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

type Mode = "execute" | "undo" | "discard";

function ask(mode: Mode, operation?: string, calls?: ReturnType<typeof dyingCalls>["calls"]) {
  const run = String(++runs);
  return stage.restore(
    {
      ...{ tenant: "clinic-x", mode },
      run: { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" },
      ...(operation !== undefined && { operation }),
    },
    calls === undefined ? {} : { calls },
  );
}

async function carriedOut(mode: Mode, operation?: string): Promise<RestoreRecord> {
  const outcome = await ask(mode, operation);
  if (outcome.outcome === "stopped") throw outcome.failure;
  if (outcome.outcome !== "carried-out") throw new Error(outcome.outcome);
  return outcome.record;
}

const names = async (): Promise<readonly string[]> =>
  (await stage.instances()).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).filter((id) => id.startsWith(live));

async function snapshots(): Promise<readonly string[]> {
  const found = await stage.invoke<{ DBSnapshots: readonly { DBSnapshotIdentifier: string }[] }>(
    "rds",
    "DescribeDBSnapshots",
    { SnapshotType: "manual" },
  );
  return found.DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
}

const serving = async (): Promise<string | undefined> => (await stage.instance(live))?.DbiResourceId;

async function refusal(mode: Mode, operation: string): Promise<string> {
  const outcome = await ask(mode, operation);
  return outcome.outcome === "stopped" ? outcome.failure.message : outcome.outcome;
}

describe("what a restore put away", { timeout: 240_000 }, () => {
  test("is the old database: discarded it is gone, protected as it was, and its last snapshot stays", async () => {
    const { operation } = await carriedOut("execute");
    const [kept] = (await names()).filter((id) => id.includes("-old-"));
    if (kept === undefined) throw new Error("the old instance was not kept");
    expect((await stage.instance(kept))?.DeletionProtection).toBe(true);
    const now = await serving();

    const record = await carriedOut("discard", operation);

    expect(record.state).toBe("discarded");
    expect(await names()).toEqual([live]);
    expect(await serving()).toBe(now);
    expect(await snapshots()).toContain(kept.replace("-old-", "-before-"));
    expect(await stage.drift(live)).toEqual([]);
    expect(await refusal("undo", operation)).toContain("is discarded and cannot be undone");
    expect((await carriedOut("discard", operation)).state).toBe("discarded");
  });

  test("is the restored database after an undo: discarded it leaves a snapshot of what was written in it", async () => {
    const { operation } = await carriedOut("execute");
    await carriedOut("undo", operation);
    const [undone] = (await names()).filter((id) => id.includes("-undone-"));
    const now = await serving();

    await carriedOut("discard", operation);

    expect(await names()).toEqual([live]);
    expect(await serving()).toBe(now);
    expect(await snapshots()).toContain(undone);
  });

  test("is not discarded before the restore is over, nor by somebody who does not type the name", async () => {
    const dying = dyingCalls({ call: 30, when: "after-effect" });
    await ask("execute", undefined, dying.calls).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const listed = await stage.restore({ tenant: "clinic-x", mode: "list" });
    if (listed.outcome !== "listed" || listed.restorable.holder === undefined) throw new Error("nothing is held");
    const { holder } = listed.restorable;
    const before = await names();

    expect(await refusal("discard", holder)).toContain("is running and has put nothing away");
    await expect(
      stage.restore({ tenant: "clinic-x", mode: "discard", operation: holder, confirm: "clinic-y" }),
    ).rejects.toThrow("type clinic-x into confirm to discard");
    expect(await names()).toEqual(before);

    const { operation } = await carriedOut("execute", holder);
    await carriedOut("discard", operation);
  });

  test("killed at any call and started again it ends as if nothing had happened, and what serves is never touched", async () => {
    const first = await carriedOut("execute");
    const whole = dyingCalls();
    await ask("discard", first.operation, whole.calls);
    expect(whole.made.length).toBeGreaterThan(8);
    for (let call = 1; call <= whole.made.length; call += process.env.RESTORE_SWEEP === "all" ? 1 : 4) {
      const { operation } = await carriedOut("execute");
      const now = await serving();
      const when = call % 8 === 1 ? ("after-effect" as const) : ("before-effect" as const);
      await ask("discard", operation, dyingCalls({ call, when }).calls).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      expect(await serving()).toBe(now);

      expect((await carriedOut("discard", operation)).state).toBe("discarded");

      expect(await names()).toEqual([live]);
      expect(await serving()).toBe(now);
    }
  });
});
