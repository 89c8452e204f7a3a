/** Programs that the lane runs to their end, and servers that it starts and ends by their process. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { connect } from "node:net";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program and gives what it printed, whatever its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input = "", environment, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...rest, env: { ...process.env, ...environment }, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? 128, stdout, stderr }));
    child.stdin.on("error", () => {}).end(input);
  });
}

/** @returns standard output; @throws if the exit code is not 0, with what the program said */
export async function must(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(program, args, options);
  if (exitCode === 0) return stdout.trim();
  throw new Error(`${program} ${args.join(" ")} ended with ${exitCode}: ${(stderr || stdout).trim().slice(-2000)}`);
}

export interface Running {
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until `ready` says yes.
 *
 * @throws with the end of its log if it ends, or is not ready in time
 */
export async function startServer(
  [program, ...args]: readonly [string, ...string[]],
  server: { readonly log: string; readonly ready: () => Promise<boolean>; readonly atMostMs?: number },
): Promise<Running> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(server.log, { flags: "a" });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  const deadline = Date.now() + (server.atMostMs ?? 30_000);
  while (!(await server.ready())) {
    if (child.exitCode !== null) failure ??= `ended with ${child.exitCode}`;
    if (failure === undefined && Date.now() > deadline) failure = "was not ready in time";
    if (failure === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    child.kill("SIGKILL");
    throw new Error(`${program} ${failure}: ${readFileSync(server.log, "utf8").slice(-2000)}`);
  }
  return { pid: child.pid ?? 0, stop: () => end(child, ended) };
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(killer);
}

/** Whether something listens there. */
export function listens(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
