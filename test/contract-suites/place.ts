/** Somewhere that speaks AWS's protocols: our bed, and where it is installed moto, which other people wrote from the same documentation. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "vitest";
import { startAwsBed } from "../bed/aws/bed.ts";
import { quickDatabases } from "../bed/aws/services/rds/state.ts";
import { bedClock } from "../bed/clock.ts";
import { freePort } from "../fixtures/free-port.ts";

export type PlaceName = "bed" | "moto";

export interface Place {
  readonly name: PlaceName;
  readonly url: string;
  /** What every SDK client is made with. */
  readonly settings: ReturnType<typeof settingsAt>;
  stop(): Promise<void>;
}

/** Places there are on this machine; says which one is missing. */
export function places(): readonly PlaceName[] {
  if (motoServer() !== undefined) return ["bed", "moto"];
  console.log("skipped: moto is not installed, so the bed has no second opinion");
  return ["bed"];
}

/** For what a place is known to get wrong: there the test has to fail, so that one learns when it no longer does. */
export function differsOn(wrong: PlaceName, name: PlaceName): typeof test | typeof test.fails {
  return name === wrong ? test.fails : test;
}

/** Starts a place with nothing in it. Its own process or server ends with `stop`. */
export async function openPlace(name: PlaceName): Promise<Place> {
  return name === "bed" ? await openBed() : await openMoto();
}

async function openBed(): Promise<Place> {
  // moto has databases at once. Were it the clock that is so fast, a session of an hour would end in less than a second.
  const bed = await startAwsBed({ clock: bedClock(100) });
  quickDatabases(bed.world);
  return { name: "bed", url: bed.url, settings: settingsAt(bed.url), stop: () => bed.stop() };
}

/** @throws Error with what it printed, if moto does not come up within a minute */
async function openMoto(): Promise<Place> {
  const port = await freePort();
  const moto = spawn(motoServer() ?? "moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [moto.stdout, moto.stderr]) {
    stream.on("data", (text: Buffer) => {
      printed = `${printed}${text}`.slice(-4_000);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await answers(url)); waited += 100) {
    if (waited > 60_000 || moto.exitCode !== null) {
      await end(moto);
      throw new Error(`moto did not start:\n${printed}`);
    }
    await setTimeout(100);
  }
  return { name: "moto", url, settings: settingsAt(url), stop: () => end(moto) };
}

function settingsAt(url: string) {
  return {
    ...{ endpoint: url, region: "us-east-1", maxAttempts: 1, forcePathStyle: true },
    credentials: { accessKeyId: "AKIA123456789012TEST", secretAccessKey: "unverified" },
  };
}

/** The program in the project's own environment, or on the path. */
function motoServer(): string | undefined {
  const own = join(import.meta.dirname, "..", "..", ".venv", "bin", "moto_server");
  const found = [own, "moto_server"].filter((path) => path !== own || existsSync(path));
  return found.find((path) => spawnSync(path, ["--help"], { stdio: "ignore" }).status === 0);
}

async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
