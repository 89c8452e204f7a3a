/** A trial that left and comes back: its database on the shared instance is loaded from its last dump, before the first migration. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationKey } from "../../actions/lib/domain/migration.ts";
import { type OffboardCertificate, offboardKey } from "../../actions/lib/domain/offboard.ts";
import { migrationTask } from "../../actions/lib/domain/tenant-services.ts";
import { noDumpExit } from "../../actions/lib/domain/trial-dump.ts";
import { migrateDatabase } from "../../actions/lib/engine/migrate-database.ts";
import { tenantSources } from "../../actions/lib/engine/tenant-sources.ts";
import { dyingCalls } from "../fixtures/dying-calls.ts";
import {
  keptDumpOf,
  nobody,
  practice,
  startReturningTrial,
  suspended,
  trialStack,
} from "../fixtures/returning-trial.ts";

let stage: Awaited<ReturnType<typeof startReturningTrial>>;
let dump = "";
beforeAll(async () => {
  stage = await startReturningTrial();
  dump = keptDumpOf(stage.certificate);
}, 120_000);
afterAll(() => stage?.stop());

const whatRan = async () => (await stage.tasks()).map(({ what }) => what);

describe("a trial that comes back", { timeout: 120_000 }, () => {
  test("left a dump under a name that no other dump gets", () => {
    expect(dump).toMatch(new RegExp(`^s3://${trialStack}-data/offboarding/mate_practice_t-[\\dT-]{17}Z\\.dump$`));
  });

  test("has its plan say which dump of which database, when that was made, and until when it is kept", async () => {
    const { plan } = await stage.plan(nobody, practice());

    const notes = plan?.plans.find(({ tenant }) => tenant === "practice-t")?.notes.join("\n");
    expect(notes).toContain(`its database is loaded from dump ${dump} of mate_practice_t, made 20`);
    expect(notes).toContain("S3 keeps the dump until 20");
    expect(notes).not.toContain("not used by a trial tenant");
  });

  test("is not migrated while its dump is missing before its time: nothing empty passes for what it had", async () => {
    stage.loadEnds({ exitCode: noDumpExit, lines: [`there is no dump ${dump}`] });
    stage.aws.calls.clear();

    const outcomes = await stage.deploy(practice());

    const failed = outcomes.find(({ outcome }) => outcome === "failed");
    expect(failed).toMatchObject({ stage: "migrate", reasonCode: "dump-missing" });
    expect(failed?.cause).toContain(dump);
    expect(await whatRan()).toEqual(["provision", "load"]);
    expect((await stage.migration()).done).toBeUndefined();
  });

  test("is not migrated by a command either, as long as its database is not loaded", async () => {
    stage.aws.calls.clear();
    const fleet = await stage.fleet();
    const [desired] = fleet.tenants;
    if (desired === undefined) throw new Error("practice-t is declared");
    const definition = migrationTask(desired.tenant, await tenantSources(desired, fleet));

    const end = await migrateDatabase(
      {
        ...{ tenant: "practice-t", cluster: "mate-production", release: "v1.4.0", set: "any", contract: [] },
        ...{ definition, subnets: [], securityGroups: [], atMostMs: 60_000, trial: "elsewhere" },
      },
      { ...fleet.cell, clock: stage.clock, progress: { say: () => {} } },
    );

    expect(end).toMatchObject({ outcome: "failed", reasonCode: "trial-database-missing" });
    expect(await whatRan()).toEqual([]);
  });

  test("keeps the dump that has its data when it leaves again before it was loaded", async () => {
    await stage.deploy(practice(suspended));

    expect(keptDumpOf(await stage.leave())).toBe(dump);
  });

  test("is made, loaded as its own role and migrated, in this order, and the journal says so", async () => {
    stage.loadEnds({ lines: ["mate_practice_t has 7 tables, loaded"] });
    stage.aws.calls.clear();

    const outcomes = await stage.deploy(practice());

    expect(outcomes.filter(({ outcome }) => outcome === "failed" || outcome === "held")).toEqual([]);
    expect(await whatRan()).toEqual(["provision", "load", "migrate"]);
    const load = (await stage.tasks())[1];
    expect(load?.environment).toMatchObject({ PGDATABASE: "mate_practice_t", DUMP_BUCKET: `${trialStack}-data` });
    expect(`s3://${trialStack}-data/${load?.environment.DUMP_KEY}`).toBe(dump);
    // Nobody's password but its own.
    expect(Object.keys(load?.secrets ?? {}).sort()).toEqual(["PGPASSWORD", "PGUSER"]);
    for (const secret of Object.values(load?.secrets ?? {}))
      expect(secret).toContain(":secret:mate/production/practice-t/database");
    const words = `database loaded from dump ${dump} of mate_practice_t, made `;
    const what = outcomes.find((one) => one.stage === "migrate")?.what;
    expect(what?.startsWith(words)).toBe(true);
    expect(what?.endsWith(": mate_practice_t has 7 tables, loaded; migrated to v1.4.0")).toBe(true);
    const keys = (await stage.records.list("journal/")).filter((key) => key.endsWith("practice-t.json"));
    const entries = await Promise.all(keys.map(async (key) => JSON.stringify((await stage.records.get(key))?.value)));
    expect(entries.filter((entry) => entry.includes(words))).toHaveLength(1);
  });

  test("is loaded once: the next release only migrates", async () => {
    stage.aws.calls.clear();
    await stage.pushRelease("v1.5.0");

    await stage.deploy(practice("release: v1.5.0\n"));

    expect(await whatRan()).toEqual(["migrate"]);
    expect((await stage.migration()).loaded).toContain(dump);
  });

  test("killed at any call that changes something, before or after its effect, is loaded once and migrated once", async () => {
    const whole = dyingCalls();
    await asIfItCameBack();
    await stage.migrate(await stage.fleet(whole.calls));
    expect(whole.made).toContain("ecs:RunTask");
    for (const when of ["before-effect", "after-effect"] as const) {
      for (let call = 1; call <= whole.made.length; call++) {
        const killed = `killed at ${whole.made[call - 1]}, call ${call}, ${when}`;
        await asIfItCameBack();
        const before = [await started("load"), await started("migrate")];
        await stage.migrate(await stage.fleet(dyingCalls({ call, when }).calls)).catch(() => "it is dead");

        const next = await stage.migrate(await stage.fleet());

        expect(next.outcome, killed).not.toBe("failed");
        expect((await stage.migration()).state, killed).toBe("done");
        expect((await stage.migration()).loaded, killed).toContain(`loaded from dump ${dump}`);
        const after = [await started("load"), await started("migrate")];
        const fresh = after.map((tasks, at) => tasks.filter((task) => !before[at]?.includes(task)).length);
        expect(fresh, killed).toEqual([1, 1]);
      }
    }
  });

  test("begins empty when its dump expired long ago, and that is said", async () => {
    await asIfItCameBack();
    const left = (await stage.records.get(offboardKey("practice-t")))?.value as { readonly certificate: string };
    const certificate = (await stage.records.get(left.certificate))?.value as OffboardCertificate;
    const old = dump.replace(/-\d{4}-/, "-2020-");
    const kept = certificate.kept.map((one) => (one.physicalId === dump ? { ...one, physicalId: old } : one));
    await stage.records.put("journal/of-long-ago.json", { ...certificate, kept });
    await stage.records.put(offboardKey("practice-t"), { ...left, certificate: "journal/of-long-ago.json" });
    stage.loadEnds({ exitCode: noDumpExit, lines: ["there is no dump"] });

    const outcome = await stage.migrate(await stage.fleet());

    expect(outcome).toMatchObject({ outcome: "changed" });
    expect(outcome.what).toContain(`database begins empty: its last dump ${old} was kept until 2021-`);
  });

  test("leaves with a dump of its own when it leaves after that", async () => {
    await stage.deploy(practice(suspended));

    expect(keptDumpOf(await stage.leave())).not.toBe(dump);
  });
});

/** What off-boarding leaves of the migration's record: the next life begins anew, and attempts go on being counted. */
async function asIfItCameBack(): Promise<void> {
  const { attempt } = await stage.migration();
  const nothing = { set: "", release: "", attempt: attempt + 10, state: "failed", ran: false };
  await stage.records.put(migrationKey("practice-t"), {
    ...nothing,
    at: stage.clock.now().toISOString(),
    writer: "test",
  });
}

/** ARNs of the trial's tasks of that kind, as long as ECS knows them. */
async function started(what: "load" | "migrate"): Promise<readonly string[]> {
  const arns = async (desiredStatus: string): Promise<readonly string[]> => {
    const asked = { cluster: "mate-production", startedBy: `${what}-practice-t`, desiredStatus };
    return (await stage.invoke<{ taskArns: readonly string[] }>("ecs", "ListTasks", asked)).taskArns;
  };
  return [...(await arns("RUNNING")), ...(await arns("STOPPED"))];
}
