/** Whether this machine has what the containers lane needs, and what to do where it has not. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { postgresPrograms } from "../infra/postgres.ts";

export type Lane =
  | { readonly state: "ready"; readonly postgres: string; readonly debian: string }
  | { readonly state: "missing"; readonly missing: string };

/**
 * Looks, and says on the console what is missing. Where MATE_LANES names the lane, as CI does, something that is missing is an error:
 * a lane that was asked for must not be passed over. Where it is set and does not name it, the lane is left out.
 */
export function containersLane(): Lane {
  const asked = process.env.MATE_LANES?.split(/[\s,]+/);
  if (asked !== undefined && !asked.includes("containers")) return passedOver("MATE_LANES leaves it out");
  const missing = [...programsMissing(), ...engineMissing()];
  const postgres = postgresPrograms();
  if ("missing" in postgres) missing.push(postgres.missing);
  const debian = debianName();
  if (debian === undefined) missing.push("base images are made from Debian's packages, and this is no Debian");
  if (missing.length === 0 && "folder" in postgres && debian !== undefined)
    return { state: "ready", postgres: postgres.folder, debian };
  const why = missing.join("; ");
  if (asked !== undefined) throw new Error(`MATE_LANES asks for the containers lane: ${why}`);
  return passedOver(why);
}

function passedOver(missing: string): Lane {
  console.info(`skipped: a release in real containers; ${missing}`);
  return { state: "missing", missing };
}

const packages: Readonly<Record<string, string>> = {
  docker: "docker.io",
  "docker-registry": "docker-registry",
  "redis-server": "redis-server",
  debootstrap: "debootstrap",
  openssl: "openssl",
};

function programsMissing(): string[] {
  if (process.getuid?.() !== 0) return ["debootstrap and the Docker engine of this lane run as root"];
  return Object.entries(packages)
    .filter(([program]) => programPath(program) === undefined)
    .map(([program, name]) => `${program} is not installed; apt-get install ${name} brings it`);
}

function engineMissing(): string[] {
  if (programPath("docker") === undefined) return [];
  const { status, stderr } = spawnSync("docker", ["info", "--format", "{{.ServerVersion}}"], { encoding: "utf8" });
  return status === 0 ? [] : [`no Docker engine answers (${stderr.trim().split("\n").at(-1)}); start dockerd`];
}

/** Where a program is on the PATH. */
export function programPath(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Codename of this Debian, such as bookworm. */
function debianName(): string | undefined {
  const file = "/etc/os-release";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^ID=debian$/m.test(text) ? /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] : undefined;
}
