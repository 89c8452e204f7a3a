import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { Clock } from "../../ports/clock.ts";
import type { Services } from "../../ports/services.ts";
import { hasCode } from "./client.ts";
import { ecsDefinitions } from "./ecs-definitions.ts";
import { toDeployment, toRunningService } from "./ecs-forms.ts";
import { deploymentReads, revisionReads, serviceReads } from "./ecs-reads.ts";
import { ecsScaling } from "./ecs-scaling.ts";
import { serviceSettings } from "./ecs-service-settings.ts";
import { ecsStoppedTasks } from "./ecs-stopped-tasks.ts";

/**
 * Services through the ECS and Application Auto Scaling APIs. What many tenants read at the same time is read in the largest
 * batches those take.
 */
export function ecsServices(ecs: ECSClient, scaling: ApplicationAutoScalingClient, clock: Clock): Services {
  const services = serviceReads(ecs, clock);
  const deployments = deploymentReads(ecs, clock);
  const revisions = revisionReads(ecs, clock);
  return {
    ...ecsDefinitions(ecs, clock),
    ...ecsStoppedTasks(ecs, clock),
    ...ecsScaling(scaling, clock),

    find: async (cluster, names) => {
      const found = await services(cluster)(names);
      return [...found.values()].filter(({ status }) => status !== "INACTIVE").map(toRunningService);
    },

    create: async ({ cluster, desire, taskDefinition, count, token }) => {
      const { service } = await ecs.send(
        new CreateServiceCommand({
          ...serviceSettings(desire),
          cluster,
          serviceName: desire.name,
          taskDefinition,
          desiredCount: count,
          clientToken: token,
          schedulingStrategy: "REPLICA",
          enableECSManagedTags: true,
          tags: Object.entries(desire.tags).map(([key, value]) => ({ key, value })),
          ...(desire.targetGroup !== undefined && {
            loadBalancers: [
              {
                targetGroupArn: desire.targetGroup.arn,
                containerName: desire.definition.container.name,
                containerPort: desire.targetGroup.port,
              },
            ],
          }),
        }),
      );
      return service?.currentServiceDeployment ?? (await newest(ecs, cluster, desire.name));
    },

    update: async ({ cluster, desire, taskDefinition, count, force, replacing }) => {
      const { service } = await ecs.send(
        new UpdateServiceCommand({
          ...serviceSettings(desire),
          cluster,
          service: desire.name,
          taskDefinition,
          ...(count !== undefined && { desiredCount: count }),
          forceNewDeployment: force,
        }),
      );
      const now = service?.currentServiceDeployment ?? (await newest(ecs, cluster, desire.name));
      return now === replacing ? await successor(replacing, { ecs, clock, cluster, service: desire.name }) : now;
    },

    setCount: async (cluster, service, desiredCount) => {
      await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
    },

    remove: async (cluster, service) => {
      await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    },

    deployments: async (arns) => [...(await deployments(arns)).values()].map(toDeployment),

    stopDeployment: async (arn) => {
      try {
        await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: "ROLLBACK" }));
      } catch (error) {
        // It ended, or is being rolled back, by itself in the meantime.
        if (!hasCode(error, "ConflictException")) throw error;
      }
    },

    digests: async (revision) => {
      const images = (await revisions([revision])).get(revision)?.containerImages ?? [];
      return Object.fromEntries(
        images.map(({ containerName, imageDigest }) => [containerName ?? "", imageDigest ?? ""]),
      );
    },
  };
}

/** Half a minute: ECS is eventually consistent (API reference, DescribeServices), and lists a deployment seconds after it began. */
const looks = 10;
const betweenLooksMs = 3_000;

/** The deployment that took the place of one that an answer still names; undefined if none did. */
async function successor(
  replaced: string | undefined,
  at: { readonly ecs: ECSClient; readonly clock: Clock; readonly cluster: string; readonly service: string },
): Promise<string | undefined> {
  for (let look = 1; look <= looks; look++) {
    await at.clock.sleep(betweenLooksMs);
    const now = await newest(at.ecs, at.cluster, at.service);
    if (now !== replaced) return now;
  }
  return undefined;
}

/** The newest service deployment, for an answer that does not name it. */
async function newest(ecs: ECSClient, cluster: string, service: string): Promise<string | undefined> {
  const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service }));
  const [first] = (serviceDeployments ?? []).toSorted(
    (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
  );
  return first?.serviceDeploymentArn;
}
