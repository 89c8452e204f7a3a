/** What CreateService and UpdateService refuse, with the words they use. */
import type { CreateServiceRequest, DeploymentConfiguration, LoadBalancer, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Call, World } from "../../kernel.ts";
import { elbState, loadBalancersOf } from "../elastic-load-balancing-v2/state.ts";
import { invalidParameter } from "./failures.ts";
import type { ClusterRecord } from "./state.ts";

/** Throws InvalidParameterException for a service that ECS would not create. */
export function checkCreate(
  world: World,
  call: Call,
  of: { readonly input: CreateServiceRequest; readonly definition: TaskDefinition; readonly cluster: ClusterRecord },
): void {
  const { input, definition, cluster } = of;
  refuseNotModelled(input);
  if ((input.deploymentController?.type ?? "ECS") !== "ECS")
    throw invalidParameter(`The bed does not model the deployment controller ${input.deploymentController?.type}.`);
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.serviceName ?? "")) throw invalidParameter("Invalid service name.");
  if ((input.desiredCount ?? 0) < 0) throw invalidParameter("DesiredCount must be non-negative.");
  if (input.launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  }
  for (const { capacityProvider = "" } of input.capacityProviderStrategy ?? []) {
    if (!(cluster.shown.capacityProviders ?? []).includes(capacityProvider)) {
      throw invalidParameter(
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
      );
    }
  }
  checkNetwork(definition, input.networkConfiguration);
  if (input.schedulingStrategy === "DAEMON")
    throw invalidParameter("The DAEMON scheduling strategy is not supported by Fargate.");
  if (input.deploymentConfiguration !== undefined) checkDeploymentConfiguration(input.deploymentConfiguration);
  checkLoadBalancers(world, call, { loadBalancers: input.loadBalancers ?? [], definition });
  if (
    (input.loadBalancers ?? []).length === 0 &&
    (input.healthCheckGracePeriodSeconds ?? 0) > 0 &&
    !hasHealthCheck(definition)
  ) {
    throw invalidParameter("Health check grace period is only valid for services configured to use load balancers");
  }
}

/** Members whose effect the bed does not have; dropping them silently would be a lie. */
const NOT_MODELLED = [
  "serviceConnectConfiguration",
  "volumeConfigurations",
  "vpcLatticeConfigurations",
  "gatewayConnectors",
  "placementConstraints",
  "placementStrategy",
] as const;

/** Throws for anything asked of a service or task that the bed cannot do. */
export function refuseNotModelled(input: { readonly [name in (typeof NOT_MODELLED)[number]]?: unknown }): void {
  for (const name of NOT_MODELLED) {
    const value = input[name];
    const empty =
      value === undefined ||
      (Array.isArray(value) && value.length === 0) ||
      (value as { enabled?: boolean }).enabled === false;
    if (!empty) throw invalidParameter(`The bed does not model ${name}.`);
  }
}

/** Throws unless the network configuration is there when the task definition needs one. */
export function checkNetwork(definition: TaskDefinition, network: CreateServiceRequest["networkConfiguration"]): void {
  const subnets = network?.awsvpcConfiguration?.subnets ?? [];
  if (definition.networkMode !== "awsvpc") return;
  if (network?.awsvpcConfiguration === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (subnets.length === 0) throw invalidParameter("subnets can not be empty.");
  if (subnets.length > 16) throw invalidParameter("subnets can have at most 16 items.");
  if ((network.awsvpcConfiguration.securityGroups ?? []).length > 5)
    throw invalidParameter("securityGroups can have at most 5 items.");
}

/** Throws for percentages and breaker settings that cannot be. */
export function checkDeploymentConfiguration(configuration: DeploymentConfiguration): void {
  const {
    minimumHealthyPercent: lower,
    maximumPercent: upper,
    deploymentCircuitBreaker: breaker,
    strategy,
  } = configuration;
  if (strategy !== undefined && strategy !== "ROLLING") {
    throw invalidParameter(`The bed models rolling deployments only, not ${strategy}.`);
  }
  if ((configuration.lifecycleHooks ?? []).length > 0)
    throw invalidParameter("The bed does not model lifecycle hooks.");
  if (lower !== undefined && (lower < 0 || lower > 100))
    throw invalidParameter("minimumHealthyPercent must be between 0 and 100");
  if (upper !== undefined && (upper < 100 || upper > 200))
    throw invalidParameter("maximumPercent must be between 100 and 200");
  if (lower === 100 && upper === 100) {
    throw invalidParameter(
      "The deployment configuration is invalid: maximumPercent and minimumHealthyPercent cannot both be 100.",
    );
  }
  const value = breaker?.thresholdConfiguration?.value;
  if (value !== undefined && value < 1) throw invalidParameter("thresholdConfiguration value must be at least 1");
}

/** Throws unless every target group exists, stands behind a load balancer and fits a port of the task definition. */
export function checkLoadBalancers(
  world: World,
  call: Call,
  of: { readonly loadBalancers: readonly LoadBalancer[]; readonly definition: TaskDefinition },
): void {
  const elb = elbState(world, call);
  for (const { targetGroupArn = "", containerName, containerPort } of of.loadBalancers) {
    const group = elb.targetGroups.get(targetGroupArn);
    if (group === undefined)
      throw invalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`);
    if (loadBalancersOf(elb, targetGroupArn).length === 0) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    }
    if (of.definition.networkMode === "awsvpc" && group.shown.TargetType !== "ip") {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ${group.shown.TargetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    }
    const container = of.definition.containerDefinitions?.find((one) => one.name === containerName);
    if (container === undefined)
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((port) => port.containerPort === containerPort)) {
      throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    }
  }
}

function hasHealthCheck(definition: TaskDefinition): boolean {
  return definition.containerDefinitions?.some((container) => container.healthCheck !== undefined) === true;
}
