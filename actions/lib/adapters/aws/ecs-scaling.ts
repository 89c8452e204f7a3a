import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import type { ScalingTarget } from "../../domain/service.ts";
import type { Services } from "../../ports/services.ts";
import { batches } from "./batches.ts";
import { hasCode } from "./client.ts";

const namespace = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** The scaling half of Services. */
export function ecsScaling(client: ApplicationAutoScalingClient): Pick<Services, "scaling" | "scale" | "unscale"> {
  const resourceId = (cluster: string, service: string): string => `service/${cluster}/${service}`;
  return {
    scaling: async (cluster, names) => {
      const pages = await Promise.all(
        batches(names, 50).map((slice) =>
          client.send(
            new DescribeScalableTargetsCommand({
              ...namespace,
              ResourceIds: slice.map((name) => resourceId(cluster, name)),
              MaxResults: 50,
            }),
          ),
        ),
      );
      return pages
        .flatMap(({ ScalableTargets }) => ScalableTargets ?? [])
        .map(
          ({ ResourceId, MinCapacity, MaxCapacity, SuspendedState }): ScalingTarget => ({
            service: (ResourceId ?? "").split("/").at(-1) ?? "",
            min: MinCapacity ?? 0,
            max: MaxCapacity ?? 0,
            suspended:
              (SuspendedState?.DynamicScalingInSuspended ?? false) &&
              (SuspendedState?.DynamicScalingOutSuspended ?? false) &&
              (SuspendedState?.ScheduledScalingSuspended ?? false),
          }),
        );
    },

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
