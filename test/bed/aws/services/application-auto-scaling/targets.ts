/** Scalable targets: an ECS service, the range its desired count stays in, and what is suspended. */
import type {
  DescribeScalableTargetsRequest,
  RegisterScalableTargetRequest,
  ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import type { Call, Operation, World } from "../../kernel.ts";
import { removeAlarms } from "./policies.ts";
import { findTarget, resourceOf, type Scaled, scalingState, serviceOf, setCapacity, validation } from "./state.ts";

/** Scalable target operations by name. */
export function targetOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    RegisterScalableTarget: async (input: RegisterScalableTargetRequest, call) => ({
      ScalableTargetARN: (await register(world, input, call)).ScalableTargetARN,
    }),
    DescribeScalableTargets: (input: DescribeScalableTargetsRequest, call) => {
      if (input.ServiceNamespace !== "ecs") return { ScalableTargets: [] };
      const all = [...scalingState(world, call).targets.values()]
        .filter(
          (one) =>
            input.ResourceIds === undefined ||
            input.ResourceIds.length === 0 ||
            input.ResourceIds.includes(one.ResourceId ?? ""),
        )
        .filter((one) => input.ScalableDimension === undefined || one.ScalableDimension === input.ScalableDimension);
      const from = Number(input.NextToken ?? 0);
      const to = from + (input.MaxResults ?? 50);
      return { ScalableTargets: all.slice(from, to), ...(to < all.length && { NextToken: String(to) }) };
    },
    DeregisterScalableTarget: async (input: Scaled, call) => {
      findTarget(world, call, input);
      await removeTarget(world, call, resourceOf(input));
      return {};
    },
    DescribeScalingActivities: (input: Scaled & { MaxResults?: number }, call) => ({
      ScalingActivities: scalingState(world, call)
        .activities.filter((one) => input.ResourceId === undefined || one.ResourceId === input.ResourceId)
        .slice(0, input.MaxResults ?? 50),
    }),
  };
}

/** Brings a service's desired count into the range of its target; nothing if it is there already. */
export async function clamp(world: World, call: Call, target: ScalableTarget): Promise<void> {
  const service = await serviceOf(world, call, target.ResourceId ?? "");
  if (service === undefined) return;
  const { desiredCount = 0 } = service;
  const { MinCapacity: least = 0, MaxCapacity: most = 0 } = target;
  if (desiredCount < least) {
    await setCapacity(world, call, { target, capacity: least, cause: `minimum capacity was set to ${least}` });
  }
  if (desiredCount > most) {
    await setCapacity(world, call, { target, capacity: most, cause: `maximum capacity was set to ${most}` });
  }
}

async function register(world: World, input: RegisterScalableTargetRequest, call: Call): Promise<ScalableTarget> {
  const state = scalingState(world, call);
  const ResourceId = resourceOf(input);
  const before = state.targets.get(ResourceId);
  if ((await serviceOf(world, call, ResourceId)) === undefined)
    throw validation(`ECS service doesn't exist: ${ResourceId}`);
  const MinCapacity = input.MinCapacity ?? before?.MinCapacity;
  const MaxCapacity = input.MaxCapacity ?? before?.MaxCapacity;
  if (MinCapacity === undefined || MaxCapacity === undefined) {
    throw validation("The minimum and maximum capacity must be specified when registering a new scalable target.");
  }
  if (MinCapacity < 0 || MinCapacity > MaxCapacity)
    throw validation("Maximum capacity cannot be less than minimum capacity");
  const { region, account } = call.caller;
  const target: ScalableTarget = {
    ServiceNamespace: "ecs",
    ResourceId,
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity,
    MaxCapacity,
    RoleARN: `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime: before?.CreationTime ?? new Date(world.clock.now()),
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
      ...before?.SuspendedState,
      ...Object.fromEntries(Object.entries(input.SuspendedState ?? {}).filter(([, value]) => value !== undefined)),
    },
    ScalableTargetARN:
      before?.ScalableTargetARN ??
      `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${world.hex(38)}`,
  };
  state.targets.set(ResourceId, target);
  if (input.Tags !== undefined && before === undefined) state.tags.set(target.ScalableTargetARN ?? "", input.Tags);
  await clamp(world, call, target);
  return target;
}

async function removeTarget(world: World, call: Call, resourceId: string): Promise<void> {
  const state = scalingState(world, call);
  state.targets.delete(resourceId);
  const policies = [...state.policies.values()].filter((policy) => policy.ResourceId === resourceId);
  for (const policy of policies) await removeAlarms(world, call, policy);
  for (const kept of [state.policies, state.scheduled] as const) {
    for (const [key, one] of kept) if (one.ResourceId === resourceId) kept.delete(key);
  }
  for (const [key, cancel] of state.timers) {
    if (!key.startsWith(`${resourceId}/`)) continue;
    cancel();
    state.timers.delete(key);
  }
}
