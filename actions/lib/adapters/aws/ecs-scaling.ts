import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import { batchSizes } from "../../domain/limits.ts";
import type { ScalingTarget } from "../../domain/service.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Services } from "../../ports/services.ts";
import { hasCode } from "./client.ts";
import { coalesce } from "./coalesce.ts";

const namespace = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** The scaling part of Services. */
export function ecsScaling(
  client: ApplicationAutoScalingClient,
  clock: Clock,
): Pick<Services, "scaling" | "scale" | "unscale"> {
  const resourceId = (cluster: string, service: string): string => `service/${cluster}/${service}`;
  const targets = coalesce<string, ScalableTarget>(clock, {
    most: batchSizes.DescribeScalableTargets,
    load: async (ids) => {
      const { ScalableTargets } = await client.send(
        new DescribeScalableTargetsCommand({ ...namespace, ResourceIds: [...ids], MaxResults: ids.length }),
      );
      return new Map((ScalableTargets ?? []).map((target) => [target.ResourceId ?? "", target]));
    },
  });
  return {
    scaling: async (cluster, names) =>
      [...(await targets(names.map((name) => resourceId(cluster, name)))).values()].map(
        ({ ResourceId, MinCapacity, MaxCapacity, SuspendedState }): ScalingTarget => ({
          service: (ResourceId ?? "").split("/").at(-1) ?? "",
          min: MinCapacity ?? 0,
          max: MaxCapacity ?? 0,
          suspended:
            (SuspendedState?.DynamicScalingInSuspended ?? false) &&
            (SuspendedState?.DynamicScalingOutSuspended ?? false) &&
            (SuspendedState?.ScheduledScalingSuspended ?? false),
        }),
      ),

    scale: async (cluster, { service, min, max, suspended, cpuPercent, tags }) => {
      const id = resourceId(cluster, service);
      await client.send(
        new RegisterScalableTargetCommand({
          ...namespace,
          ResourceId: id,
          MinCapacity: min,
          MaxCapacity: max,
          ...(tags !== undefined && { Tags: { ...tags } }),
          SuspendedState: {
            DynamicScalingInSuspended: suspended,
            DynamicScalingOutSuspended: suspended,
            ScheduledScalingSuspended: suspended,
          },
        }),
      );
      if (cpuPercent === undefined) return;
      await client.send(
        new PutScalingPolicyCommand({
          ...namespace,
          ResourceId: id,
          PolicyName: `${service}-cpu`,
          PolicyType: "TargetTrackingScaling",
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: cpuPercent,
            PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
            ScaleInCooldown: 300,
            ScaleOutCooldown: 60,
          },
        }),
      );
    },

    unscale: async (cluster, service) => {
      try {
        await client.send(
          new DeregisterScalableTargetCommand({ ...namespace, ResourceId: resourceId(cluster, service) }),
        );
      } catch (error) {
        if (!hasCode(error, "ObjectNotFoundException")) throw error;
      }
    },
  };
}
