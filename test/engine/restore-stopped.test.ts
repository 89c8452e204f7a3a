/** The restore of a hospital whose database is stopped: RDS renames and snapshots none that stands still. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RestoreRecord } from "../../actions/lib/domain/restore-record.ts";
import { suspensionKey } from "../../actions/lib/domain/suspension.ts";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import type { Files } from "../fixtures/rehearsal.ts";
import { type RestoreStage, restoreStageOn, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const live = "mate-clinic-x-production";
const shared = "mate-trial-production";
const trial = `name: practice-t
displayName: Practice T
tier: trial
environment: production
contact: office@practice.net
redis: { index: 3 }
`;
const files = (more = ""): Files => ({
  "tenants/clinic-x.yml": standardTenant("clinic-x", more),
  "tenants/practice-t.yml": trial,
});

let stage: RestoreStage;
let runs = 3000;
beforeAll(async () => {
  const active = await startRestoreStage(files(), true);
  const suspended = { ...active.files, ...files("state: suspended\n") };
  await active.deploy(suspended);
  stage = restoreStageOn(active, suspended);
  await stage.sleep(20 * 60_000);
  await stopWithTenant();
}, 120_000);
afterAll(() => stage?.stop());

type Mode = "dry-run" | "execute" | "undo" | "abort" | "discard";

function ask(
  mode: Mode,
  more: {
    readonly run?: string;
    readonly operation?: string;
    readonly calls?: ReturnType<typeof dyingCalls>["calls"];
  } = {},
) {
  const { run = String(++runs), operation, calls } = more;
  const asked = { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" };
  const request = { tenant: "clinic-x", mode, run: asked, ...(operation !== undefined && { operation }) };
  return stage.restore(request, calls === undefined ? {} : { calls });
}

async function carriedOut(mode: Mode, more: Parameters<typeof ask>[1] = {}): Promise<RestoreRecord> {
  const outcome = await ask(mode, more);
  if (outcome.outcome === "stopped") throw outcome.failure;
  if (outcome.outcome !== "carried-out") throw new Error(outcome.outcome);
  return outcome.record;
}

async function stop(DBInstanceIdentifier: string): Promise<void> {
  while ((await statusOf(DBInstanceIdentifier)) !== "available") await stage.sleep(10_000);
  await stage.invoke("rds", "StopDBInstance", { DBInstanceIdentifier });
  while ((await statusOf(DBInstanceIdentifier)) !== "stopped") await stage.sleep(10_000);
}

const statusOf = async (id: string): Promise<string | undefined> => (await stage.instance(id))?.DBInstanceStatus;
const resourceOf = async (id: string): Promise<string | undefined> => (await stage.instance(id))?.DbiResourceId;

/** Name and status of the one that does not serve any more. */
async function putAway(): Promise<readonly (string | undefined)[]> {
  const [away] = (await stage.instances())
    .filter(({ DBInstanceIdentifier: id }) => /-(old|undone)-/.test(id))
    .toReversed();
  return [away?.DBInstanceIdentifier, away?.DBInstanceStatus];
}

interface Suspension {
  readonly state: string;
  readonly database?: { readonly id: string; readonly startsBy: string };
}

const suspension = async (): Promise<Suspension | undefined> =>
  (await stage.restoreCell().records.get(suspensionKey("clinic-x")))?.value as Suspension | undefined;

/** As `/suspend clinic-x stop-database` leaves it. */
async function stopWithTenant(): Promise<void> {
  await stop(live);
  const at = stage.now().toISOString();
  const startsBy = new Date(stage.now().getTime() + 7 * 86_400_000).toISOString();
  const record = { state: "suspended", operation: "op-1", at, database: { id: live, startsBy }, services: [] };
  await stage.restoreCell().records.put(suspensionKey("clinic-x"), record);
}

const steps = ({ steps }: RestoreRecord): string => steps.map(({ step }) => step).join(" ");
const tasks = async () => (await stage.services("clinic-x")).map(({ running }) => running);

