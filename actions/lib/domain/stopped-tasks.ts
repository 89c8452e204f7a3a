/** Why tasks of a service ended, and when that is enough to know that a deployment fails. */
import type { StoppedTask } from "./service.ts";

/** Exits of the same kind after which nobody needs to wait for the circuit breaker. */
const identicalExits = 2;

/**
 * Tasks of one deployment that ended by themselves. Tasks of an earlier deployment of the same revision are still listed for an hour,
 * and tasks that ECS stopped to make room failed at nothing.
 *
 * @param tasks newest first
 */
export function failuresOf(
  tasks: readonly StoppedTask[],
  of: { readonly taskDefinition: string; readonly since: Date },
): readonly StoppedTask[] {
  return tasks.filter(
    ({ taskDefinition, createdAt, stopCode, exitCode, stoppedReason }) =>
      taskDefinition === of.taskDefinition &&
      (createdAt === undefined || createdAt >= of.since) &&
      stopCode !== "UserInitiated" &&
      stopCode !== "SpotInterruption" &&
      // The scheduler stops tasks that are not healthy, and tasks that are not needed. Both may end well: what is asked to stop does.
      !(
        stopCode === "ServiceSchedulerInitiated" &&
        (isScaling(stoppedReason) || (exitCode === 0 && !isUnhealthy(stoppedReason)))
      ),
  );
}

/** Amazon ECS developer guide, "Stopped tasks error messages": how the scheduler names what is none. */
function isScaling(reason: string | undefined): boolean {
  return reason?.startsWith("Scaling activity initiated by") ?? false;
}

/** `Task failed ELB health checks in (target-group …)`, from the same page. */
function isUnhealthy(reason: string | undefined): boolean {
  return reason !== undefined && /\bfailed \w+ health checks\b/.test(reason);
}

/**
 * The newest of tasks that ended in the same way so often that the next one will too: containers that ran and exited. What never
 * started may be AWS's trouble and is left to the circuit breaker.
 */
export function certainFailure(failures: readonly StoppedTask[]): StoppedTask | undefined {
  const exits = failures.filter(({ exitCode, stopCode }) => exitCode !== undefined && stopCode !== "TaskFailedToStart");
  return exits.find((task) => exits.filter((other) => howItEnded(other) === howItEnded(task)).length >= identicalExits);
}

/** How a task ended, in words that are the same for the same end. */
export function howItEnded({ exitCode, containerReason, stoppedReason, stopCode }: StoppedTask): string {
  const parts = [
    exitCode === undefined ? undefined : `exit code ${exitCode}`,
    containerReason,
    // Reasons of a health check carry the task's own id, which is never the same twice.
    stoppedReason?.replace(/\b[0-9a-f]{32}\b/g, "…") ?? stopCode,
  ];
  return [...new Set(parts)].filter((part) => part !== undefined && part !== "").join("; ");
}
