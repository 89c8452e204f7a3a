/** Service deployments: begun, superseded and finished. */
import type { ServiceDeployment, TaskDefinition } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { ecsArn, shortId } from "./names.ts";
import { newDeployment, newRevision } from "./revision.ts";
import { type DeploymentRecord, ecsState, type RolloutRecord, type ServiceRecord } from "./state.ts";

/** How many entries ListServiceDeployments and the events of a service go back. */
const KEPT = 100;

/** Adds an event to the service, newest first. The text comes without the service's name. */
export function tell(world: World, service: ServiceRecord, message: string): void {
  const event = {
    id: world.uuid(),
    createdAt: new Date(world.clock.now()),
    message: `(service ${service.name}) ${message}`,
  };
  service.shown.events = [event, ...(service.shown.events ?? [])].slice(0, KEPT);
}

/**
 * Starts rolling the service, as it is described now, out with a task definition. A deployment under way is superseded.
 * The new one is on top of `service.deployments` and is the service's current service deployment.
 */
export async function beginRollout(
  world: World,
  service: ServiceRecord,
  definition: TaskDefinition,
): Promise<RolloutRecord> {
  const state = ecsState(world, service.cluster.call);
  const now = new Date(world.clock.now());
  const revision = await newRevision(world, service, definition);
  const previous = service.rollout;
  const fallback = service.deployments.find((deployment) => deployment.completed) ?? previous?.fallback;
  if (previous !== undefined) {
    close(world, previous, { status: "STOPPED", statusReason: "Replaced by a new service deployment" });
    previous.shown.stoppedAt = now;
  }
  const target = newDeployment(world, service, { revision, definition });
  const path = `${service.cluster.name}/${service.name}`;
  const arn = ecsArn(service.cluster.call.caller, `service-deployment/${path}/${shortId(world)}`);
  const breaker = service.shown.deploymentConfiguration?.deploymentCircuitBreaker;
  const shown: ServiceDeployment = {
    serviceDeploymentArn: arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: now,
    updatedAt: now,
    sourceServiceRevisions: service.deployments
      .filter((one) => one.shown.runningCount || one === fallback)
      .map(revisionSummary),
    targetServiceRevision: { ...revisionSummary(target), requestedTaskCount: service.shown.desiredCount ?? 0 },
    status: "PENDING",
    deploymentConfiguration: structuredClone(service.shown.deploymentConfiguration ?? {}),
    deploymentCircuitBreaker: {
      status: breaker?.enable === true ? "MONITORING" : "DISABLED",
      failureCount: 0,
      threshold: breakerThreshold(service),
    },
    alarms: {
      status: service.shown.deploymentConfiguration?.alarms?.enable === true ? "MONITORING" : "DISABLED",
      alarmNames: service.shown.deploymentConfiguration?.alarms?.alarmNames ?? [],
      triggeredAlarmNames: [],
    },
  };
  const rollout: RolloutRecord = { arn, service, shown, target, fallback };
  state.rollouts.set(arn, rollout);
  for (const older of service.history.splice(KEPT - 1)) state.rollouts.delete(older.arn);
  service.history.unshift(rollout);
  service.rollout = rollout;
  service.steady = false;
  service.deployments = [target, ...service.deployments];
  service.shown.taskDefinition = definition.taskDefinitionArn;
  service.shown.currentServiceDeployment = arn;
  return rollout;
}

/** How many failed tasks trip the breaker (Amazon ECS developer guide, deployment circuit breaker). */
export function breakerThreshold(service: ServiceRecord): number {
  const { type = "BOUNDED_PERCENT", value = 50 } =
    service.shown.deploymentConfiguration?.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  const share = Math.ceil(((service.shown.desiredCount ?? 0) * value) / 100);
  switch (type) {
    case "COUNT":
      return value;
    case "BOUNDED_PERCENT":
      return Math.min(200, Math.max(3, share));
    case "UNBOUNDED_PERCENT":
      return Math.max(1, share);
  }
}

/** The deployment is where it was to go. */
export function succeed(world: World, rollout: RolloutRecord): void {
  const { service, target } = rollout;
  const current = service.deployments[0];
  if (current === undefined) return;
  current.completed = true;
  current.shown.rolloutState = "COMPLETED";
  current.shown.rolloutStateReason = `ECS deployment ${current.id} completed.`;
  current.shown.updatedAt = new Date(world.clock.now());
  const rolledBack = current !== target;
  close(world, rollout, { status: rolledBack ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL" });
  tell(world, service, `(deployment ${current.id}) deployment completed.`);
}

/** Ends a service deployment in a final state. */
export function close(
  world: World,
  rollout: RolloutRecord,
  end: Pick<ServiceDeployment, "status" | "statusReason">,
): void {
  const now = new Date(world.clock.now());
  Object.assign(rollout.shown, end, { updatedAt: now, finishedAt: now });
  const { deploymentCircuitBreaker: breaker, alarms } = rollout.shown;
  if (breaker?.status === "MONITORING") breaker.status = "MONITORING_COMPLETE";
  if (alarms?.status === "MONITORING") alarms.status = "MONITORING_COMPLETE";
  if (rollout.service.rollout === rollout) rollout.service.rollout = undefined;
}

/** A revision and the numbers of its tasks, as service deployments show it. */
function revisionSummary(deployment: DeploymentRecord): NonNullable<ServiceDeployment["targetServiceRevision"]> {
  return {
    arn: deployment.revision.serviceRevisionArn,
    requestedTaskCount: deployment.shown.desiredCount ?? 0,
    runningTaskCount: deployment.shown.runningCount ?? 0,
    pendingTaskCount: deployment.shown.pendingCount ?? 0,
  };
}
