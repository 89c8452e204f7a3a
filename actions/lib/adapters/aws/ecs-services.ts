import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service as SdkService,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  type Deployment,
  type DeploymentStatus,
  deploymentStatuses,
  type RunningService,
  type ServiceDesire,
  type StoppedTask,
} from "../../domain/service.ts";
import type { Services } from "../../ports/services.ts";
import { batches } from "./batches.ts";
import { hasCode } from "./client.ts";
import { ecsScaling } from "./ecs-scaling.ts";
import { fromRegistration, toRegistration } from "./task-definition.ts";

/** Services through the ECS and Application Auto Scaling APIs, reads in the largest batches those take. */
export function ecsServices(ecs: ECSClient, scaling: ApplicationAutoScalingClient): Services {
  return {
    find: async (cluster, names) => {
      const pages = await Promise.all(
        batches(names, 10).map((services) =>
          ecs.send(new DescribeServicesCommand({ cluster, services, include: ["TAGS"] })),
        ),
      );
      return pages
        .flatMap(({ services }) => services ?? [])
        .filter(({ status }) => status !== "INACTIVE")
        .map(toRunningService);
    },

    taskDefinition: async (arn) => {
      const { taskDefinition, tags } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] }),
      );
      if (taskDefinition === undefined) throw new Error(`ECS described ${arn} without content`);
      return fromRegistration(taskDefinition, tags ?? []);
    },

    latest: async (family) => {
      try {
        const { taskDefinition, tags } = await ecs.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ["TAGS"] }),
        );
        if (taskDefinition?.taskDefinitionArn === undefined) return undefined;
        return { arn: taskDefinition.taskDefinitionArn, definition: fromRegistration(taskDefinition, tags ?? []) };
      } catch (error) {
        // ECS answers ClientException for an unknown family and, asked for a family by name, for nothing else.
        if (hasCode(error, "ClientException")) return undefined;
        throw error;
      }
    },

    register: async (definition) => {
      const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(toRegistration(definition)));
      if (taskDefinition?.taskDefinitionArn === undefined)
        throw new Error("RegisterTaskDefinition answered without an ARN");
      return taskDefinition.taskDefinitionArn;
    },

    create: async ({ cluster, desire, taskDefinition, count, token }) => {
      const { service } = await ecs.send(
        new CreateServiceCommand({
          ...settings(desire),
          cluster,
          serviceName: desire.name,
          taskDefinition,
          desiredCount: count,
          clientToken: token,
          schedulingStrategy: "REPLICA",
          enableECSManagedTags: true,
          tags: Object.entries(desire.tags).map(([key, value]) => ({ key, value })),
          ...(desire.targetGroup !== undefined && {
            loadBalancers: [
              {
                targetGroupArn: desire.targetGroup.arn,
                containerName: desire.definition.container.name,
                containerPort: desire.targetGroup.port,
              },
            ],
          }),
        }),
      );
      return service?.currentServiceDeployment;
    },

    update: async ({ cluster, desire, taskDefinition, count, force, replacing }) => {
      const { service } = await ecs.send(
        new UpdateServiceCommand({
          ...settings(desire),
          cluster,
          service: desire.name,
          taskDefinition,
          ...(count !== undefined && { desiredCount: count }),
          forceNewDeployment: force,
        }),
      );
      const now = service?.currentServiceDeployment;
      return now === replacing ? undefined : now;
    },

    setCount: async (cluster, service, desiredCount) => {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    },

    remove: async (cluster, service) => {
      await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    },

    deployments: async (arns) => {
      const pages = await Promise.all(
        batches(arns, 20).map((serviceDeploymentArns) =>
          ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns })),
        ),
      );
      return pages.flatMap(({ serviceDeployments }) => serviceDeployments ?? []).map(toDeployment);
    },

    stopDeployment: async (arn) => {
      await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: "ROLLBACK" }));
    },

    digests: async (serviceRevision) => {
      const { serviceRevisions } = await ecs.send(
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceRevision] }),
      );
      const images = serviceRevisions?.[0]?.containerImages ?? [];
      return Object.fromEntries(
        images.map(({ containerName, imageDigest }) => [containerName ?? "", imageDigest ?? ""]),
      );
    },

    stoppedTasks: async (cluster, service) => {
      const { taskArns } = await ecs.send(
        new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }),
      );
      if (taskArns === undefined || taskArns.length === 0) return [];
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(0, 100) }));
      return (tasks ?? [])
        .map((task): StoppedTask => {
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
        })
        .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
    },

    ...ecsScaling(scaling),
  };
}

/** What CreateService and UpdateService share, so that one call carries everything and makes one deployment. */
function settings(desire: ServiceDesire): {
  readonly capacityProviderStrategy: { capacityProvider: string; base: number; weight: number }[];
  readonly deploymentConfiguration: {
    minimumHealthyPercent: number;
    maximumPercent: number;
    deploymentCircuitBreaker: { enable: boolean; rollback: boolean };
  };
  readonly networkConfiguration: {
    awsvpcConfiguration: { subnets: string[]; securityGroups: string[]; assignPublicIp: "DISABLED" };
  };
  readonly enableExecuteCommand: boolean;
  readonly propagateTags: "SERVICE";
  readonly availabilityZoneRebalancing: "ENABLED" | "DISABLED";
  readonly healthCheckGracePeriodSeconds?: number;
} {
  return {
    capacityProviderStrategy: desire.capacity.map(({ provider, base, weight }) => ({
      capacityProvider: provider,
      base,
      weight,
    })),
    deploymentConfiguration: {
      minimumHealthyPercent: desire.healthyPercent.minimum,
      maximumPercent: desire.healthyPercent.maximum,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...desire.subnets],
        securityGroups: [...desire.securityGroups],
        assignPublicIp: "DISABLED",
      },
    },
    enableExecuteCommand: true,
    propagateTags: "SERVICE",
    // Rebalancing starts a task before it stops one, which a service that may never exceed 100 % cannot do.
    availabilityZoneRebalancing: desire.healthyPercent.maximum > 100 ? "ENABLED" : "DISABLED",
    ...(desire.targetGroup !== undefined && { healthCheckGracePeriodSeconds: desire.targetGroup.graceSeconds }),
  };
}

function toRunningService(service: SdkService): RunningService {
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

function toDeployment(deployment: ServiceDeployment): Deployment {
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
    // A pending deployment has not started yet; that it was asked for is early enough to tell its tasks from older ones.
    ...begun(deployment.startedAt ?? deployment.createdAt),
  };
}

function begun(startedAt: Date | undefined): Pick<Deployment, "startedAt"> {
  return startedAt === undefined ? {} : { startedAt };
}

function toDeploymentStatus(status: string | undefined): DeploymentStatus {
  const known = deploymentStatuses.find((one) => one === status);
  if (known === undefined) throw new Error(`unknown service deployment status ${String(status)}`);
  return known;
}
