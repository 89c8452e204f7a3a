/** The ECS API's answers → our values. A status nobody has told us about is an error, never a guess. */
import type { Service as SdkService, ServiceDeployment, Task } from "@aws-sdk/client-ecs";
import {
  type Deployment,
  type DeploymentStatus,
  deploymentStatuses,
  type RunningService,
  type StoppedTask,
} from "../../domain/service.ts";
import type { TaskState } from "../../domain/task.ts";

/** Events of a service that are kept: what a deployment made happen. ECS gives the last hundred. */
const eventsKept = 40;

export function toRunningService(service: SdkService): RunningService {
  const network = service.networkConfiguration?.awsvpcConfiguration;
  return {
    name: service.serviceName ?? "",
    status: toServiceStatus(service.status),
    taskDefinition: service.taskDefinition ?? "",
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    ...(service.currentServiceDeployment !== undefined && { deployment: service.currentServiceDeployment }),
    ...(service.currentServiceRevisions?.[0]?.arn !== undefined && {
      revision: service.currentServiceRevisions[0].arn,
    }),
    capacity: (service.capacityProviderStrategy ?? []).map(({ capacityProvider, base, weight }) => ({
      provider: capacityProvider === "FARGATE_SPOT" ? "FARGATE_SPOT" : "FARGATE",
      base: base ?? 0,
      weight: weight ?? 0,
    })),
    healthyPercent: {
      minimum: service.deploymentConfiguration?.minimumHealthyPercent ?? 100,
      maximum: service.deploymentConfiguration?.maximumPercent ?? 200,
    },
    subnets: network?.subnets ?? [],
    securityGroups: network?.securityGroups ?? [],
    tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key ?? "", value ?? ""])),
    createdAt: service.createdAt ?? new Date(0),
    events: (service.events ?? [])
      .slice(0, eventsKept)
      .map(({ createdAt, message }) => ({ at: createdAt ?? new Date(0), text: message ?? "" })),
  };
}

function toServiceStatus(status: string | undefined): RunningService["status"] {
  switch (status) {
    case "ACTIVE":
      return "active";
    case "DRAINING":
      return "draining";
    case "INACTIVE":
      return "inactive";
    default:
      throw new Error(`unknown service status ${String(status)}`);
  }
}

export function toDeployment(deployment: ServiceDeployment): Deployment {
  const revision = deployment.targetServiceRevision;
  return {
    arn: deployment.serviceDeploymentArn ?? "",
    service: (deployment.serviceArn ?? "").split("/").at(-1) ?? "",
    status: toDeploymentStatus(deployment.status),
    ...(deployment.statusReason !== undefined && { reason: deployment.statusReason }),
    ...(deployment.rollback?.reason !== undefined && { rollbackReason: deployment.rollback.reason }),
    revision: revision?.arn ?? "",
    failedTasks: deployment.deploymentCircuitBreaker?.failureCount ?? 0,
    runningTasks: revision?.runningTaskCount ?? 0,
    wantedTasks: revision?.requestedTaskCount ?? 0,
    createdAt: deployment.createdAt ?? new Date(0),
  };
}

function toDeploymentStatus(status: string | undefined): DeploymentStatus {
  const known = deploymentStatuses.find((one) => one === status);
  if (known === undefined) throw new Error(`unknown service deployment status ${String(status)}`);
  return known;
}

export function toStoppedTask(task: Task): StoppedTask {
  const [container] = task.containers ?? [];
  return {
    task: task.taskArn ?? "",
    taskDefinition: task.taskDefinitionArn ?? "",
    ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(container?.reason !== undefined && { containerReason: container.reason }),
    ...(task.createdAt !== undefined && { createdAt: task.createdAt }),
    ...(task.stoppedAt !== undefined && { stoppedAt: task.stoppedAt }),
  };
}

export function toTaskState(task: Task): TaskState {
  return {
    task: task.taskArn ?? "",
    status: toTaskStatus(task.lastStatus),
    ...(task.createdAt !== undefined && { createdAt: task.createdAt }),
    ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    containers: (task.containers ?? []).map(({ name, exitCode, reason }) => ({
      name: name ?? "",
      ...(exitCode !== undefined && { exitCode }),
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** Statuses of the ECS developer guide, "Amazon ECS task lifecycle". */
function toTaskStatus(status: string | undefined): TaskState["status"] {
  switch (status) {
    case "PROVISIONING":
    case "PENDING":
    case "ACTIVATING":
      return "starting";
    case "RUNNING":
      return "running";
    case "DEACTIVATING":
    case "STOPPING":
    case "DEPROVISIONING":
      return "stopping";
    case "STOPPED":
    case "DELETED":
      return "stopped";
    default:
      throw new Error(`unknown task status ${String(status)}`);
  }
}
