import type { Deployment, StoppedTask } from "../domain/service.ts";
import { tellingEvent } from "../domain/service-events.ts";
import { failuresOf, howItEnded } from "../domain/stopped-tasks.ts";
import type { FollowPorts, FollowRequest } from "./follow-deployment.ts";
import { logOf } from "./run-task.ts";

export interface Evidence {
  /** Tasks of the deployment that ended by themselves, newest first. */
  readonly tasks: readonly StoppedTask[];
  /** What proves the cause: events, how tasks ended, the last lines of the newest. */
  readonly lines: readonly string[];
  /** What ECS first said that is out of the ordinary. */
  readonly telling?: string;
}

/** Tasks that are shown, and twice as many events. */
const shown = 5;

/** Collects why a deployment does not get on, while ECS still knows it. */
export async function deploymentEvidence(
  request: Pick<FollowRequest, "cluster" | "desire" | "taskDefinition">,
  deployment: Deployment | undefined,
  ports: Pick<FollowPorts, "services" | "tasks" | "clock">,
): Promise<Evidence> {
  const { cluster, desire, taskDefinition } = request;
  const since = deployment?.createdAt ?? new Date(0);
  const [stopped, [service]] = await Promise.all([
    ports.services.stoppedTasks(cluster, desire.name),
    ports.services.find(cluster, [desire.name]),
  ]);
  const tasks = failuresOf(stopped, { taskDefinition, since });
  const events = (service?.events ?? []).filter(({ at }) => at >= since);
  const telling = tellingEvent(events, since);
  const spoke = tasks.find(({ exitCode }) => exitCode !== undefined);
  const log = spoke === undefined ? [] : await logOf(desire.definition, spoke.task, ports);
  return {
    tasks,
    lines: [
      ...events
        .toReversed()
        .slice(0, 2 * shown)
        .map(({ at, text }) => `${at.toISOString()} ${text}`),
      ...tasks.slice(0, shown).map((task) => `task ${task.task.split("/").at(-1)} ended: ${howItEnded(task)}`),
      ...log,
    ],
    ...(telling !== undefined && { telling }),
  };
}
