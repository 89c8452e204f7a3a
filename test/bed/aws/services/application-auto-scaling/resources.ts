/** How CloudFormation makes scalable targets and scaling policies. */
import type { ResourceHandler } from "../../kernel.ts";
import { scalingState } from "./state.ts";

const SERVICE = "application-auto-scaling";

/** Its physical id is `<resource id>|<dimension>|<namespace>`, as CloudFormation has it. */
export const scalableTargetHandler: ResourceHandler = {
  create: async (properties, { world, call }) => {
    const { ScheduledActions = [], RoleARN: _, ...input } = properties;
    await world.invoke(SERVICE, "RegisterScalableTarget", input, call);
    const about = {
      ServiceNamespace: input.ServiceNamespace,
      ResourceId: input.ResourceId,
      ScalableDimension: input.ScalableDimension,
    };
    for (const action of ScheduledActions)
      await world.invoke(SERVICE, "PutScheduledAction", { ...about, ...action }, call);
    const id = `${input.ResourceId}|${input.ScalableDimension}|${input.ServiceNamespace}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async (made, before, after, { world, call }) => {
    const { ScheduledActions = [], RoleARN: _, ...input } = after;
    await world.invoke(SERVICE, "RegisterScalableTarget", input, call);
    const about = {
      ServiceNamespace: input.ServiceNamespace,
      ResourceId: input.ResourceId,
      ScalableDimension: input.ScalableDimension,
    };
    const names = new Set(
      ScheduledActions.map((action: { ScheduledActionName: string }) => action.ScheduledActionName),
    );
    for (const { ScheduledActionName } of before.ScheduledActions ?? []) {
      if (!names.has(ScheduledActionName))
        await world.invoke(SERVICE, "DeleteScheduledAction", { ...about, ScheduledActionName }, call);
    }
    for (const action of ScheduledActions)
      await world.invoke(SERVICE, "PutScheduledAction", { ...about, ...action }, call);
    return made;
  },
  remove: async (made, properties, { world, call }) => {
    if (!scalingState(world, call).targets.has(made.physicalId.split("|")[0] ?? "")) return;
    const { ServiceNamespace, ResourceId, ScalableDimension } = properties;
    await world.invoke(SERVICE, "DeregisterScalableTarget", { ServiceNamespace, ResourceId, ScalableDimension }, call);
  },
  read: async (made, properties, { world, call }) => {
    const live = scalingState(world, call).targets.get(made.physicalId.split("|")[0] ?? "");
    return live === undefined
      ? undefined
      : { ...properties, MinCapacity: live.MinCapacity, MaxCapacity: live.MaxCapacity };
  },
};

/** Its physical id is the policy's ARN. */
export const scalingPolicyHandler: ResourceHandler = {
  create: async (properties, { world, call }) => {
    const input = { ...properties, ...about(properties) };
    const { PolicyARN } = await world.invoke<{ PolicyARN: string }>(SERVICE, "PutScalingPolicy", input, call);
    return { physicalId: PolicyARN, attributes: { Arn: PolicyARN } };
  },
  update: async (made, _before, after, { world, call }) => {
    await world.invoke(SERVICE, "PutScalingPolicy", { ...after, ...about(after) }, call);
    return made;
  },
  remove: async (made, properties, { world, call }) => {
    const known = [...scalingState(world, call).policies.values()].some(
      (policy) => policy.PolicyARN === made.physicalId,
    );
    if (known)
      await world.invoke(
        SERVICE,
        "DeleteScalingPolicy",
        { PolicyName: properties.PolicyName, ...about(properties) },
        call,
      );
  },
  read: async (made, properties, { world, call }) => {
    const live = [...scalingState(world, call).policies.values()].find(
      (policy) => policy.PolicyARN === made.physicalId,
    );
    if (live === undefined) return undefined;
    return { ...properties, TargetTrackingScalingPolicyConfiguration: live.TargetTrackingScalingPolicyConfiguration };
  },
};

/** A policy names its target either by ScalingTargetId or by the three parts of it. */
function about(properties: Parameters<ResourceHandler["create"]>[0]): object {
  const [fromId, dimension, namespace] = String(properties.ScalingTargetId ?? "").split("|");
  return {
    ResourceId: properties.ResourceId ?? fromId,
    ScalableDimension: properties.ScalableDimension ?? dimension,
    ServiceNamespace: properties.ServiceNamespace ?? namespace,
  };
}
