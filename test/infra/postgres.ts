/** A real PostgreSQL of its own, in a temporary folder, for as long as a test needs it. */
import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../fixtures/free-port.ts";

export interface Postgres {
  readonly port: number;
  /** Runs psql over TCP with a password, as on RDS. `input` is a script on standard input. */
  psql(who: Login, input: string, environment?: Readonly<Record<string, string>>): Ran;
  /** Everything the server has logged. */
  log(): string;
  stop(): void;
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Folder of the newest installed server's programs, or why there is none. */
export function postgresPrograms(): { readonly folder: string } | { readonly missing: string } {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...(process.env.PATH ?? "").split(":")];
  const folder = folders.find((one) => existsSync(join(one, "initdb")) && existsSync(join(one, "pg_ctl")));
  if (folder === undefined)
    return { missing: "PostgreSQL's server is not installed; apt-get install postgresql brings it" };
  if (process.getuid?.() === 0 && owner() === undefined)
    return { missing: "PostgreSQL does not run as root, and there is no user postgres or nobody" };
  return { folder };
}

/**
 * Starts a server on a free port of the loopback. Its master user is no superuser but may make roles and databases and owns the database
 * `postgres`, which is what RDS gives.
 */
export async function startPostgres(programs: string, master: Login): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "mate-postgres-"));
  const data = join(folder, "data");
  const as = owner();
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const run = (program: string, ...options: string[]): void => {
    execFileSync(join(programs, program), options, {
      ...as,
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, LC_ALL: "C" },
    });
  };
  const socket = join(folder, "s");
  run(
    "initdb",
    "--pgdata",
    data,
    "--username",
    "superuser",
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--no-sync",
  );
  mkdirSync(socket);
  if (as !== undefined) chownSync(socket, as.uid, as.gid);
  const logFile = join(folder, "log");
  const port = await freePort();
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories='${socket}' -c fsync=off -c log_statement=all`;
  run("pg_ctl", "--pgdata", data, "--log", logFile, "--wait", "--options", settings, "start");
  const superuser = spawnSync(
    "psql",
    [
      "--no-psqlrc",
      "--set",
      "ON_ERROR_STOP=1",
      "--host",
      socket,
      "--port",
      String(port),
      "--username",
      "superuser",
      "postgres",
    ],
    {
      encoding: "utf8",
      input: `CREATE ROLE ${master.user} LOGIN CREATEROLE CREATEDB PASSWORD '${master.password}';
        ALTER DATABASE postgres OWNER TO ${master.user};
        CREATE DATABASE ${master.database} OWNER ${master.user};`,
    },
  );
  const stop = (): void => {
    run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop");
    rmSync(folder, { recursive: true });
  };
  if (superuser.status !== 0) {
    stop();
    throw new Error(`could not make the master user: ${superuser.stderr}`);
  }
  return {
    port,
    stop,
    log: () => readFileSync(logFile, "utf8"),
    psql: ({ user, password, database }, input, environment = {}) => {
      const { status, stdout, stderr } = spawnSync(
        "psql",
        ["--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--tuples-only", "--no-align"],
        {
          encoding: "utf8",
          input,
          env: {
            ...process.env,
            ...environment,
            PGHOST: "127.0.0.1",
            PGPORT: String(port),
            PGUSER: user,
            PGPASSWORD: password,
            PGDATABASE: database,
          },
        },
      );
      return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
    },
  };
}

/** PostgreSQL refuses to run as root. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = ["postgres", "nobody"]
    .map((name) => users.find(([one]) => one === name))
    .find((one) => one !== undefined);
  return user === undefined ? undefined : { uid: Number(user[2]), gid: Number(user[3]) };
}
