/** One process of a step: lines of output as they come, ended politely first and for certain later. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Aborting sends SIGINT, then SIGTERM, then SIGKILL to the process and its children. */
  readonly signal: AbortSignal;
}

/** GitHub's runner waits so long after SIGINT and after SIGTERM (actions/runner, ProcessInvoker). */
const INTERRUPT_GRACE = 7_500;
const TERMINATE_GRACE = 2_500;
/** How long output is still read after the process is gone but a child keeps its pipe open. */
const ORPHAN_GRACE = 2_000;

/** Runs it to its end. Resolves with the exit code; 128 + n for a signal's end. Throws if it cannot be started. */
export function runProcess(request: ProcessRequest): Promise<number> {
  if (!existsSync(request.cwd)) {
    const message = `An error occurred trying to start process '${request.command}' with working directory '${request.cwd}'. No such file or directory`;
    return Promise.reject(new Error(message));
  }
  return new Promise((resolve, reject) => {
    const child = spawn(request.command, request.args, {
      cwd: request.cwd,
      env: { ...request.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it started ends with it.
      detached: true,
    });
    const timers: NodeJS.Timeout[] = [];
    const signalGroup = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    const stop = (): void => {
      signalGroup("SIGINT");
      timers.push(setTimeout(() => signalGroup("SIGTERM"), INTERRUPT_GRACE));
      timers.push(setTimeout(() => signalGroup("SIGKILL"), INTERRUPT_GRACE + TERMINATE_GRACE));
    };
    const readers = [child.stdout, child.stderr].map((input) => {
      const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
      reader.on("line", request.onLine);
      return { reader, input, ended: new Promise<void>((ended) => reader.once("close", ended)) };
    });
    if (request.signal.aborted) stop();
    request.signal.addEventListener("abort", stop, { once: true });
    child.once("error", (error) => {
      request.signal.removeEventListener("abort", stop);
      reject(error);
    });
    child.once("exit", (code, signal) => {
      request.signal.removeEventListener("abort", stop);
      for (const timer of timers) clearTimeout(timer);
      const orphans = setTimeout(
        () => {
          signalGroup("SIGKILL");
          for (const { reader, input } of readers) {
            reader.close();
            input.destroy();
          }
          // What a stopped step left behind gets no time.
        },
        request.signal.aborted ? 0 : ORPHAN_GRACE,
      );
      void Promise.all(readers.map(({ ended }) => ended)).then(() => {
        clearTimeout(orphans);
        resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? "SIGKILL"] ?? 0));
      });
    });
  });
}

const SIGNAL_NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
