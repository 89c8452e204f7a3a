/** Queue and cache are forgotten after a restore: the program as the task runs it, against a real Redis. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forgetProgram } from "../../actions/lib/domain/restore-scripts.ts";
import { freePort } from "../fixtures/free-port.ts";

const token = "t0kenOfThisTest";
const root = new URL("../../", import.meta.url).pathname;

/** A Python that has the broker's client, as the image does. */
const python = [process.env.PYTHON_WITH_REDIS, join(root, ".venv/bin/python"), "python3"].find(
  (program) => program !== undefined && spawnSync(program, ["-c", "import redis"]).status === 0,
);
const missing =
  spawnSync("redis-server", ["--version"]).status !== 0
    ? "redis-server is not installed; apt-get install redis-server brings it"
    : python === undefined
      ? "no Python has the client; .venv/bin/pip install redis brings it"
      : undefined;
if (missing !== undefined) console.info(`skipped: forgetting queue and cache on a real Redis; ${missing}`);

describe.skipIf(missing !== undefined)("queue and cache of a tenant that was restored", () => {
  let folder = "";
  let port = 0;
  let server: ReturnType<typeof spawn> | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mate-redis-"));
    port = await freePort();
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--requirepass",
      token,
      "--save",
      "",
      "--dir",
      folder,
    ];
    server = spawn("redis-server", options, { stdio: "ignore" });
    while (cli(0, "PING") !== "PONG") {
      if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
      await setTimeout(50);
    }
  });
  afterAll(() => {
    server?.kill();
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    cli(0, "FLUSHALL");
    for (const index of [0, 3, 4]) {
      cli(index, "LPUSH", "celery", `task of ${index}`);
      cli(index, "SET", `mate:${index}:session`, "signed in");
    }
  });

  const cli = (index: number, ...words: readonly string[]): string =>
    spawnSync("redis-cli", ["-p", String(port), "-a", token, "--no-auth-warning", "-n", String(index), ...words], {
      encoding: "utf8",
    }).stdout.trim();
  const sizes = (): readonly string[] => [0, 3, 4].map((index) => cli(index, "DBSIZE"));

  function forget(environment: Readonly<Record<string, string>>): string {
    return execFileSync(python ?? "", ["-c", forgetProgram], {
      encoding: "utf8",
      stdio: "pipe",
      env: {
        ...{ REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port), REDIS_TOKEN: token, REDIS_SCHEME: "redis" },
        ...environment,
      },
    }).trim();
  }

  test("of a Redis of its own everything goes", () => {
    expect(forget({ MATE_TIER: "standard" })).toBe("cache and queues are empty");

    expect(sizes()).toEqual(["0", "0", "0"]);
  });

  test("of a trial only its own number goes; the neighbours' tasks and sessions stay", () => {
    forget({ MATE_TIER: "trial", REDIS_INDEX: "3" });

    expect(sizes()).toEqual(["2", "0", "2"]);
    expect(cli(4, "LRANGE", "celery", "0", "-1")).toBe("task of 4");
  });

  test("with another's token nothing goes, and the task fails", () => {
    expect(() => forget({ MATE_TIER: "standard", REDIS_TOKEN: "wrong" })).toThrow();

    expect(sizes()).toEqual(["2", "2", "2"]);
  });

  test("forgotten twice is forgotten", () => {
    forget({ MATE_TIER: "trial", REDIS_INDEX: "3" });

    expect(forget({ MATE_TIER: "trial", REDIS_INDEX: "3" })).toBe("cache and queues are empty");
  });
});
