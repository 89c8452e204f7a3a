/** Follows one service deployment to its end, and says why as soon as it is certain that it fails. */
import { type Deployment, deploymentProgress, type ServiceDesire, type StoppedTask } from "../domain/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Services } from "../ports/services.ts";
import type { Tasks } from "../ports/tasks.ts";
import { logOf } from "./run-task.ts";
import { waitFor } from "./wait.ts";

export type DeploymentEnd =
  | { readonly end: "succeeded"; readonly deployment: Deployment }
  | {
      readonly end: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
    };

export interface FollowRequest {
  readonly cluster: string;
  readonly desire: ServiceDesire;
  readonly taskDefinition: string;
  /** ARN of the service deployment our own call started. */
  readonly deployment: string;
  readonly atMostMs: number;
}

export interface FollowPorts {
  readonly services: Services;
  readonly tasks: Tasks;
  readonly clock: Clock;
}

/** Exits of the same kind after which nobody needs to wait for the circuit breaker. */
const identicalExits = 2;

/**
 * Only our own deployment's SUCCESSFUL is a success. Two tasks of the new revision that ended in the same way are a certain
 * failure: the deployment is stopped and rolled back there and then.
 */
export async function followDeployment(request: FollowRequest, ports: FollowPorts): Promise<DeploymentEnd> {
  const { services, clock } = ports;
  const end = await waitFor(clock, { everyMs: [1_000, 1_500, 2_000], atMostMs: request.atMostMs }, async () => {
    const [deployment] = await services.deployments([request.deployment]);
    if (deployment === undefined) return undefined;
    switch (deploymentProgress(deployment.status)) {
      case "succeeded":
        return { end: "succeeded" as const, deployment };
      case "rolled-back":
      case "stopped":
        return await ended(request, deployment, ports);
      case "rolling-back":
        return undefined;
      case "rolling":
        return await crashing(request, deployment, ports);
    }
  });
  if (end !== undefined) return end;
  const [deployment] = await services.deployments([request.deployment]);
  const tasks = await failures(request, deployment, services);
  return failed(
    "service-slow",
    `${request.desire.name} did not become healthy within ${Math.round(request.atMostMs / 60_000)} minutes; the deployment goes on, and the next deploy takes it up`,
    await evidence(request, tasks, ports),
  );
}

/** Undefined while nothing is certain. */
async function crashing(
  request: FollowRequest,
  deployment: Deployment,
  ports: FollowPorts,
): Promise<DeploymentEnd | undefined> {
  if (deployment.failedTasks === 0 && deployment.runningTasks >= deployment.wantedTasks) return undefined;
  const tasks = await failures(request, deployment, ports.services);
  const [first] = tasks;
  if (first === undefined) return undefined;
  const same = tasks.filter((task) => howItEnded(task) === howItEnded(first));
  if (same.length < identicalExits) return undefined;
  await ports.services.stopDeployment(deployment.arn);
  return failed(
    "service-crashes",
    `${request.desire.role} of the new release ends right after it starts: ${howItEnded(first)}; the deployment was stopped and rolled back`,
    await evidence(request, tasks, ports),
  );
}

async function ended(request: FollowRequest, deployment: Deployment, ports: FollowPorts): Promise<DeploymentEnd> {
  if (deploymentProgress(deployment.status) === "stopped") {
    const [service] = await ports.services.find(request.cluster, [request.desire.name]);
    if (service?.deployment !== undefined && service.deployment !== deployment.arn) {
      return failed(
        "superseded",
        `a newer deployment of ${request.desire.name} replaced this one (${service.deployment})`,
        [],
      );
    }
  }
  const tasks = await failures(request, deployment, ports.services);
  const [first] = tasks;
  const why =
    first === undefined ? (deployment.rollbackReason ?? deployment.reason ?? "ECS gave no reason") : howItEnded(first);
  return failed(
    "service-rolled-back",
    `ECS ended the deployment of ${request.desire.role} (${deployment.status}): ${why}`,
    await evidence(request, tasks, ports),
  );
}

/** Tasks of the new revision that ended by themselves; those ECS stopped to make room are none. */
async function failures(
  request: FollowRequest,
  deployment: Deployment | undefined,
  services: Services,
): Promise<readonly StoppedTask[]> {
  // Tasks of an earlier attempt with the same revision are still listed for an hour.
  const since = deployment?.startedAt ?? new Date(0);
  const stopped = await services.stoppedTasks(request.cluster, request.desire.name);
  return stopped.filter(
    ({ taskDefinition, createdAt, stopCode, stoppedReason }) =>
      taskDefinition === request.taskDefinition &&
      (createdAt === undefined || createdAt >= since) &&
      stopCode !== "UserInitiated" &&
      !(stopCode === "ServiceSchedulerInitiated" && !/health check/i.test(stoppedReason ?? "")),
  );
}

function howItEnded({ exitCode, containerReason, stoppedReason, stopCode }: StoppedTask): string {
  const parts = [
    exitCode === undefined ? undefined : `exit code ${exitCode}`,
    containerReason,
    // Reasons of a health check carry the task's own id, which is never the same twice.
    stoppedReason?.replace(/\b[0-9a-f]{32}\b/g, "…") ?? stopCode,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join("; ");
}

async function evidence(
  request: FollowRequest,
  stopped: readonly StoppedTask[],
  { tasks, clock }: FollowPorts,
): Promise<readonly string[]> {
  const lines = stopped.slice(0, 5).map((task) => `task ${task.task.split("/").at(-1)} ended: ${howItEnded(task)}`);
  const [newest] = stopped;
  if (newest === undefined) return lines;
  return [...lines, ...(await logOf(request.desire.definition, newest.task, { tasks, clock }))];
}

function failed(reasonCode: string, cause: string, evidence: readonly string[]): DeploymentEnd {
  return { end: "failed", reasonCode, cause, evidence };
}
