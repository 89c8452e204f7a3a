import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  copyDatabaseProgram,
  dropDatabaseProgram,
  swapDatabasesProgram,
} from "../../actions/lib/domain/restore-scripts.ts";
import { type Login, type Postgres, postgresPrograms, type Ran, startPostgres } from "../infra/postgres.ts";

const programs = postgresPrograms();
if ("missing" in programs)
  console.info(`skipped: the restore of a trial's database on real servers; ${programs.missing}`);

const provisioning = readFileSync(new URL("../../infra/tenant/provision-trial.sql", import.meta.url), "utf8");
const master: Login = { user: "mate", password: "masterpassword", database: "mate" };
const practice: Login = { user: "mate_trial_c", password: "a1B2c3D4e5F6g7H8i9J0k1L2", database: "mate_trial_c" };
const neighbour: Login = { user: "mate_trial_d", password: "z9Y8x7W6v5U4t3S2r1Q0p9O8", database: "mate_trial_d" };
const restored = "mate_trial_c__restore";
const kept = "mate_trial_c_old_20261127031000";
const undone = "mate_trial_c_undone_20261127031000";

describe.skipIf("missing" in programs)(
  "a trial's database, on the instance that trials share and a copy of it",
  { timeout: 120_000 },
  () => {
    let shared: Postgres;
    let copy: Postgres;

    beforeAll(async () => {
      if ("missing" in programs) return;
      shared = await startPostgres(programs.folder, master);
      copy = await startPostgres(programs.folder, master);
      for (const server of [shared, copy]) {
        for (const { user, password, database } of [practice, neighbour]) {
          const login = { DATABASE_USER: user, DATABASE_PASSWORD: password, DATABASE_NAME: database };
          const ran = server.psql(master, provisioning, login);
          if (!ran.ok) throw new Error(ran.output);
          server.psql(
            { user, password, database },
            "CREATE TABLE visit (id serial PRIMARY KEY, note text); INSERT INTO visit (note) VALUES ('early');",
          );
        }
      }
      // The copy is of an earlier time: all of this came later.
      shared.psql(practice, "INSERT INTO visit (note) VALUES ('late'); CREATE TABLE mistake (id int);");
      shared.psql(neighbour, "INSERT INTO visit (note) VALUES ('of the neighbour');");
    }, 120_000);
    afterAll(() => {
      shared?.stop();
      copy?.stop();
    });

    /** As the task runs it: the program through a shell, everything else in the environment. */
    function run(program: string, environment: Readonly<Record<string, string>>): Ran {
      const folder = "missing" in programs ? "" : programs.folder;
      const { status, stdout, stderr } = spawnSync("sh", ["-c", program], {
        encoding: "utf8",
        env: {
          PATH: `${folder}:${process.env.PATH}`,
          ...{
            PGHOST: "127.0.0.1",
            PGPORT: String(shared.port),
            PGUSER: master.user,
            PGPASSWORD: master.password,
            PGDATABASE: "mate",
          },
          ...{ DATABASE_USER: practice.user, DATABASE_PASSWORD: practice.password, DATABASE_NAME: practice.database },
          ...environment,
        },
      });
      return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
    }

    const copyOver = (more: Readonly<Record<string, string>> = {}): Ran =>
      run(copyDatabaseProgram, {
        COPY_HOST: "127.0.0.1",
        COPY_PORT: String(copy.port),
        RESTORED_NAME: restored,
        ...more,
      });
    const swap = (NEXT_NAME: string, AWAY_NAME: string): Ran => run(swapDatabasesProgram, { NEXT_NAME, AWAY_NAME });
    const notes = (who: Login): string =>
      shared.psql(who, "SELECT string_agg(note, ', ' ORDER BY id) FROM visit;").output;
    const databases = (): string =>
      shared.psql(
        master,
        "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE 'mate_%';",
      ).output;

    test("a swap with nothing that waits fails, and changes nothing", () => {
      expect(swap(restored, kept)).toMatchObject({
        ok: false,
        output: expect.stringContaining(`${restored} is not there`),
      });
      expect(databases()).toBe("mate_trial_c mate_trial_d");
    });

    test("a copy with a password that was rotated since fails, and what serves is not touched", () => {
      const ran = copyOver({ DATABASE_PASSWORD: "wrong" });

      expect(ran).toMatchObject({ ok: false, output: expect.stringContaining("password authentication failed") });
      expect(notes(practice)).toBe("early, late");
    });

    test("the copy holds what was there at that time, twice over as well", () => {
      expect(copyOver()).toMatchObject({ ok: true });
      expect(copyOver()).toMatchObject({ ok: true, output: expect.stringContaining(`into ${restored}`) });

      expect(notes({ ...practice, database: restored })).toBe("early");
      expect(notes(practice)).toBe("early, late");
    });

    test("nobody else gets into the copy", () => {
      expect(shared.psql({ ...neighbour, database: restored }, "SELECT 1;").output).toContain(
        "permission denied for database",
      );
    });

    test("the swap ends open connections and puts the copy in its place; what was is kept", () => {
      const ran = swap(restored, kept);

      expect(ran).toMatchObject({ ok: true, output: expect.stringContaining(`what was is ${kept}`) });
      expect(notes(practice)).toBe("early");
      expect(notes({ ...practice, database: kept })).toBe("early, late");
      expect(
        shared.psql(practice, "INSERT INTO visit (note) VALUES ('after'); SELECT max(id) FROM visit;").output,
      ).toBe("INSERT 0 1\n2");
    });

    test("the same swap again changes nothing", () => {
      expect(swap(restored, kept).ok).toBe(true);

      expect(databases()).toBe(`mate_trial_c ${kept} mate_trial_d`);
      expect(notes(practice)).toBe("early, after");
    });

    test("undone, what was serves again, and what was written since is kept", () => {
      expect(swap(kept, undone).ok).toBe(true);

      expect(notes(practice)).toBe("early, late");
      expect(notes({ ...practice, database: undone })).toBe("early, after");
      expect(swap(kept, undone).ok).toBe(true);
      expect(databases()).toBe(`mate_trial_c ${undone} mate_trial_d`);
    });

    test("a copy that is not wanted any more is dropped, once or twice", () => {
      expect(copyOver().ok).toBe(true);

      expect(run(dropDatabaseProgram, { RESTORED_NAME: restored }).ok).toBe(true);
      expect(run(dropDatabaseProgram, { RESTORED_NAME: restored }).ok).toBe(true);

      expect(databases()).not.toContain(restored);
    });

    test("a database of a neighbour is neither dropped nor copied over, whatever it is called", () => {
      expect(copyOver({ RESTORED_NAME: neighbour.database })).toMatchObject({
        ok: false,
        output: expect.stringContaining(`database "${neighbour.database}" already exists`),
      });
      expect(run(dropDatabaseProgram, { RESTORED_NAME: neighbour.database })).toMatchObject({
        ok: false,
        output: expect.stringContaining(`${neighbour.database} belongs to ${neighbour.user}`),
      });
      expect(notes(neighbour)).toBe("early, of the neighbour");
    });

    test("the neighbour has what it had, and its database is the same one", () => {
      expect(notes(neighbour)).toBe("early, of the neighbour");
      expect(
        shared
          .log()
          .match(/statement: (ALTER|DROP) DATABASE mate_trial_d\b(?!.*(CONNECTION LIMIT|ALLOW_CONNECTIONS))/g),
      ).toBeNull();
    });

    test("no password is in the server's log, though it logs every statement", () => {
      expect(shared.log()).toContain(`ALTER DATABASE mate_trial_c RENAME TO ${kept}`);
      expect(shared.log()).not.toContain(practice.password);
    });
  },
);
