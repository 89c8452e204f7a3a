/** What RegisterTaskDefinition refuses, with the words it uses. */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError } from "./failures.ts";
import { checkFargateSize } from "./fargate-sizes.ts";

/** Throws ClientException for a definition that ECS would not register. */
export function checkDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.family ?? "")) {
    throw clientError("Invalid 'family' setting for task definition.");
  }
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError("Container list cannot be empty.");
  for (const container of containers) checkContainer(container, input);
  const names = containers.map((container) => container.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw clientError(`Container.name contains duplicates: ${twice}`);
  if (containers.every((container) => container.essential === false)) {
    throw clientError("At least one container in the task definition must be marked as essential.");
  }
  checkDependencies(containers);
  checkVolumes(input);
  if (input.requiresCompatibilities?.includes("FARGATE")) checkFargate(input);
}

function checkContainer(container: ContainerDefinition, input: RegisterTaskDefinitionRequest): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(container.name ?? ""))
    throw clientError("Container.name should not be null or empty.");
  if ((container.image ?? "") === "") throw clientError("Container.image should not be null or empty.");
  if (container.memory === undefined && container.memoryReservation === undefined && input.memory === undefined) {
    throw clientError(
      `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  if (container.restartPolicy?.enabled === true)
    throw clientError("The bed does not model container restart policies.");
  if (input.networkMode === "awsvpc") {
    const odd = container.portMappings?.find(
      (port) => port.hostPort !== undefined && port.hostPort !== port.containerPort,
    );
    if (odd !== undefined) {
      throw clientError("When networkMode=awsvpc, the host ports and container ports in port mappings must match.");
    }
  }
  if (container.logConfiguration?.logDriver === "awslogs") {
    const options = container.logConfiguration.options ?? {};
    for (const name of ["awslogs-group", "awslogs-region"]) {
      if (options[name] === undefined) throw clientError(`Log driver awslogs requires options: ${name}`);
    }
  }
  if (input.requiresCompatibilities?.includes("FARGATE") && (container.stopTimeout ?? 0) > 120) {
    throw clientError("Invalid stopTimeout value. The maximum stopTimeout for Fargate is 120 seconds.");
  }
}

function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const container of containers) {
    for (const { containerName, condition } of container.dependsOn ?? []) {
      const other = byName.get(containerName);
      if (other === undefined) throw clientError(`Container dependency not found: ${containerName}`);
      if (condition === "HEALTHY" && other.healthCheck === undefined) {
        throw clientError(
          `Container '${containerName}' has a HEALTHY dependency on it but no health check is defined.`,
        );
      }
    }
  }
}

function checkVolumes(input: RegisterTaskDefinitionRequest): void {
  const volumes = new Set((input.volumes ?? []).map((volume) => volume.name));
  for (const container of input.containerDefinitions ?? []) {
    const unknown = container.mountPoints?.find((mount) => !volumes.has(mount.sourceVolume));
    if (unknown !== undefined) throw clientError(`Unknown volume '${unknown.sourceVolume}'.`);
  }
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  if (input.networkMode !== "awsvpc") throw clientError("Fargate only supports network mode 'awsvpc'.");
  checkFargateSize(input.cpu, input.memory);
  const needsRole = (input.containerDefinitions ?? []).some(
    (container) =>
      container.logConfiguration?.logDriver === "awslogs" ||
      (container.secrets !== undefined && container.secrets.length > 0),
  );
  if (needsRole && input.executionRoleArn === undefined) {
    throw clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.");
  }
  if ((input.containerDefinitions ?? []).some((container) => container.privileged === true)) {
    throw clientError("Tasks using the Fargate launch type do not support privileged mode.");
  }
}
