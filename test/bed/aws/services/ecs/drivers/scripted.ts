/** Containers that follow a script: nothing runs, but exit codes, log lines, health and time are as told. */
import type { BedClock } from "../../../../clock.ts";
import type { ContainerReport, ContainerRun, RunningContainer, TaskDriver } from "./driver.ts";
import { MIGRATION_LINES, SERVICE_LINES } from "./ordinary-output.ts";

/** Which containers a script is for: every member that is given must be part of the container's own value. */
export interface ScriptMatch {
  readonly image?: string;
  /** Looked for in entry point and command, joined by spaces. */
  readonly command?: string;
  readonly container?: string;
  readonly service?: string;
  readonly family?: string;
  /** Only one-off tasks, or only tasks of services. */
  readonly kind?: "task" | "service";
}

/** What a container does. Times are milliseconds of bed time after its start. */
export interface Behaviour {
  /** Exits with this code after `afterMs`; without it a service runs for ever and a one-off task exits with 0. */
  readonly exitCode?: number;
  readonly afterMs?: number;
  /** Reason the container carries, for example `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
  /** Written evenly over the container's life, or over its first second if it runs for ever. */
  readonly lines?: readonly string[];
  /** Runs until stopped, even as a one-off task. */
  readonly forEver?: boolean;
  /** Fails its health checks from the start, or from a moment on. */
  readonly unhealthy?: boolean | { readonly afterMs: number };
  /** The task never gets to run; the text becomes its stopped reason. */
  readonly neverStarts?: string;
  /** Does not end on SIGTERM; ends with 137 when the stop timeout is over. */
  readonly ignoresSignal?: boolean;
}

export interface Script {
  readonly match: ScriptMatch;
  readonly behaviour: Behaviour;
}

/** The behaviour of a container: the first script that matches, else that of an ordinary Django application. */
export function behaviourOf(run: ContainerRun, scripts: readonly Script[]): Behaviour {
  return scripts.find(({ match }) => matches(run, match))?.behaviour ?? {};
}

/** A driver that plays scripts. The list may grow and change while it runs; each container looks once, at its start. */
export function scriptedDriver(clock: BedClock, scripts: readonly Script[]): TaskDriver {
  return {
    name: "scripted",
    start: async (run, report) => play(clock, run, behaviourOf(run, scripts), report),
    close: async () => {},
  };
}

function matches(run: ContainerRun, match: ScriptMatch): boolean {
  const within = (part: string | undefined, whole: string | undefined): boolean =>
    part === undefined || (whole?.includes(part) ?? false);
  return (
    within(match.image, run.image) &&
    within(match.command, [...run.entryPoint, ...run.command].join(" ")) &&
    within(match.container, run.container) &&
    within(match.service, run.service) &&
    within(match.family, run.family) &&
    (match.kind === undefined || match.kind === (run.service === undefined ? "task" : "service"))
  );
}

function play(clock: BedClock, run: ContainerRun, behaviour: Behaviour, report: ContainerReport): RunningContainer {
  const ends = behaviour.exitCode !== undefined || (run.service === undefined && behaviour.forEver !== true);
  const life = behaviour.afterMs ?? (ends ? 6_000 : 1_000);
  const lines = behaviour.lines ?? (run.service === undefined ? MIGRATION_LINES : SERVICE_LINES);
  const cancels: (() => void)[] = [];
  let over = false;
  const exit = (code: number, reason?: string): void => {
    if (over) return;
    over = true;
    for (const cancel of cancels) cancel();
    report.exit(code, reason);
  };
  lines.forEach((line, at) => {
    cancels.push(clock.after((life * (at + 1)) / (lines.length + 1), () => report.line(line)));
  });
  if (behaviour.unhealthy === true) report.health(false);
  else if (typeof behaviour.unhealthy === "object") {
    cancels.push(clock.after(behaviour.unhealthy.afterMs, () => report.health(false)));
  }
  if (ends) cancels.push(clock.after(life, () => exit(behaviour.exitCode ?? 0, behaviour.reason)));
  return {
    stop: (graceMs) => {
      if (behaviour.ignoresSignal === true) clock.after(graceMs, () => exit(137));
      else clock.after(200, () => exit(run.service === undefined ? 143 : 0));
    },
  };
}
