/** The next step of a rolling deployment, as a decision: which tasks to stop, how many to start. */
import type { ServiceRecord, TaskRecord } from "./state.ts";

export interface Step {
  readonly stop: readonly TaskRecord[];
  readonly start: number;
}

/**
 * Decides within minimumHealthyPercent (rounded up) and maximumPercent (rounded down) of the desired count. A task that is
 * draining or stopping still takes a place under the maximum, so a service at 0/100 never runs two tasks at once.
 */
export function decide(service: ServiceRecord): Step {
  const primary = service.deployments[0];
  const { desiredCount = 0, deploymentConfiguration = {}, status } = service.shown;
  const desired = status === "ACTIVE" ? desiredCount : 0;
  const lower = Math.ceil((desired * (deploymentConfiguration.minimumHealthyPercent ?? 100)) / 100);
  const upper = Math.floor((desired * (deploymentConfiguration.maximumPercent ?? 200)) / 100);
  const live = [...service.tasks].filter((task) => task.ending === undefined);
  const own = live.filter((task) => task.deployment === primary);
  const old = live.filter((task) => task.deployment !== primary);
  if (primary === undefined || primary.shown.rolloutState === "FAILED") {
    return { stop: own.length + old.length > desired ? [...old, ...own].slice(desired) : [], start: 0 };
  }
  const executing = [...service.tasks].filter(
    (task) => task.shown.executionStoppedAt === undefined && task.shown.lastStatus !== "DEPROVISIONING",
  ).length;
  const missing = Math.max(0, desired - own.length);
  const start = Math.min(missing, Math.max(0, upper - executing));
  const surplus = unprovenFirst(own).slice(0, Math.max(0, own.length - desired));
  return { stop: [...surplus, ...replaceable({ old, own, desired, lower, blocked: missing - start })], start };
}

/** Old tasks whose place is taken by a healthy new one, and as many more as the maximum keeps new ones from starting. */
function replaceable(of: {
  readonly old: readonly TaskRecord[];
  readonly own: readonly TaskRecord[];
  readonly desired: number;
  readonly lower: number;
  readonly blocked: number;
}): readonly TaskRecord[] {
  const healthyOwn = of.own.filter(isHealthy).length;
  const replaced = Math.max(0, of.old.length - Math.max(0, of.desired - healthyOwn));
  const wanted = Math.max(replaced, Math.min(of.blocked, of.old.length));
  const healthyOld = of.old.filter(isHealthy).length;
  const spare = Math.max(0, healthyOwn + healthyOld - of.lower);
  const unhealthy = of.old.length - healthyOld;
  return unprovenFirst(of.old).slice(0, Math.min(wanted, unhealthy + spare));
}

function unprovenFirst(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  return [...tasks].sort((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
}

function isHealthy(task: TaskRecord): boolean {
  return task.health.state === "healthy";
}
