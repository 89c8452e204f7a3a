/** How CloudFormation makes a service: it waits until the service deployment is over, and fails if that failed. */
import type { Service } from "@aws-sdk/client-ecs";
import { generatedName } from "../../cloudformation/resources/names.ts";
import { AwsError, type Properties, type ResourceContext, type ResourceHandler } from "../../kernel.ts";
import { shortName } from "./names.ts";
import { ecsState, type ServiceRecord } from "./state.ts";
import { apiForm } from "./template-form.ts";

/** How often CloudFormation looks at the service, in milliseconds of bed time. */
const LOOK = 5_000;

export const serviceHandler: ResourceHandler = {
  create: async (properties, context) => {
    const {
      ServiceName = generatedName(context.world, "AWS::ECS::Service", context),
      ForceNewDeployment: _,
      ...rest
    } = properties;
    const input = {
      ...apiForm<object>(rest),
      serviceName: ServiceName,
      desiredCount: properties.DesiredCount ?? 1,
      tags: apiForm([...(properties.Tags ?? []), ...context.tags]),
    };
    const { service } = await context.world.invoke<{ service: Service }>("ecs", "CreateService", input, context.call);
    const arn = service.serviceArn ?? "";
    context.started?.(arn);
    await settled(context, properties, arn);
    return { physicalId: arn, attributes: { ServiceArn: arn, Name: ServiceName } };
  },
  update: async (made, before, after, context) => {
    const {
      ServiceName,
      ForceNewDeployment,
      Tags,
      LaunchType,
      SchedulingStrategy,
      DeploymentController,
      Role,
      Cluster,
      ...rest
    } = after;
    const nonce = ForceNewDeployment?.ForceNewDeploymentNonce;
    const forced =
      ForceNewDeployment?.EnableForceNewDeployment === true &&
      nonce !== before.ForceNewDeployment?.ForceNewDeploymentNonce;
    const strategyChanged =
      JSON.stringify(before.CapacityProviderStrategy) !== JSON.stringify(after.CapacityProviderStrategy);
    const input = {
      ...apiForm<object>(rest),
      cluster: Cluster,
      service: made.physicalId,
      ...((forced || strategyChanged) && { forceNewDeployment: true }),
    };
    await context.world.invoke("ecs", "UpdateService", input, context.call);
    const tags = apiForm([...(Tags ?? []), ...context.tags]);
    await context.world.invoke("ecs", "TagResource", { resourceArn: made.physicalId, tags }, context.call);
    await settled(context, after, made.physicalId);
    return made;
  },
  remove: async (made, properties, context) => {
    const record = find(context, properties, made.physicalId);
    if (record === undefined || record.shown.status === "INACTIVE") return;
    const input = { cluster: properties.Cluster, service: made.physicalId, force: true };
    await context.world.invoke("ecs", "DeleteService", input, context.call);
    while (context.express !== true && record.shown.status !== "INACTIVE") await context.world.clock.sleep(LOOK);
  },
  read: async (made, properties, context) => {
    const live = find(context, properties, made.physicalId)?.shown;
    if (live === undefined || live.status !== "ACTIVE") return undefined;
    return {
      ...properties,
      ...(properties.DesiredCount !== undefined && { DesiredCount: live.desiredCount }),
      ...(properties.TaskDefinition !== undefined && { TaskDefinition: live.taskDefinition }),
    };
  },
};

function find({ world, call }: ResourceContext, properties: Properties, arn: string): ServiceRecord | undefined {
  return ecsState(world, call)
    .clusters.get(shortName(properties.Cluster ?? "default"))
    ?.services.get(shortName(arn));
}

async function settled(context: ResourceContext, properties: Properties, arn: string): Promise<void> {
  if (context.express === true) return;
  const record = find(context, properties, arn);
  const rollout = record?.history[0];
  while (record?.rollout !== undefined) await context.world.clock.sleep(LOOK);
  switch (rollout?.shown.status) {
    case "SUCCESSFUL":
    case undefined:
      return;
    case "STOPPED":
      if (rollout.shown.deploymentCircuitBreaker?.status !== "TRIGGERED") return;
      throw breakerTriggered();
    default:
      throw breakerTriggered();
  }
}

function breakerTriggered(): AwsError {
  return new AwsError(
    "GeneralServiceException",
    "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
  );
}
