/** The data behind RDS: for each instance that a container asks for by its endpoint, a PostgreSQL with TLS. */
import { appendFile, chmod, chown, copyFile, cp, mkdir, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Addresses } from "./addresses.ts";
import type { Authority } from "./certificates.ts";
import { must } from "./program.ts";

/** What RDS says about an instance. */
export interface Instance {
  readonly id: string;
  readonly host: string;
  readonly database: string;
  readonly master: { readonly user: string; readonly password: string };
}

export interface Database {
  readonly address: string;
  /** Runs SQL as the server's superuser; rows of tab-separated values. */
  query(database: string, sql: string): Promise<string>;
  /** Everything it logged. */
  readonly logFile: string;
}

export interface Databases {
  at(instance: Instance): Promise<Database>;
  /** Keeps what an instance holds now; instances that `at` has not seen yet start from the copy that was kept last. */
  keep(instance: Instance): Promise<void>;
  close(): Promise<void>;
}

interface Place {
  readonly programs: string;
  readonly folder: string;
  readonly authority: Authority;
  readonly addresses: Addresses;
  /** User the servers run as: PostgreSQL refuses root. */
  readonly owner: { readonly uid: number; readonly gid: number };
}

export function postgresDatabases(place: Place): Databases {
  const servers = new Map<string, Promise<Database & { stop(): Promise<void> }>>();
  let kept: string | undefined;
  return {
    at: (instance) => {
      const known = servers.get(instance.id) ?? startDatabase(instance, kept, place);
      servers.set(instance.id, known);
      return known;
    },
    keep: async ({ id }) => {
      const to = join(place.folder, id, "kept");
      const socket = join(place.folder, id);
      await rm(to, { recursive: true, force: true });
      await must(
        join(place.programs, "pg_basebackup"),
        ["--pgdata", to, "--host", socket, "--username", "superuser", "--wal-method", "stream", "--checkpoint", "fast"],
        { ...place.owner, cwd: place.folder },
      );
      kept = to;
    },
    close: async () => {
      for (const server of await Promise.allSettled(servers.values()))
        if (server.status === "fulfilled") await server.value.stop();
    },
  };
}

async function startDatabase(instance: Instance, kept: string | undefined, place: Place) {
  const { programs, folder, owner } = place;
  const [data, socket, logFile] = ["data", "", "log"].map((name) => join(folder, instance.id, name)) as [
    string,
    string,
    string,
  ];
  const program = (name: string, args: readonly string[], input = ""): Promise<string> =>
    must(join(programs, name), args, { ...owner, cwd: folder, input, environment: { LC_ALL: "C" } });
  await mkdir(socket, { recursive: true });
  await chown(socket, owner.uid, owner.gid);
  if (kept === undefined) {
    const users = ["--username", "superuser", "--auth-local=trust", "--auth-host=scram-sha-256"];
    await program("initdb", ["--pgdata", data, ...users, "--no-sync"]);
    // Only with TLS, as rds.force_ssl has it.
    await appendFile(join(data, "pg_hba.conf"), "hostssl all all 0.0.0.0/0 scram-sha-256\n");
  } else {
    await cp(kept, data, { recursive: true, preserveTimestamps: true });
    await must("chown", ["-R", `${owner.uid}:${owner.gid}`, data]);
    await chmod(data, 0o700);
  }
  const issued = await place.authority.issue(instance.host);
  for (const [from, name] of [
    [issued.key, "server.key"],
    [issued.certificate, "server.crt"],
  ] as const) {
    await copyFile(from, join(data, name));
    await chown(join(data, name), owner.uid, owner.gid);
  }
  await chmod(join(data, "server.key"), 0o600);
  const address = await place.addresses.next();
  const settings = `-c listen_addresses=${address} -c port=5432 -c unix_socket_directories=${socket} -c ssl=on -c fsync=off -c log_statement=all`;
  await program("pg_ctl", ["--pgdata", data, "--log", logFile, "--wait", "--options", settings, "start"]);
  const query = (database: string, sql: string): Promise<string> =>
    program(
      "psql",
      [
        ...["--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--tuples-only", "--no-align", "--field-separator", "\t"],
        ...["--host", socket, "--username", "superuser", database],
      ],
      sql,
    );
  if (kept === undefined) await query("postgres", likeRds(instance));
  return {
    address,
    query,
    logFile,
    stop: async () => void (await program("pg_ctl", ["--pgdata", data, "--mode", "immediate", "--wait", "stop"])),
  };
}

/** The master user is no superuser, but makes roles and databases and owns what is there. */
function likeRds({ database, master }: Instance): string {
  const password = master.password.replaceAll("'", "''");
  return `SET log_statement = 'none'; CREATE ROLE "${master.user}" LOGIN CREATEROLE CREATEDB PASSWORD '${password}';
    ALTER DATABASE postgres OWNER TO "${master.user}";
    CREATE DATABASE "${database}" OWNER "${master.user}";`;
}

/** Who may run PostgreSQL here. */
export async function serverOwner(): Promise<Place["owner"]> {
  if (userInfo().uid !== 0) return { uid: userInfo().uid, gid: userInfo().gid };
  const [uid = 0, gid = 0] = (await Promise.all([must("id", ["-u", "postgres"]), must("id", ["-g", "postgres"])])).map(
    Number,
  );
  return { uid, gid };
}
