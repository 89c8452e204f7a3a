/** A service revision: what exactly a deployment runs, with the digests its images had when it was made. */
import type { Service, ServiceRevision, TaskDefinition } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { pull } from "./images.ts";
import { digits, ecsArn } from "./names.ts";
import { type DeploymentRecord, ecsState, type ServiceRecord } from "./state.ts";

/** A deployment of a revision that has not started any task yet. */
export function newDeployment(
  world: World,
  service: ServiceRecord,
  { revision, definition }: Pick<DeploymentRecord, "revision" | "definition">,
): DeploymentRecord {
  const now = new Date(world.clock.now());
  const id = `ecs-svc/${digits(world, 19)}`;
  return {
    id,
    revision,
    definition,
    failures: 0,
    attempts: 0,
    notBefore: 0,
    completed: false,
    shown: {
      id,
      status: "PRIMARY",
      taskDefinition: definition.taskDefinitionArn,
      desiredCount: service.shown.desiredCount ?? 0,
      pendingCount: 0,
      runningCount: 0,
      failedTasks: 0,
      createdAt: now,
      updatedAt: now,
      ...placementOf(revision),
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: `ECS deployment ${id} in progress.`,
    },
  };
}

/** Makes the revision of a service as it is described now, with a task definition. */
export async function newRevision(
  world: World,
  service: ServiceRecord,
  definition: TaskDefinition,
): Promise<ServiceRevision> {
  const { call, name: cluster, arn: clusterArn } = service.cluster;
  const images = (definition.containerDefinitions ?? []).map(async ({ name, image = "" }) => {
    const pulled = await pull(world, call, image);
    return { containerName: name, image, ...("digest" in pulled && { imageDigest: pulled.digest }) };
  });
  const revision: ServiceRevision = {
    serviceRevisionArn: ecsArn(call.caller, `service-revision/${cluster}/${service.name}/${digits(world, 19)}`),
    serviceArn: service.arn,
    clusterArn,
    taskDefinition: definition.taskDefinitionArn,
    ...placementOf(service.shown),
    loadBalancers: structuredClone(service.shown.loadBalancers ?? []),
    serviceRegistries: structuredClone(service.shown.serviceRegistries ?? []),
    containerImages: await Promise.all(images),
    guardDutyEnabled: false,
    createdAt: new Date(world.clock.now()),
  };
  ecsState(world, call).revisions.set(revision.serviceRevisionArn ?? "", revision);
  return revision;
}

/** What of a service decides where its tasks run. */
function placementOf(
  from: Service | ServiceRevision,
): Pick<
  ServiceRevision,
  "launchType" | "capacityProviderStrategy" | "platformVersion" | "platformFamily" | "networkConfiguration"
> {
  return {
    ...(from.launchType !== undefined && { launchType: from.launchType }),
    ...(from.capacityProviderStrategy !== undefined && {
      capacityProviderStrategy: structuredClone(from.capacityProviderStrategy),
    }),
    platformVersion:
      from.platformVersion === undefined || from.platformVersion === "LATEST" ? "1.4.0" : from.platformVersion,
    platformFamily: "Linux",
    ...(from.networkConfiguration !== undefined && {
      networkConfiguration: structuredClone(from.networkConfiguration),
    }),
  };
}
