/** Which changes of a service make a new service deployment. */
import { isDeepStrictEqual } from "node:util";
import type { TaskDefinition, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./failures.ts";
import type { ServiceRecord } from "./state.ts";

/**
 * True if an update needs a deployment: another task definition, network, platform version, load balancer or registry, or a
 * forced one. Counts, deployment configuration, grace period and tags need none (Amazon ECS API reference, UpdateService).
 * Throws InvalidParameterException for another capacity provider strategy that does not force one.
 */
export function needsRollout(service: ServiceRecord, input: UpdateServiceRequest, definition: TaskDefinition): boolean {
  const { shown } = service;
  if (input.forceNewDeployment === true) return true;
  const strategy = input.capacityProviderStrategy;
  if (strategy !== undefined && !isDeepStrictEqual(strategy, shown.capacityProviderStrategy ?? [])) {
    throw invalidParameter(
      "When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity " +
        "provider strategy on a service that is already using one, you must force a new deployment.",
    );
  }
  if (definition.taskDefinitionArn !== shown.taskDefinition) return true;
  const changed = (asked: unknown, has: unknown): boolean => asked !== undefined && !isDeepStrictEqual(asked, has);
  const network = input.networkConfiguration?.awsvpcConfiguration;
  return (
    (network !== undefined &&
      changed(
        { securityGroups: [], assignPublicIp: "DISABLED", ...network },
        shown.networkConfiguration?.awsvpcConfiguration,
      )) ||
    changed(input.platformVersion, shown.platformVersion) ||
    changed(input.loadBalancers, shown.loadBalancers) ||
    changed(input.serviceRegistries, shown.serviceRegistries)
  );
}
