/** Containers as processes of this machine: the image is not looked at, the command is run as it stands. */
import { type ChildProcess, spawn } from "node:child_process";
import type { BedClock } from "../../../../clock.ts";
import type { ContainerReport, ContainerRun, RunningContainer, TaskDriver } from "./driver.ts";
import { eachLine } from "./lines.ts";

export interface ProcessDriverOptions {
  readonly clock: BedClock;
  /** Folder the command runs in; the container's working directory, which is a path of its image, is not used. */
  readonly directory: string;
  /** Added to the container's environment, for what its image would bring. PATH is that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A driver that runs entry point and command as a process group of this machine. */
export function processDriver(options: ProcessDriverOptions): TaskDriver {
  const running = new Set<ChildProcess>();
  return {
    name: "process",
    start: (run, report) => start(run, report, { options, running }),
    close: async () => {
      const ends = [...running].map((child) => new Promise((resolve) => child.once("close", resolve)));
      for (const child of running) signal(child, "SIGKILL");
      await Promise.all(ends);
    },
  };
}

function start(
  run: ContainerRun,
  report: ContainerReport,
  { options, running }: { readonly options: ProcessDriverOptions; readonly running: Set<ChildProcess> },
): Promise<RunningContainer> {
  const [command, ...rest] = [...run.entryPoint, ...run.command];
  if (command === undefined)
    return Promise.reject(new Error("no command specified, and a process has no image to take one from"));
  const child = spawn(command, rest, {
    cwd: options.directory,
    env: { PATH: process.env.PATH ?? "", ...options.environment, ...run.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  eachLine([child.stdout, child.stderr], report.line);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      running.add(child);
      child.once("close", (code, by) => {
        running.delete(child);
        report.exit(code ?? (by === "SIGKILL" ? 137 : 143));
      });
      resolve({
        stop: (graceMs) => {
          signal(child, "SIGTERM");
          const cancel = options.clock.after(graceMs, () => signal(child, "SIGKILL"));
          child.once("close", cancel);
        },
      });
    });
  });
}

/** To the whole group, so that what the command started ends as well. */
function signal(child: ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, name);
}
