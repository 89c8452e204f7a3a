/** A one-off task as it went: what counts is the named container's exit code, and whether it ever started. */
export interface TaskState {
  readonly task: string;
  readonly status: "starting" | "running" | "stopping" | "stopped";
  readonly createdAt?: Date;
  /** Undefined if the task never got as far as running. */
  readonly startedAt?: Date;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly {
    readonly name: string;
    /** Undefined means the container never ran to an end; that is never a success. */
    readonly exitCode?: number;
    readonly reason?: string;
  }[];
}

export type TaskEnd =
  | { readonly end: "succeeded" }
  /** It gave up before it changed anything, because something was in its way (exit code 75, sysexits.h EX_TEMPFAIL). */
  | { readonly end: "try-again"; readonly reason: string }
  /** Nothing of it ran, so running it again is safe. */
  | { readonly end: "never-started"; readonly reason: string }
  /** It ran, so it may have changed something; it is not repeated without a person. */
  | { readonly end: "failed"; readonly exitCode?: number; readonly reason: string };

/** The exit code by which a migration says that it could not get a lock in time and changed nothing. */
const tryAgain = 75;

/**
 * How a stopped task ended, by the exit code of one named container.
 *
 * @param container the container whose exit code counts; others are ignored
 */
export function taskEnd(task: TaskState, container: string): TaskEnd {
  const found = task.containers.find(({ name }) => name === container);
  const exitCode = found?.exitCode;
  if (exitCode === 0) return { end: "succeeded" };
  const said = new Set([found?.reason, task.stoppedReason]);
  const reason = [...said].filter((text) => text !== undefined && text !== "").join("; ");
  if (exitCode === undefined && task.startedAt === undefined) {
    return { end: "never-started", reason: reason || (task.stopCode ?? "the task stopped before it started") };
  }
  if (exitCode === tryAgain) return { end: "try-again", reason: reason || "it could not get a lock in time" };
  return {
    end: "failed",
    ...(exitCode !== undefined && { exitCode }),
    reason: exitCode === undefined ? reason || "the container ended without an exit code" : withCode(exitCode, reason),
  };
}

/** The code first: it is what a program says of itself, and what people search for. */
function withCode(exitCode: number, reason: string): string {
  return reason === "" ? `exit code ${exitCode}` : `exit code ${exitCode}; ${reason}`;
}
