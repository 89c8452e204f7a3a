/** Reads of many tenants, shared: each call asks about as many services, deployments, revisions and tasks as it may. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Service,
  type ServiceDeployment,
  type ServiceRevision,
  type Task,
} from "@aws-sdk/client-ecs";
import { batchSizes } from "../../domain/limits.ts";
import type { Clock } from "../../ports/clock.ts";
import { coalesce } from "./coalesce.ts";

type Read<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;

/** Service deployments by ARN; the unknown are left out. */
export function deploymentReads(ecs: ECSClient, clock: Clock): Read<ServiceDeployment> {
  return coalesce(clock, {
    most: batchSizes.DescribeServiceDeployments,
    load: async (arns) => {
      const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] });
      const { serviceDeployments } = await ecs.send(command);
      return new Map((serviceDeployments ?? []).map((one) => [one.serviceDeploymentArn ?? "", one]));
    },
  });
}

/** Service revisions by ARN. */
export function revisionReads(ecs: ECSClient, clock: Clock): Read<ServiceRevision> {
  return coalesce(clock, {
    most: batchSizes.DescribeServiceRevisions,
    load: async (arns) => {
      const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] });
      const { serviceRevisions } = await ecs.send(command);
      return new Map((serviceRevisions ?? []).map((one) => [one.serviceRevisionArn ?? "", one]));
    },
  });
}

/** Services of a cluster by name. */
export function serviceReads(ecs: ECSClient, clock: Clock): (cluster: string) => Read<Service> {
  return perCluster((cluster) =>
    coalesce(clock, {
      most: batchSizes.DescribeServices,
      load: async (names) => {
        const command = new DescribeServicesCommand({ cluster, services: [...names], include: ["TAGS"] });
        const { services } = await ecs.send(command);
        return new Map((services ?? []).map((one) => [one.serviceName ?? "", one]));
      },
    }),
  );
}

/** Tasks of a cluster by ARN. */
export function taskReads(ecs: ECSClient, clock: Clock): (cluster: string) => Read<Task> {
  return perCluster((cluster) =>
    coalesce(clock, {
      most: batchSizes.DescribeTasks,
      load: async (arns) => {
        const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...arns] }));
        return new Map((tasks ?? []).map((one) => [one.taskArn ?? "", one]));
      },
    }),
  );
}

function perCluster<V>(make: (cluster: string) => Read<V>): (cluster: string) => Read<V> {
  const known = new Map<string, Read<V>>();
  return (cluster) => {
    const read = known.get(cluster) ?? make(cluster);
    known.set(cluster, read);
    return read;
  };
}
