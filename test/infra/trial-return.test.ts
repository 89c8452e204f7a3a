/** A trial's database that comes back, on a real PostgreSQL, out of the dump that its end kept in the bed's S3. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noDumpExit } from "../../actions/lib/domain/trial-dump.ts";
import { dropTrialProgram } from "../../actions/lib/domain/trial-farewell.ts";
import { loadTrialProgram } from "../../actions/lib/domain/trial-return.ts";
import { type AwsBed, startAwsBed } from "../bed/aws/bed.ts";
import type { Call } from "../bed/aws/kernel.ts";
import { type Login, type Postgres, postgresPrograms, startPostgres } from "./postgres.ts";

const programs = postgresPrograms();
if ("missing" in programs)
  console.info(`skipped: the return of a trial's database on a real server; ${programs.missing}`);

const provisioning = readFileSync(new URL("../../infra/tenant/provision-trial.sql", import.meta.url), "utf8");
const master: Login = { user: "mate", password: "masterpassword", database: "mate" };
const practice: Login = { user: "mate_trial_c", password: "a1B2c3D4e5F6g7H8i9J0k1L2", database: "mate_trial_c" };
/** The secret of its second life is another one. */
const again: Login = { ...practice, password: "n3wN3wN3wN3wN3wN3wN3w" };
const neighbour: Login = { user: "mate_trial_d", password: "z9Y8x7W6v5U4t3S2r1Q0p9O8", database: "mate_trial_d" };
const bucket = "mate-trial-c-production-data";
const key = "offboarding/mate_trial_c-2026-11-27T031000Z.dump";
const root: Call = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};

describe.skipIf("missing" in programs)("a trial's database that comes back", { timeout: 120_000 }, () => {
  let server: Postgres;
  let aws: AwsBed;

  const provision = ({ user, password, database }: Login): void => {
    const login = { DATABASE_USER: user, DATABASE_PASSWORD: password, DATABASE_NAME: database };
    const ran = server.psql(master, provisioning, login);
    if (!ran.ok) throw new Error(ran.output);
  };

  beforeAll(async () => {
    if ("missing" in programs) return;
    aws = await startAwsBed();
    await aws.world.invoke("s3", "CreateBucket", { Bucket: bucket }, root);
    server = await startPostgres(programs.folder, master);
    for (const tenant of [practice, neighbour]) {
      provision(tenant);
      const rows = `CREATE SCHEMA archive; CREATE TABLE archive.old (id int); CREATE TABLE visit (id serial PRIMARY KEY, note text);
        CREATE VIEW notes AS SELECT note FROM visit; INSERT INTO visit (note) VALUES ('of ${tenant.user}'), ('µ – ''quoted''');`;
      const ran = server.psql(tenant, rows);
      if (!ran.ok) throw new Error(ran.output);
    }
    const left = await run(dropTrialProgram, {
      ...{ PGUSER: master.user, PGPASSWORD: master.password, PGDATABASE: "mate" },
      ...{ DATABASE_NAME: practice.database, DATABASE_USER: practice.user, DATABASE_PASSWORD: practice.password },
    });
    if (left.exitCode !== 0) throw new Error(left.output);
    provision(again);
  }, 120_000);
  afterAll(async () => {
    server?.stop();
    await aws?.stop();
  });

  /** As the task runs it; not in this process's time, in which the bed has to answer. */
  function run(program: string, environment: Readonly<Record<string, string>>) {
    const folder = "missing" in programs ? "" : programs.folder;
    const env = {
      ...{ PATH: `${folder}:${process.env.PATH}`, HOME: process.env.HOME },
      ...{ PGHOST: "127.0.0.1", PGPORT: String(server.port) },
      ...{ DUMP_BUCKET: bucket, DUMP_KEY: key, DUMP_REGION: "us-east-1" },
      ...{ AWS_ENDPOINT_URL_S3: aws.url, AWS_ACCESS_KEY_ID: aws.environment.AWS_ACCESS_KEY_ID },
      ...{ AWS_SECRET_ACCESS_KEY: aws.environment.AWS_SECRET_ACCESS_KEY },
      ...environment,
    };
    return new Promise<{ readonly exitCode: number; readonly output: string }>((resolve) => {
      execFile("sh", ["-c", program], { env }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}`.trim() }),
      );
    });
  }

  const load = (environment: Readonly<Record<string, string>> = {}) =>
    run(loadTrialProgram, {
      ...{ PGUSER: again.user, PGPASSWORD: again.password, PGDATABASE: again.database },
      ...environment,
    });
  const notes = (who: Login): string =>
    server.psql(who, "SELECT string_agg(note, ', ' ORDER BY id) FROM visit;").output;
  const tables = (): string =>
    server.psql(again, "SELECT count(*) FROM pg_tables WHERE tableowner = current_user;").output;

  test("is empty until it is loaded, and stays so without its dump", async () => {
    const ran = await load({ DUMP_KEY: "offboarding/mate_trial_c-2020-01-01.dump" });

    expect(ran.exitCode).toBe(noDumpExit);
    expect(ran.output).toContain("there is no dump s3://mate-trial-c-production-data/offboarding/mate_trial_c-2020");
    expect(tables()).toBe("0");
  });

  test("stays empty when what is there is no whole dump: it is all or nothing", async () => {
    const whole = await aws.world.invoke<{ Body: Uint8Array }>("s3", "GetObject", { Bucket: bucket, Key: key }, root);
    const Body = whole.Body.slice(0, Math.floor(whole.Body.length * 0.9));
    await aws.world.invoke("s3", "PutObject", { Bucket: bucket, Key: "offboarding/cut.dump", Body }, root);

    const ran = await load({ DUMP_KEY: "offboarding/cut.dump" });

    expect([0, noDumpExit]).not.toContain(ran.exitCode);
    expect(tables()).toBe("0");
  });

  test("has everything it had, as its own, under its new password", async () => {
    const ran = await load();

    expect(ran).toEqual({ exitCode: 0, output: `mate_trial_c has 2 tables, loaded from s3://${bucket}/${key}` });
    expect(notes(again)).toBe("of mate_trial_c, µ – 'quoted'");
    expect(server.psql(again, "INSERT INTO visit (note) VALUES ('new') RETURNING id;").output).toMatch(/^3\b/);
    expect(server.psql(again, "ALTER TABLE visit ADD COLUMN more text; DROP VIEW notes;").ok).toBe(true);
    expect(server.psql(practice, "SELECT 1;").output).toContain("authentication failed");
  });

  test("is not loaded a second time: what was written since stays", async () => {
    const ran = await load();

    expect(ran).toEqual({
      exitCode: 0,
      output: "mate_trial_c has 2 tables already; nothing is loaded over them",
    });
    expect(notes(again)).toBe("of mate_trial_c, µ – 'quoted', new");
  });

  test("cannot be loaded into a neighbour's, whose rows are what they were", async () => {
    const ran = await load({ PGDATABASE: neighbour.database });

    expect(ran.exitCode).not.toBe(0);
    expect(ran.output).toContain(`permission denied for database "${neighbour.database}"`);
    expect(notes(neighbour)).toBe("of mate_trial_d, µ – 'quoted'");
  });

  test("leaves no password in the server's log", () => {
    expect(server.log()).toContain("CREATE TABLE public.visit");
    expect(server.log()).not.toContain(again.password);
  });
});
