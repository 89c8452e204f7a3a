import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Files } from "../fixtures/rehearsal.ts";
import { type RestoreStage, restoreStageOn } from "../fixtures/restore-stage.ts";
import { evidence, fleet, healthz, outputsOf, productionOf, runningOf, serverOf, shortly } from "./clinic.ts";
import type { LaneTests } from "./containers.test.ts";
import { instanceAt } from "./instances.ts";
import { must, type Ran, run } from "./program.ts";
import { buildRelease } from "./release.ts";
import { endedTasks } from "./tasks.ts";

const table = "appointments_appointment";

/** Trials share a PostgreSQL: what each can reach of it, and what a restore of one does to the other. */
export function trialTests({ stage, report, deployed }: LaneTests): void {
  const files = (): Files =>
    fleet(
      {
        ...deployed,
        "tenants/practice-t.yml": trial("practice-t", 3),
        "tenants/practice-u.yml": trial("practice-u", 4),
      },
      "v1.7.0",
    );
  /** psql in the tenant's own container, with nothing but what the container was given. */
  const psql = async (tenant: string, sql: string, database = "$DATABASE_NAME"): Promise<Ran> => {
    const { django } = await runningOf(stage(), tenant);
    const login = `PGHOST=$DATABASE_HOST PGUSER=$DATABASE_USER PGPASSWORD=$DATABASE_PASSWORD PGDATABASE=${database}`;
    const program = `${login} PGSSLMODE=verify-full psql --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1"`;
    return await run("docker", ["exec", django?.name ?? "", "sh", "-c", program, "sh", sql]);
  };
  const patients = async (tenant: string): Promise<string> =>
    (await psql(tenant, `SELECT string_agg(patient, ' ' ORDER BY id) FROM ${table}`)).stdout.trim();
  const book = async (tenant: string, ...names: readonly string[]): Promise<void> => {
    const rows = names.map((name) => `('${name}', now() + interval '30 days', 'planned')`).join(", ");
    const { exitCode, stderr } = await psql(tenant, `INSERT INTO ${table} (patient, starts_at, state) VALUES ${rows}`);
    if (exitCode !== 0) throw new Error(stderr);
  };
  /** Everything in a tenant's database, and which database it is. */
  const content = async (tenant: string): Promise<{ readonly sha256: string; readonly oid: string }> => {
    const { django } = await runningOf(stage(), tenant);
    const login = "PGHOST=$DATABASE_HOST PGUSER=$DATABASE_USER PGPASSWORD=$DATABASE_PASSWORD PGSSLMODE=verify-full";
    const dump = await must("docker", [
      "exec",
      django?.name ?? "",
      "sh",
      "-c",
      `${login} pg_dump --dbname "$DATABASE_NAME"`,
    ]);
    // Newer dumps are fenced by a word that is another one each time.
    const same = dump
      .split("\n")
      .filter((line) => !/^\\(un)?restrict /.test(line))
      .join("\n");
    const name = `mate_${tenant.replace("-", "_")}`;
    const oid = await (await serverOf(stage(), tenant)).query(
      "postgres",
      `SELECT oid FROM pg_database WHERE datname = '${name}';`,
    );
    return { sha256: createHash("sha256").update(same).digest("hex"), oid };
  };
  const restore = (mode: "execute" | "undo", id: string, operation?: string) => {
    const restores: RestoreStage = restoreStageOn(stage().rehearsal, files());
    const asked = { id, url: `https://run/${id}`, actor: "alice", startedBy: "alice" };
    return restores.restore({ tenant: "practice-t", mode, run: asked, ...(operation !== undefined && { operation }) });
  };

  test("get a database and a role each by a one-off task, then their tables", async () => {
    // Nothing is built if the tests before have done it.
    await buildRelease(stage(), { environment: productionOf(stage(), files()), release: "v1.7.0" });
    const outcomes = await stage().deploy(files());

    expect(
      outcomes.filter(({ outcome }) => outcome === "failed").map(({ cause }) => cause),
      evidence(outcomes),
    ).toEqual([]);
    expect(
      shortly(outcomes.filter(({ tenant }) => tenant === "practice-t")).map(([name, outcome]) => [name, outcome]),
    ).toEqual([
      ["apply", "changed"],
      ["migrate", "changed"],
      ["roll", "changed"],
    ]);
    const tasks = (
      await Promise.all(
        ["practice-t", "practice-u"].flatMap((tenant) =>
          ["provision", "migrate"].map((what) => endedTasks(stage().rehearsal, `mate-${tenant}-production-${what}`)),
        ),
      )
    ).flat();
    expect(tasks.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const rows = tasks.map(({ family, container, exitCode }) => [family, container, String(exitCode)]);
    report.table("Two trials: their one-off tasks", ["family", "container", "exit code"], rows);
    const owners = "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname LIKE 'mate_%' ORDER BY 1;";
    const databases = (await (await serverOf(stage(), "practice-t")).query("postgres", owners)).split("\n");
    expect(databases).toEqual(["mate_practice_t\tmate_practice_t", "mate_practice_u\tmate_practice_u"]);
    report.table(
      "Databases of the shared instance",
      ["database", "owner"],
      databases.map((row) => row.split("\t")),
    );
  });

  test.for(["mate_practice_u", "mate", "postgres"])(
    "cannot reach %s from the other one's container",
    async (database) => {
      expect(await psql("practice-t", "SELECT 1")).toMatchObject({ exitCode: 0, stdout: "1\n" });

      const refused = await psql("practice-t", "SELECT 1", database);

      expect(refused.exitCode).not.toBe(0);
      expect(refused.stderr).toContain(`permission denied for database "${database}"`);
    },
  );

  let before: Awaited<ReturnType<typeof content>>;
  let operation = "";

  test("are independent of each other's past: one goes back to an earlier time, the other keeps what it wrote since", async () => {
    for (const tenant of ["practice-t", "practice-u"]) await book(tenant, "early-1", "early-2");
    const host = (await outputsOf(stage(), "practice-t")).DatabaseHost ?? "";
    await stage().databases.keep(await instanceAt(stage().rehearsal, host));
    await book("practice-t", "late");
    await psql("practice-t", `DELETE FROM ${table} WHERE patient = 'early-1'`);
    await book("practice-u", "late-of-the-neighbour");
    before = await content("practice-u");
    const neighbour = await runningOf(stage(), "practice-u");
    stage().rehearsal.setSpeed(400);
    await stage().rehearsal.clock.sleep(20 * 60_000);

    const outcome = await restore("execute", "11");

    if (outcome.outcome === "stopped") throw outcome.failure;
    if (outcome.outcome !== "carried-out") throw new Error(JSON.stringify(outcome));
    const { record } = outcome;
    operation = record.operation;
    expect(record.state).toBe("done");
    expect(await patients("practice-t")).toBe("early-1 early-2");
    expect(await content("practice-u")).toEqual(before);
    expect(await patients("practice-u")).toBe("early-1 early-2 late-of-the-neighbour");
    expect(await runningOf(stage(), "practice-u")).toEqual(neighbour);
    for (const tenant of ["practice-t", "practice-u"])
      expect(await healthz((await runningOf(stage(), tenant)).django)).toMatchObject({ tenant, status: "ok" });
    report.table(
      "Restore of practice-t",
      ["step", "note"],
      record.steps.map(({ step, note }) => [step, note ?? ""]),
    );
    report.table(
      "After it",
      ["tenant", "patients", "SHA-256 of the neighbour's dump, before and after"],
      [
        ["practice-t", await patients("practice-t"), ""],
        ["practice-u", await patients("practice-u"), `${before.sha256} = ${(await content("practice-u")).sha256}`],
      ],
    );
  });

  test("get back what was put away when it is undone, and the neighbour sees nothing of that either", async () => {
    const outcome = await restore("undo", "12", operation);

    if (outcome.outcome === "stopped") throw outcome.failure;
    if (outcome.outcome !== "carried-out") throw new Error(JSON.stringify(outcome));
    expect(outcome.record.state).toBe("undone");
    expect(await patients("practice-t")).toBe("early-2 late");
    expect(await content("practice-u")).toEqual(before);
    report.lines("practice-t after the undo", [await patients("practice-t")]);
  });
}

function trial(name: string, redis: number): string {
  return `name: ${name}\ndisplayName: Practice\ntier: trial\nenvironment: production\ncontact: office@practice.net\nredis: { index: ${redis} }\n`;
}
