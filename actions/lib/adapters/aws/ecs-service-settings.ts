import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { ServiceDesire } from "../../domain/service.ts";

type Settings = Pick<
  UpdateServiceCommandInput,
  | "capacityProviderStrategy"
  | "deploymentConfiguration"
  | "networkConfiguration"
  | "enableExecuteCommand"
  | "propagateTags"
  | "availabilityZoneRebalancing"
  | "healthCheckGracePeriodSeconds"
>;

/** What CreateService and UpdateService share, so that one call carries everything and makes one deployment. */
export function serviceSettings(desire: ServiceDesire): Settings {
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