describe("a hospital that was suspended with its database", { timeout: 240_000 }, () => {
  let operation = "";
  let old: string | undefined;

  test("has a dry run that starts the database after the backup was looked at, and stops it again at the end", async () => {
    const outcome = await ask("dry-run");

    if (outcome.outcome !== "planned") throw new Error(outcome.outcome);
    expect(outcome.plan.findings.filter(({ level }) => level === "refuse")).toEqual([]);
    expect(outcome.plan.findings.map(({ text }) => text).join("\n")).toContain(
      `${live} was stopped with its tenant; it is started before the names are changed, and stopped again afterwards`,
    );
    expect(outcome.plan.steps.map(({ step }) => step).join(" ")).toBe(
      "restore-beside carry-settings verify start-database suspend final-snapshot rename-old rename-new forget-queue migrate resume check-stack stop-database stop-put-away",
    );
    expect(await statusOf(live)).toBe("stopped");
  });

  test("gets the backup under its name, and is suspended with a stopped database as before", async () => {
    old = await resourceOf(live);
    const before = (await suspension())?.database?.startsBy ?? "";

    const record = await carriedOut("execute");

    operation = record.operation;
    expect(record.state).toBe("done");
    expect(record.facts.drift).toEqual([]);
    expect(steps(record)).toContain("verify start-database suspend");
    expect(steps(record)).toMatch(/stop-database stop-put-away$/);
    expect(record.steps.every(({ state }) => state === "done")).toBe(true);
    expect(await statusOf(live)).toBe("stopped");
    expect(await putAway()).toEqual([expect.stringContaining("-old-"), "stopped"]);
    expect(await resourceOf(live)).toBe(record.facts.restored?.resource);
    expect((await stage.instances()).map(({ DbiResourceId }) => DbiResourceId)).toContain(old);
    expect(await tasks()).toEqual([0, 0, 0]);
    expect((await suspension())?.state).toBe("suspended");
    expect(((await suspension())?.database?.startsBy ?? "") > before).toBe(true);
  });

  test("gets its old database back by an undo, which starts and stops it the same way", async () => {
    const record = await carriedOut("undo", { operation });

    expect(record.state).toBe("undone");
    expect(steps(record)).toContain("undo-start-database undo-start-put-away undo-suspend");
    expect(steps(record)).toMatch(/undo-stop-database undo-stop-put-away$/);
    expect(await putAway()).toEqual([expect.stringContaining("-undone-"), "stopped"]);
    expect([await statusOf(live), await resourceOf(live)]).toEqual(["stopped", old]);
    expect(await tasks()).toEqual([0, 0, 0]);
  });

  test("has what was put away discarded although that is stopped: its protection is lifted after it was started", async () => {
    expect((await carriedOut("discard", { operation })).state).toBe("discarded");

    expect((await stage.instances()).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).sort()).toEqual([
      live,
      shared,
    ]);
    expect(await statusOf(live)).toBe("stopped");
  });

  test("is left stopped when the restore is thrown away, whether it had been started or not", async () => {
    const whole = dyingCalls();
    await carriedOut("execute", { calls: whole.calls });
    const started = whole.made.indexOf("rds:StartDBInstance") + 1;
    expect(started).toBeGreaterThan(0);
    for (const call of [started - 4, started]) {
      const run = String(++runs);
      const dying = dyingCalls({ call, when: "after-effect" });
      await expect(ask("execute", { run, calls: dying.calls })).rejects.toBeInstanceOf(Killed);
      const listed = await stage.restore({ tenant: "clinic-x", mode: "list" });
      if (listed.outcome !== "listed" || listed.restorable.holder === undefined) throw new Error("nothing is held");

      expect((await carriedOut("abort", { operation: listed.restorable.holder })).state).toBe("aborted");

      expect(await statusOf(live), `killed at call ${call}`).toBe("stopped");
    }
  });

  test("killed on the way and started again it ends like that too", async () => {
    const whole = dyingCalls();
    await carriedOut("execute", { calls: whole.calls });
    for (let call = 4; call <= whole.made.length; call += 9) {
      const run = String(++runs);
      const when = call % 2 === 0 ? "after-effect" : "before-effect";
      const died = await ask("execute", { run, calls: dyingCalls({ call, when }).calls }).catch(
        (error: unknown) => error,
      );
      if (!(died instanceof Killed)) break;

      const record = await carriedOut("execute", { run });

      const killed = `killed at ${whole.made[call - 1]}, call ${call}, ${when}`;
      expect(record.state, killed).toBe("done");
      expect([await statusOf(live), await resourceOf(live)], killed).toEqual([
        "stopped",
        record.facts.restored?.resource,
      ]);
      expect(await tasks(), killed).toEqual([0, 0, 0]);
    }
  });
});

describe("a database that somebody stopped", { timeout: 120_000 }, () => {
  test("is started for the restore of a hospital that is not suspended, and runs on", async () => {
    await stage.restoreCell().records.delete(suspensionKey("clinic-x"));

    const record = await carriedOut("execute");

    expect(steps(record)).toContain("start-database");
    expect(steps(record)).not.toContain("stop-database");
    expect(await statusOf(live)).toBe("available");
  });

  test("is not started when all trials share it: that is everybody's business", async () => {
    await stop(shared);

    const outcome = await stage.restore({ tenant: "practice-t", mode: "dry-run" });

    if (outcome.outcome !== "planned") throw new Error(outcome.outcome);
    expect(outcome.plan.findings.filter(({ level }) => level === "refuse").map(({ text }) => text)).toEqual([
      `${shared}, which all trials share, is stopped; start it for all of them first`,
    ]);
    expect(await statusOf(shared)).toBe("stopped");
  });

  test("is no matter for files, which are restored whatever the database does", async () => {
    await stop(live);

    const outcome = await stage.restore({ tenant: "clinic-x", mode: "dry-run", what: "files" });

    if (outcome.outcome !== "planned") throw new Error(outcome.outcome);
    expect(outcome.plan.findings.filter(({ level }) => level === "refuse")).toEqual([]);
  });
});
