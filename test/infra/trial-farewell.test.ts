/** The end of a trial's database on a real PostgreSQL, with the bed's S3 for what is kept. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dropTrialProgram } from "../../actions/lib/domain/trial-farewell.ts";
import { type AwsBed, startAwsBed } from "../bed/aws/bed.ts";
import type { Call } from "../bed/aws/kernel.ts";
import { type Login, type Postgres, postgresPrograms, type Ran, startPostgres } from "./postgres.ts";

const programs = postgresPrograms();
if ("missing" in programs) console.info(`skipped: the end of a trial's database on a real server; ${programs.missing}`);

const provisioning = readFileSync(new URL("../../infra/tenant/provision-trial.sql", import.meta.url), "utf8");
const master: Login = { user: "mate", password: "masterpassword", database: "mate" };
const practice: Login = { user: "mate_trial_c", password: "a1B2c3D4e5F6g7H8i9J0k1L2", database: "mate_trial_c" };
const neighbour: Login = { user: "mate_trial_d", password: "z9Y8x7W6v5U4t3S2r1Q0p9O8", database: "mate_trial_d" };
const bucket = "mate-trial-c-production-data";
const key = "offboarding/mate_trial_c-2026-11-27.dump";
const root: Call = {
  requestId: "test",
  caller: { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/test", tags: {} },
};

describe.skipIf("missing" in programs)("a trial's database that is left", { timeout: 120_000 }, () => {
  let server: Postgres;
  let aws: AwsBed;

  beforeAll(async () => {
    if ("missing" in programs) return;
    aws = await startAwsBed();
    server = await startPostgres(programs.folder, master);
    for (const { user, password, database } of [practice, neighbour]) {
      const login = { DATABASE_USER: user, DATABASE_PASSWORD: password, DATABASE_NAME: database };
      const ran = server.psql(master, provisioning, login);
      if (!ran.ok) throw new Error(ran.output);
      const rows = `CREATE TABLE visit (id serial PRIMARY KEY, note text); INSERT INTO visit (note) VALUES ('of ${user}');`;
      server.psql({ user, password, database }, rows);
    }
    // What a restore of long ago put away.
    server.psql(master, "CREATE DATABASE mate_trial_c_old_20261101000000 OWNER mate_trial_c;");
  }, 120_000);
  afterAll(async () => {
    server?.stop();
    await aws?.stop();
  });

  /** As the task runs it; not in this process's time, in which the bed has to answer. */
  function run(environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const folder = "missing" in programs ? "" : programs.folder;
    const env = {
      ...{ PATH: `${folder}:${process.env.PATH}`, HOME: process.env.HOME },
      ...{ PGHOST: "127.0.0.1", PGPORT: String(server.port), PGUSER: master.user, PGPASSWORD: master.password },
      ...{ PGDATABASE: "mate", DATABASE_NAME: practice.database },
      ...{ DATABASE_USER: practice.user, DATABASE_PASSWORD: practice.password },
      ...{ DUMP_BUCKET: bucket, DUMP_KEY: key, DUMP_REGION: "us-east-1" },
      ...{ AWS_ENDPOINT_URL_S3: aws.url, AWS_ACCESS_KEY_ID: aws.environment.AWS_ACCESS_KEY_ID },
      ...{ AWS_SECRET_ACCESS_KEY: aws.environment.AWS_SECRET_ACCESS_KEY },
      ...environment,
    };
    return new Promise((resolve) => {
      execFile("sh", ["-c", dropTrialProgram], { env }, (error, stdout, stderr) =>
        resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() }),
      );
    });
  }

  const names = (what: string): string => server.psql(master, what).output;
  const databases = (): string =>
    names("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE 'mate_%';");
  const roles = (): string =>
    names("SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'mate_%';");

  test("stays when its last dump cannot be kept: nothing is dropped", async () => {
    const ran = await run();

    expect(ran).toMatchObject({ ok: false, output: expect.stringContaining("S3 did not take the dump: 404") });
    expect(databases()).toBe("mate_trial_c mate_trial_c_old_20261101000000 mate_trial_d");
  });

  test("is not mistaken for a neighbour's, nor for everybody's", async () => {
    await aws.world.invoke("s3", "CreateBucket", { Bucket: bucket }, root);

    expect((await run({ DATABASE_NAME: neighbour.database })).output).toContain("belongs to mate_trial_d");
    expect((await run({ DATABASE_USER: master.user })).output).toContain("is the master user");
    expect((await run({ DATABASE_NAME: "mate" })).output).toContain("mate belongs to mate");
    expect(databases()).toBe("mate_trial_c mate_trial_c_old_20261101000000 mate_trial_d");
    expect(roles()).toBe("mate_trial_c mate_trial_d");
  });

  test("goes with its role, also while somebody is connected; the neighbour keeps both", async () => {
    const ran = await run();

    expect(ran).toMatchObject({ ok: true, output: expect.stringContaining("mate_trial_c and mate_trial_c are gone") });
    expect(databases()).toBe("mate_trial_d");
    expect(roles()).toBe("mate_trial_d");
    expect(server.psql(neighbour, "SELECT note FROM visit;").output).toBe("of mate_trial_d");
  });

  test("can be read again out of the dump that was kept", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mate-dump-"));
    const file = join(folder, "dump");
    const answer = await fetch(`${aws.url}/${bucket}/${key}`, {
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/s3/aws4_request" },
    });
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    const folderOf = "missing" in programs ? "" : programs.folder;
    const listed = await new Promise<string>((resolve) => {
      execFile(join(folderOf, "pg_restore"), ["--file=-", file], (_error, stdout, stderr) => resolve(stdout + stderr));
    });
    await rm(folder, { recursive: true });

    expect(listed).toContain("of mate_trial_c");
  });

  test("is gone as well when it is left a second time", async () => {
    expect(await run()).toMatchObject({ ok: true, output: expect.stringContaining("are gone") });
    expect(databases()).toBe("mate_trial_d");
  });

  test("leaves no password in the server's log", () => {
    expect(server.log()).toContain("DROP DATABASE mate_trial_c");
    expect(server.log()).not.toContain(practice.password);
  });
});
