/** Our task definitions ⇄ the ECS API's. */
import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition as SdkTaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Container, TaskDefinition } from "../../domain/service.ts";

/** A task definition as RegisterTaskDefinition takes it. */
export function toRegistration(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  return {
    family: definition.family,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: String(definition.cpu),
    memory: String(definition.memory),
    runtimePlatform: { cpuArchitecture: definition.architecture, operatingSystemFamily: "LINUX" },
    taskRoleArn: definition.taskRole,
    executionRoleArn: definition.executionRole,
    containerDefinitions: [toContainer(definition.container, definition.region)],
    volumes: definition.volumes.map(({ name, fileSystem, accessPoint }) => ({
      name,
      efsVolumeConfiguration: {
        fileSystemId: fileSystem,
        transitEncryption: "ENABLED" as const,
        authorizationConfig: { accessPointId: accessPoint, iam: "ENABLED" as const },
      },
    })),
    tags: Object.entries(definition.tags).map(([key, value]) => ({ key, value })),
  };
}

function toContainer(container: Container, region: string): ContainerDefinition {
  return {
    name: container.name,
    image: container.image,
    essential: true,
    ...(container.entryPoint !== undefined && { entryPoint: [...container.entryPoint] }),
    command: [...container.command],
    environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    ...(container.port !== undefined && {
      portMappings: [{ containerPort: container.port, protocol: "tcp" as const }],
    }),
    ...(container.healthCheck !== undefined && {
      healthCheck: {
        command: ["CMD", ...container.healthCheck.command],
        interval: container.healthCheck.intervalSeconds,
        retries: 3,
        startPeriod: 60,
        timeout: 10,
      },
    }),
    stopTimeout: container.stopTimeoutSeconds,
    linuxParameters: { initProcessEnabled: true },
    mountPoints: container.mounts.map(({ volume, path }) => ({
      sourceVolume: volume,
      containerPath: path,
      readOnly: false,
    })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": container.logGroup,
        "awslogs-region": region,
        "awslogs-stream-prefix": container.name,
      },
    },
  };
}

/**
 * A registered revision as our value, to compare it with the one we want. What we never set is not read: a revision somebody
 * registered by hand differs in its image or command anyway, and a field we do not know is written over by the next roll.
 *
 * @throws Error if the revision is not one of ours (no container)
 */
export function fromRegistration(
  definition: SdkTaskDefinition,
  tags: readonly { readonly key?: string | undefined; readonly value?: string | undefined }[],
): TaskDefinition {
  const container = definition.containerDefinitions?.[0];
  if (container === undefined) throw new Error(`${definition.taskDefinitionArn} has no container`);
  const options = container.logConfiguration?.options ?? {};
  const [port] = container.portMappings ?? [];
  const [, ...healthCommand] = container.healthCheck?.command ?? [];
  return {
    family: definition.family ?? "",
    cpu: Number(definition.cpu),
    memory: Number(definition.memory),
    architecture: definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "ARM64" : "X86_64",
    taskRole: definition.taskRoleArn ?? "",
    executionRole: definition.executionRoleArn ?? "",
    container: {
      name: container.name ?? "",
      image: container.image ?? "",
      ...(container.entryPoint !== undefined &&
        container.entryPoint.length > 0 && { entryPoint: container.entryPoint }),
      command: container.command ?? [],
      environment: Object.fromEntries(
        (container.environment ?? []).map(({ name, value }) => [name ?? "", value ?? ""]),
      ),
      secrets: Object.fromEntries(
        (container.secrets ?? []).map(({ name, valueFrom }) => [name ?? "", valueFrom ?? ""]),
      ),
      ...(port?.containerPort !== undefined && { port: port.containerPort }),
      ...(container.healthCheck !== undefined && {
        healthCheck: { command: healthCommand, intervalSeconds: container.healthCheck.interval ?? 30 },
      }),
      stopTimeoutSeconds: container.stopTimeout ?? 30,
      logGroup: options["awslogs-group"] ?? "",
      mounts: (container.mountPoints ?? []).map(({ sourceVolume, containerPath }) => ({
        volume: sourceVolume ?? "",
        path: containerPath ?? "",
      })),
    },
    volumes: (definition.volumes ?? []).map(({ name, efsVolumeConfiguration }) => ({
      name: name ?? "",
      fileSystem: efsVolumeConfiguration?.fileSystemId ?? "",
      accessPoint: efsVolumeConfiguration?.authorizationConfig?.accessPointId ?? "",
    })),
    region: options["awslogs-region"] ?? "",
    tags: Object.fromEntries(tags.map(({ key, value }) => [key ?? "", value ?? ""])),
  };
}
