import { expect, test } from "vitest";
import type { Files } from "../fixtures/rehearsal.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import { evidence, fleet, healthz, productionOf, roles, runningOf, serverOf, shortly } from "./clinic.ts";
import type { LaneTests } from "./containers.test.ts";
import { must } from "./program.ts";
import { buildRelease } from "./release.ts";
import { endedTasks } from "./tasks.ts";

const tenant = "clinic-x";
const table = "appointments_appointment";

/** What becomes of a paying tenant's database and services, release after release. */
export function releaseTests({ stage, report, deployed }: LaneTests): void {
  const clinic = (release: string): Files => fleet({ [`tenants/${tenant}.yml`]: standardTenant(tenant) }, release);
  const sql = async (query: string): Promise<string> => (await serverOf(stage(), tenant)).query("mate", query);
  const migrations = () => endedTasks(stage().rehearsal, `mate-${tenant}-production-migrate`);
  const applied = () => sql("SELECT app || '.' || name FROM django_migrations ORDER BY id;");
  const columns = () =>
    sql(
      `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '${table}' ORDER BY ordinal_position;`,
    );
  const build = (release: string) =>
    buildRelease(stage(), { environment: productionOf(stage(), clinic(release)), release });
  const reportTasks = async (title: string): Promise<void> => {
    const rows = (await migrations()).map((task) => [
      task.arn.split("/").at(-1) ?? "",
      String(task.exitCode),
      task.stoppedReason,
    ]);
    report.table(title, ["task", "exit code of the container migrate", "stopped reason"], rows);
  };
  const reportTable = async (title: string): Promise<void> => {
    report.table(
      `${title}: django_migrations`,
      ["migration"],
      (await applied()).split("\n").map((row) => [row]),
    );
    const rows = (await columns()).split("\n").map((row) => row.split("\t"));
    report.table(`${title}: columns of ${table}`, ["column", "type"], rows);
  };

  test("gets its tables before its first service runs, by one task that ended with 0", async () => {
    deployed[`tenants/${tenant}.yml`] = standardTenant(tenant);
    const outcomes = await stage().deploy(clinic("v1.4.0"));

    expect(shortly(outcomes), evidence(outcomes)).toEqual([
      ["apply", "changed", undefined],
      ["migrate", "changed", undefined],
      ["roll", "changed", undefined],
    ]);
    expect((await migrations()).map(({ exitCode }) => exitCode)).toEqual([0]);
    expect((await applied()).split("\n")).toEqual(
      expect.arrayContaining(["appointments.0001_initial", "appointments.0002_appointment_state"]),
    );
    expect(await columns()).toContain("state\tcharacter varying");
    await reportTasks("v1.4.0: migration tasks");
    await reportTable("v1.4.0");
  });

  test("is served: the web service answers over HTTPS with its release, out of the database", async () => {
    const { django } = await runningOf(stage(), tenant);

    expect(await healthz(django)).toEqual({ tenant, release: "v1.4.0", status: "ok" });
  });

  test("has its work done: what beat sends through Redis, celery carries out in the database", async () => {
    await sql(`INSERT INTO ${table} (patient, starts_at, state) VALUES ('p-1', now() - interval '3 days', 'planned');`);

    await until(async () => (await sql(`SELECT state FROM ${table} WHERE patient = 'p-1';`)) === "cancelled");
    report.lines(`${table} after beat and celery`, [await sql(`SELECT patient, state FROM ${table};`)]);
  });

  test("gets a release without new migrations by no task at all, and by other containers", async () => {
    const before = await runningOf(stage(), tenant);
    await stage().application.commit("v1.4.1", {
      "mate/views.py": (text) => text.replace('"status": "ok"', '"status": "ok", "answers": "v1.4.1"'),
    });
    const { said } = await build("v1.4.1");
    if (stage().buildkit !== undefined)
      expect(said.join("\n")).toMatch(/importing cache manifest from .*cache-v1\.4\.0/);

    const outcomes = await stage().deploy(clinic("v1.4.1"));

    expect(shortly(outcomes).map(([name, outcome]) => [name, outcome])).toEqual([
      ["apply", "unchanged"],
      ["migrate", "unchanged"],
      ["roll", "changed"],
    ]);
    expect(await migrations()).toHaveLength(1);
    const after = await runningOf(stage(), tenant);
    for (const role of roles) expect(after[role]?.image).not.toBe(before[role]?.image);
    expect(await healthz(after.django)).toMatchObject({ release: "v1.4.1", answers: "v1.4.1" });
  });

  test("keeps its services when a migration fails: exit code and log are told, nothing is tried again", async () => {
    const before = { running: await runningOf(stage(), tenant), columns: await columns(), applied: await applied() };
    await stage().application.commit("v1.5.0", { "appointments/migrations/0003_note.py": brokenMigration });
    await build("v1.5.0");

    const outcomes = await stage().deploy(clinic("v1.5.0"));

    const failed = outcomes.find(({ stage: name }) => name === "migrate");
    expect(failed).toMatchObject({ outcome: "failed", reasonCode: "migration-failed", next: `/retry ${tenant}` });
    expect(failed?.cause).toContain("exit code 1");
    expect(evidence(outcomes)).toContain("division by zero");
    expect(outcomes.map(({ stage: name }) => name)).not.toContain("roll");
    expect((await migrations()).map(({ exitCode }) => exitCode)).toEqual([0, 1]);
    expect({ running: await runningOf(stage(), tenant), columns: await columns(), applied: await applied() }).toEqual(
      before,
    );
    await reportTasks("v1.5.0, a migration that fails: migration tasks");
    report.lines("v1.5.0: what is told", [failed?.cause ?? "", ...(failed?.evidence ?? []).slice(-6)]);
    await reportTable("v1.5.0");
  });

  test("runs what it ran when the web server of a release ends as soon as it starts", async () => {
    await stage().application.commit("v1.6.0", {
      "appointments/migrations/0003_note.py": undefined,
      "mate/start.py": (text) => text.replace("    certificate, key = ", `${crash}    certificate, key = `),
    });
    await build("v1.6.0");

    const outcomes = await stage().deploy(clinic("v1.6.0"));

    const failed = outcomes.find(({ stage: name }) => name === "roll");
    expect(failed?.outcome).toBe("failed");
    expect(failed?.cause).toContain("exit code 1");
    expect(evidence(outcomes)).toContain("no module named wards");
    const { django } = await runningOf(stage(), tenant);
    expect(await healthz(django)).toMatchObject({ release: "v1.4.1" });
    const crashed = (await endedTasks(stage().rehearsal, `mate-${tenant}-production-django`)).filter(
      ({ exitCode }) => exitCode === 1,
    );
    expect(crashed.length).toBeGreaterThanOrEqual(2);
    const rows = crashed.map(({ arn, exitCode, stoppedReason }) => [
      arn.split("/").at(-1) ?? "",
      String(exitCode),
      stoppedReason,
    ]);
    report.table("v1.6.0, a web server that crashes: its tasks", ["task", "exit code", "stopped reason"], rows);
    report.lines("v1.6.0: what is told", [
      failed?.cause ?? "",
      `${failed?.running}`,
      ...(failed?.evidence ?? []).slice(-8),
    ]);
    for (const role of roles) {
      const [container] = await stage().containers(tenant, role);
      const release = await must("docker", ["exec", container?.name ?? "", "printenv", "MATE_RELEASE"]);
      expect(release).toBe("v1.4.1");
    }
  });

  test("gets its migration in the end though a table was locked at first: exit code 75 is tried again", async () => {
    await stage().application.commit("v1.7.0", {
      "mate/start.py": (text) => text.replace(crash, ""),
      "appointments/migrations/0003_note.py": goodMigration,
    });
    await build("v1.7.0");
    const earlier = new Set((await migrations()).map(({ arn }) => arn));
    const own = async () => (await migrations()).filter(({ arn }) => !earlier.has(arn));
    const server = await serverOf(stage(), tenant);
    const locked = server
      .query("mate", `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(120);`)
      .catch((error: Error) => error.message);
    const unlocked = until(async () => (await own()).at(-1)?.exitCode === 75).then(() =>
      server.query(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120);';",
      ),
    );

    const outcomes = await stage().deploy(clinic("v1.7.0"));
    await Promise.all([locked, unlocked]);

    expect(
      shortly(outcomes).map(([name, outcome]) => [name, outcome]),
      evidence(outcomes),
    ).toEqual([
      ["apply", "unchanged"],
      ["migrate", "changed"],
      ["roll", "changed"],
    ]);
    const codes = (await own()).map(({ exitCode }) => exitCode);
    expect(codes.at(-1)).toBe(0);
    expect(codes.slice(0, -1)).not.toEqual([]);
    expect(new Set(codes.slice(0, -1))).toEqual(new Set([75]));
    expect(await columns()).toContain("note\ttext");
    await reportTasks("v1.7.0, a table that is locked at first: migration tasks");
    await reportTable("v1.7.0");
  });
}

/** Before gunicorn, whose own exit code depends on which of its workers is seen to fail first. */
const crash = '    raise ImportError("no module named wards")\n';
const header = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_appointment_state")]
`;
const goodMigration = `${header}
    # The database fills it in: the release before does not name the column, and runs on.
    operations = [migrations.AddField("appointment", "note", models.TextField(db_default=""))]
`;
const brokenMigration = `${header}
    operations = [
        migrations.AddField("appointment", "note", models.TextField(default="")),
        migrations.RunSQL("SELECT 1 / 0"),
    ]
`;

/** Real time: what is waited for is done by real processes. */
async function until(reached: () => Promise<boolean>, atMostMs = 120_000): Promise<void> {
  const deadline = Date.now() + atMostMs;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error("it did not come to be in two minutes");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
