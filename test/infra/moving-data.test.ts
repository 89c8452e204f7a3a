/** The administrator's commands that move a tenant's database, from infra/README.md as they stand there, on a real PostgreSQL. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Login, type Postgres, postgresPrograms, startPostgres } from "./postgres.ts";

const programs = postgresPrograms();
if ("missing" in programs) console.info(`skipped: moving a tenant's database on a real server; ${programs.missing}`);

const [, section = ""] = readFileSync(new URL("../../infra/README.md", import.meta.url), "utf8").split(
  "## Moving a tenant's data",
);
const commands = [...section.matchAll(/^ {7}(pg_\w+ .*)$/gm)].map(([, command]) => command ?? "");
const master: Login = { user: "administrator", password: "masterpassword", database: "administration" };
const before: Login = { user: "mate_trial_c", password: "a1B2c3D4e5F6g7H8", database: "mate_trial_c" };
const after: Login = { user: "mate", password: "z9Y8x7W6v5U4t3S2", database: "mate" };

test("there are two of them: one takes the data out, the other puts it in", () => {
  expect(commands.map((command) => command.split(" ")[0])).toEqual(["pg_dump", "pg_restore"]);
});

describe.skipIf("missing" in programs)("a database that moves", { timeout: 120_000 }, () => {
  let server: Postgres;
  const folder = mkdtempSync(join(tmpdir(), "moving-"));
  beforeAll(async () => {
    if ("missing" in programs) return;
    server = await startPostgres(programs.folder, master);
    for (const { user, password, database } of [before, after]) {
      server.psql(master, `CREATE ROLE ${user} LOGIN PASSWORD '${password}'; GRANT ${user} TO ${master.user};`);
      server.psql(master, `CREATE DATABASE ${database} OWNER ${user};`);
      const rows = `CREATE TABLE visit (id serial PRIMARY KEY, note text); INSERT INTO visit (note) VALUES ('of ${user}');`;
      server.psql({ user, password, database }, rows);
    }
    server.psql(before, "INSERT INTO visit (note) VALUES ('the second');");
  }, 120_000);
  afterAll(() => {
    server?.stop();
    rmSync(folder, { recursive: true });
  });

  /** With the placeholders filled in; TLS is the real servers' own. */
  function run(command: string, { password }: Login): void {
    const filled = command
      .replaceAll(/<(?:old|new) DatabaseHost>/g, `127.0.0.1 port=${server.port}`)
      .replace("<old DatabaseName>", before.database)
      .replace("<old>", before.user)
      .replace("<new DatabaseName>", after.database)
      .replace("<new>", after.user)
      .replace("sslmode=require", "sslmode=prefer")
      .replaceAll("/tmp/moving", join(folder, "moving"));
    const path = `${"missing" in programs ? "" : programs.folder}:${process.env.PATH}`;
    execFileSync("sh", ["-c", filled], { env: { PATH: path, PGPASSWORD: password }, stdio: "pipe" });
  }

  test("has in the new place exactly what it had in the old one, owned by the new tenant's role", () => {
    const [take = "", put = ""] = commands;
    run(take, before);
    run(put, after);

    const notes = (login: Login): string =>
      server.psql(login, "SELECT string_agg(note, ', ' ORDER BY id) FROM visit;").output;
    expect(notes(after)).toBe("of mate_trial_c, the second");
    expect(notes(before)).toBe("of mate_trial_c, the second");
    const owner = server.psql(after, "SELECT tableowner FROM pg_tables WHERE tablename = 'visit';").output;
    expect(owner).toBe(after.user);
  });
});
