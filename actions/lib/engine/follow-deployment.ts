/** Follows one service deployment to its end, and says why as soon as it is certain that it fails. */
import { type Deployment, deploymentProgress, type ServiceDesire } from "../domain/service.ts";
import { certainFailure, failuresOf, howItEnded } from "../domain/stopped-tasks.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Services } from "../ports/services.ts";
import type { Tasks } from "../ports/tasks.ts";
import { deploymentEvidence } from "./deployment-evidence.ts";
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
  /**
   * What a newer deployment of the same revision, which took the place of this one, is to who waits: left out, it makes the service what
   * is wanted just as well, and is followed.
   */
  readonly newer?: "not ours";
}

export interface FollowPorts {
  readonly services: Services;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly progress: Progress;
}

type Failed = Extract<DeploymentEnd, { readonly end: "failed" }>;

/** Stopped tasks cost two calls for each service, so without a sign of failure they are looked at seldom. */
const lookEveryMs = 60_000;

/** A rollback needs the time of a deployment; it is waited for, so that nothing is left half-way. */
const rollbackAtMostMs = 15 * 60_000;

/**
 * Only our own deployment's SUCCESSFUL is a success. Two tasks of the new revision that ended in the same way are a certain
 * failure: the deployment is stopped and rolled back there and then, and the rollback is seen to its end.
 */
export async function followDeployment(request: FollowRequest, ports: FollowPorts): Promise<DeploymentEnd> {
  const { services, clock } = ports;
  let looked = clock.now().getTime();
  const end = await waitFor(clock, { everyMs: [1_000, 1_500, 2_000], atMostMs: request.atMostMs }, async () => {
    const [deployment] = await services.deployments([request.deployment]);
    if (deployment === undefined) return undefined;
    switch (deploymentProgress(deployment.status)) {
      case "succeeded":
        return { end: "succeeded" as const, deployment };
      case "stopped":
        return await stopped(request, deployment, ports);
      case "rolled-back":
        return await rolledBack(request, deployment, ports);
      case "rolling-back":
        return undefined;
      case "rolling": {
        const due = deployment.runningTasks < deployment.wantedTasks && clock.now().getTime() - looked > lookEveryMs;
        if (deployment.failedTasks === 0 && !due) return undefined;
        looked = clock.now().getTime();
        return await crashing(request, deployment, ports);
      }
    }
  });
  if (end !== undefined) return end;
  const [deployment] = await services.deployments([request.deployment]);
  const evidence = await deploymentEvidence(request, deployment, ports);
  return failed(
    "service-slow",
    `${request.desire.name} did not become healthy within ${Math.round(request.atMostMs / 60_000)} minutes${evidence.telling === undefined ? "" : ` (${evidence.telling})`}; the deployment goes on, and the next deploy takes it up`,
    evidence.lines,
  );
}

/** Undefined while nothing is certain. */
async function crashing(
  request: FollowRequest,
  deployment: Deployment,
  ports: FollowPorts,
): Promise<Failed | undefined> {
  const { services, progress, clock } = ports;
  const tasks = failuresOf(await services.stoppedTasks(request.cluster, request.desire.name), {
    taskDefinition: request.taskDefinition,
    since: deployment.createdAt,
  });
  const certain = certainFailure(tasks);
  if (certain === undefined) return undefined;
  const { role, name } = request.desire;
  progress.say(`${name}: the new release ends right after it starts: ${howItEnded(certain)}; rolling back`);
  await services.stopDeployment(deployment.arn);
  const { lines } = await deploymentEvidence(request, deployment, ports);
  const back = await waitFor(clock, { everyMs: 2_000, atMostMs: rollbackAtMostMs }, async () => {
    const [now] = await services.deployments([deployment.arn]);
    const state = now === undefined ? "rolling-back" : deploymentProgress(now.status);
    return state === "rolling" || state === "rolling-back" ? undefined : now;
  });
  return failed(
    "service-crashes",
    `${role} of the new release ends right after it starts: ${howItEnded(certain)}; ${whereItIs(back)}`,
    lines,
  );
}

function whereItIs(deployment: Deployment | undefined): string {
  switch (deployment?.status) {
    case "ROLLBACK_SUCCESSFUL":
      return "the deployment was stopped and rolled back";
    case undefined:
      return "the deployment was stopped, and its rollback goes on";
    default:
      return `the deployment was stopped (${deployment?.status}: ${deployment?.reason ?? "ECS gave no reason"})`;
  }
}

/** STOPPED is what ECS calls a deployment that a newer one replaced, that somebody stopped, or that failed without a way back. */
async function stopped(request: FollowRequest, deployment: Deployment, ports: FollowPorts): Promise<DeploymentEnd> {
  const [service] = await ports.services.find(request.cluster, [request.desire.name]);
  const newer = service?.deployment;
  if (service === undefined || newer === undefined || newer === deployment.arn) {
    return await rolledBack(request, deployment, ports);
  }
  if (service.taskDefinition === request.taskDefinition && request.newer === undefined) {
    ports.progress.say(`${request.desire.name}: a newer deployment of the same revision goes on; following that one`);
    return await followDeployment({ ...request, deployment: newer }, ports);
  }
  return failed(
    "superseded",
    `a newer deployment of ${request.desire.name}, of ${service.taskDefinition.split("/").at(-1)}, replaced this one`,
    [],
  );
}

async function rolledBack(request: FollowRequest, deployment: Deployment, ports: FollowPorts): Promise<Failed> {
  const { lines, tasks, telling } = await deploymentEvidence(request, deployment, ports);
  const [first] = tasks;
  const said = telling ?? deployment.rollbackReason ?? deployment.reason ?? "ECS gave no reason";
  const why = first === undefined ? said : howItEnded(first);
  return failed(
    "service-rolled-back",
    `ECS ended the deployment of ${request.desire.role} (${deployment.status}): ${why}`,
    lines,
  );
}

function failed(reasonCode: string, cause: string, evidence: readonly string[]): Failed {
  return { end: "failed", reasonCode, cause, evidence };
}
