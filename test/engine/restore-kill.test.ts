import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

/** All of them takes minutes: `RESTORE_SWEEP=all`. Otherwise every thirteenth, and each of the two moments in turn. */
const every = process.env.RESTORE_SWEEP === "all" ? 1 : 13;
const live = "mate-clinic-x-production";

let stage: RestoreStage;
let runs = 1000;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, true);
  await stage.sleep(20 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

interface Attempt {
  readonly mode: "execute" | "undo";
  readonly run: string;
  readonly operation?: string;
}

async function attempt({ mode, run, operation }: Attempt, last?: Parameters<typeof dyingCalls>[0]) {
  const dying = dyingCalls(last);
  const request = {
    ...{ tenant: "clinic-x", mode },
    run: { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" },
    ...(operation !== undefined && { operation }),
  };
  const outcome = await stage.restore(request, { calls: dying.calls }).catch((error: unknown) => {
    if (error instanceof Killed) return "killed" as const;
    throw error;
  });
  if (outcome === "killed" || outcome.outcome !== "stopped") return { outcome, made: dying.made };
  // On a machine that stood still for as long as a lease lasts the process stops by itself, which is another way to die.
  if (outcome.failure.reasonCode !== "lease-lost") throw outcome.failure;
  return { outcome: "killed" as const, made: dying.made };
}

async function finished(last: Attempt, tries = 3): Promise<string> {
  const { outcome } = await attempt(last);
  if (outcome === "killed" && tries > 1) return await finished(last, tries - 1);
  if (outcome === "killed" || outcome.outcome !== "carried-out") throw new Error(`${last.mode} did not end`);
  expect(outcome.record.facts.drift).toEqual([]);
  return outcome.record.operation;
}

/** What has to be true after every restore or undo, however often it was killed. */
async function sound(): Promise<void> {
  const instances = await stage.instances();
  const serving = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === live);
  const services = await stage.services("clinic-x");
  expect(services.map(({ running }) => running)).toEqual([1, 1, 1]);
  expect(new Set(services.map(({ secret }) => secret))).toEqual(
    new Set([`${serving?.MasterUserSecret?.SecretArn}:password::`]),
  );
  expect(
    instances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).filter((id) => /-r\d{14}$/.test(id)),
  ).toEqual([]);
  const held = await stage.restoreCell().records.get("operations/restores/clinic-x.json");
  expect(held?.value).not.toHaveProperty("holder");
}

async function sweep(mode: Attempt["mode"], prepare: () => Promise<string | undefined>): Promise<void> {
  const operation = await prepare();
  const first: Attempt = { mode, run: String(++runs), ...(operation !== undefined && { operation }) };
  const whole = await attempt(first);
  expect(whole.made.length).toBeGreaterThan(20);
  await finished(first);
  await sound();
  for (let call = 1; call <= whole.made.length; call += every) {
    for (const when of every === 1
      ? (["before-effect", "after-effect"] as const)
      : [call % 26 === 1 ? ("after-effect" as const) : ("before-effect" as const)]) {
      const before = await prepare();
      const next: Attempt = { mode, run: String(++runs), ...(before !== undefined && { operation: before }) };
      const old = (await stage.instances()).length;
      const killed = await attempt(next, { call, when });
      if (killed.outcome !== "killed") {
        // Signs of life of the lease are calls too, and how many there are is chance.
        expect(call, `${mode} was not killed at call ${call}`).toBeGreaterThan(whole.made.length - 10);
        return;
      }
      // Whatever was there is still there.
      expect((await stage.instances()).length).toBeGreaterThanOrEqual(old);

      await finished(next);

      await sound();
    }
  }
}

describe("killed at any call and started again", { timeout: every === 1 ? 3_600_000 : 240_000 }, () => {
  test("a restore ends as if nothing had happened, and the old database is kept", async () => {
    await sweep("execute", async () => undefined);
  });

  test("an undo ends as if nothing had happened", async () => {
    await sweep("undo", async () => await finished({ mode: "execute", run: String(++runs) }));
  });

  test("a restore that is killed before it wrote down what it does holds nobody up", async () => {
    // Lease, holder, and then the record.
    const { outcome, made } = await attempt(
      { mode: "execute", run: String(++runs) },
      { call: 3, when: "before-effect" },
    );
    expect([outcome, made]).toEqual(["killed", ["s3:PutObject", "s3:PutObject", "s3:PutObject"]]);

    await finished({ mode: "execute", run: String(++runs) });

    await sound();
  });

  test.for(["before-effect", "after-effect"] as const)(
    "the journal says once that a restore was begun, by whom and when, if it was killed as it said so, %s",
    async (when) => {
      const run = String(++runs);
      // Lease, holder, record, journal.
      const { outcome } = await attempt({ mode: "execute", run }, { call: 4, when });
      expect(outcome).toBe("killed");
      await stage.sleep(60_000);

      const operation = await finished({ mode: "execute", run });

      const { records } = stage.restoreCell();
      const record = (await records.get(`operations/restore-${operation}.json`))?.value as {
        readonly startedAt: string;
      };
      const keys = (await records.list("journal/")).filter((key) => key.includes(`${operation}-begun-`));
      const entries = await Promise.all(keys.map(async (key) => (await records.get(key))?.value));
      expect(entries).toEqual([
        expect.objectContaining({
          ...{ operation, outcome: "begun", mode: "execute", tenant: "clinic-x", actor: "alice", confirmedBy: "oscar" },
          ...{ run: `https://run/${run}`, at: record.startedAt, steps: [] },
        }),
      ]);
    },
  );

  test("a restore that is killed before the swap can be thrown away: nothing is left of it, the tenant runs", async () => {
    const before = await stage.instances();
    const run = String(++runs);
    const { outcome, made } = await attempt({ mode: "execute", run }, { call: 25, when: "after-effect" });
    expect(outcome).toBe("killed");
    expect(made.filter((name) => name === "rds:ModifyDBInstance").length).toBeLessThanOrEqual(1);
    const dry = await stage.restore({ tenant: "clinic-x", mode: "list" });
    if (dry.outcome !== "listed" || dry.restorable.holder === undefined) throw new Error("nothing is held");

    const aborted = await stage.restore({ tenant: "clinic-x", mode: "abort", operation: dry.restorable.holder });

    expect(aborted.outcome === "carried-out" && aborted.record.state).toBe("aborted");
    const named = (list: typeof before) =>
      list.map(({ DBInstanceIdentifier, DbiResourceId }) => [DBInstanceIdentifier, DbiResourceId]);
    expect(named(await stage.instances())).toEqual(named(before));
    await sound();
  });
});
