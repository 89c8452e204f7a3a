import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, type Postgres, postgresPrograms, type Ran, startPostgres } from "./postgres.ts";

const programs = postgresPrograms();
if ("missing" in programs) console.info(`skipped: a trial's database on a real server; ${programs.missing}`);

const script = readFileSync(new URL("../../infra/tenant/provision-trial.sql", import.meta.url), "utf8");
const master: Login = { user: "mate", password: "masterpassword", database: "mate" };
const practice: Login = { user: "mate_trial_c", password: "a1B2c3D4e5F6g7H8i9J0k1L2", database: "mate_trial_c" };
const neighbour: Login = { user: "mate_trial_d", password: "z9Y8x7W6v5U4t3S2r1Q0p9O8", database: "mate_trial_d" };

describe.skipIf("missing" in programs)("a trial's own database", { timeout: 120_000 }, () => {
  let server: Postgres;
  const provision = ({ user, password, database }: Login): Ran =>
    server.psql(master, script, { DATABASE_USER: user, DATABASE_PASSWORD: password, DATABASE_NAME: database });

  beforeAll(async () => {
    if ("missing" in programs) return;
    server = await startPostgres(programs.folder, master);
    for (const tenant of [practice, neighbour]) {
      const ran = provision(tenant);
      if (!ran.ok) throw new Error(ran.output);
    }
  }, 120_000);
  afterAll(() => server?.stop());

  test("lets its tenant in, to make tables and write", () => {
    const ran = server.psql(
      practice,
      "CREATE TABLE visit (id int); INSERT INTO visit VALUES (7); SELECT id FROM visit;",
    );

    expect(ran).toEqual({ ok: true, output: "CREATE TABLE\nINSERT 0 1\n7" });
  });

  test.for(["mate_trial_d", "mate", "postgres"])("does not let its tenant into %s", (database) => {
    const ran = server.psql({ ...practice, database }, "SELECT 1;");

    expect(ran.ok).toBe(false);
    expect(ran.output).toContain(`permission denied for database "${database}"`);
  });

  test("does not open with a neighbour's password", () => {
    expect(server.psql({ ...practice, password: neighbour.password }, "SELECT 1;").output).toContain(
      "authentication failed",
    );
  });

  test("gives its tenant no way to make roles or databases, or to become a neighbour", () => {
    for (const statement of ["CREATE ROLE x", "CREATE DATABASE x", `SET ROLE ${neighbour.user}`]) {
      expect(server.psql(practice, `${statement};`).output).toContain("permission denied");
    }
  });

  test("is the same after provisioning again, with what was in it", () => {
    server.psql(practice, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1);");

    expect(provision(practice)).toEqual({ ok: true, output: "database mate_trial_c is ready for mate_trial_c" });

    expect(server.psql(practice, "SELECT id FROM kept;").output).toBe("1");
    expect(server.psql({ ...practice, database: neighbour.database }, "SELECT 1;").ok).toBe(false);
  });

  test("takes a new password by provisioning again", () => {
    const changed = { ...neighbour, password: "n3wN3wN3wN3wN3wN3wN3w" };

    expect(provision(changed).ok).toBe(true);

    expect(server.psql(changed, "SELECT 1;").output).toBe("1");
    expect(server.psql(neighbour, "SELECT 1;").output).toContain("authentication failed");
  });

  test("leaves no password in the server's log, though it logs every statement", () => {
    expect(server.log()).toContain("ALTER ROLE mate_trial_c PASSWORD");
    expect(server.log()).not.toContain(practice.password);
  });

  test("is not made with a password that somebody typed", () => {
    const ran = provision({ user: "mate_trial_e", password: "secret", database: "mate_trial_e" });

    expect(ran.ok).toBe(false);
    expect(ran.output).toContain("must be at least 20 letters and digits");
  });

  test("fails to be provisioned when its tenant could get into something else", () => {
    expect(server.psql(master, "CREATE DATABASE forgotten;").ok).toBe(true);

    const ran = provision(practice);

    expect(ran.ok).toBe(false);
    expect(ran.output).toContain("mate_trial_c can connect to forgotten");
  });
});
