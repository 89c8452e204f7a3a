/** Clusters and their capacity providers. */
import type {
  Cluster,
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeCapacityProvidersRequest,
  DescribeClustersRequest,
  PutClusterCapacityProvidersRequest,
  Tag,
  UpdateClusterRequest,
} from "@aws-sdk/client-ecs";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { clusterNotFound, invalidParameter } from "./failures.ts";
import { ecsArn, shortName } from "./names.ts";
import { page } from "./paging.ts";
import { type ClusterRecord, ecsState } from "./state.ts";

const FARGATE_PROVIDERS: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

/** The cluster of a request (name or ARN, `default` if absent), which must be there and active. */
export function findCluster(world: World, call: Call, nameOrArn: string | undefined): ClusterRecord {
  const cluster = ecsState(world, call).clusters.get(shortName(nameOrArn ?? "default"));
  if (cluster === undefined || cluster.shown.status !== "ACTIVE") throw clusterNotFound();
  return cluster;
}

/** Cluster operations by name. */
export function clusterOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateCluster: (input: CreateClusterRequest, call) => ({ cluster: create(world, input, call) }),
    UpdateCluster: (input: UpdateClusterRequest, call) => {
      const cluster = findCluster(world, call, input.cluster);
      if (input.settings !== undefined) cluster.shown.settings = input.settings;
      if (input.configuration !== undefined) cluster.shown.configuration = input.configuration;
      if (input.serviceConnectDefaults !== undefined)
        cluster.shown.serviceConnectDefaults = input.serviceConnectDefaults;
      return { cluster: show(world, call, cluster) };
    },
    UpdateClusterSettings: (input: UpdateClusterRequest, call) => {
      const cluster = findCluster(world, call, input.cluster);
      cluster.shown.settings = input.settings;
      return { cluster: show(world, call, cluster) };
    },
    PutClusterCapacityProviders: (input: PutClusterCapacityProvidersRequest, call) => {
      const cluster = findCluster(world, call, input.cluster);
      checkProviders(input.capacityProviders ?? []);
      cluster.shown.capacityProviders = input.capacityProviders ?? [];
      cluster.shown.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy ?? [];
      return { cluster: show(world, call, cluster) };
    },
    DescribeClusters: (input: DescribeClustersRequest, call) => describe(world, input, call),
    ListClusters: (input: { nextToken?: string; maxResults?: number }, call) => {
      const arns = [...ecsState(world, call).clusters.values()].filter(isActive).map((cluster) => cluster.arn);
      const { items, nextToken } = page(arns, input);
      return { clusterArns: items, ...(nextToken !== undefined && { nextToken }) };
    },
    DeleteCluster: (input: DeleteClusterRequest, call) => ({ cluster: remove(world, input, call) }),
    DescribeCapacityProviders: (input: DescribeCapacityProvidersRequest, call) => ({
      capacityProviders: FARGATE_PROVIDERS.filter(
        (name) => input.capacityProviders === undefined || input.capacityProviders.map(shortName).includes(name),
      ).map((name) => ({
        capacityProviderArn: ecsArn(call.caller, `capacity-provider/${name}`),
        name,
        status: "ACTIVE",
      })),
      failures: (input.capacityProviders ?? [])
        .filter((name) => !FARGATE_PROVIDERS.includes(shortName(name)))
        .map((arn) => ({ arn, reason: "MISSING" })),
    }),
  };
}

function isActive(cluster: ClusterRecord): boolean {
  return cluster.shown.status === "ACTIVE";
}

function create(world: World, input: CreateClusterRequest, call: Call): Cluster {
  const state = ecsState(world, call);
  const name = input.clusterName ?? "default";
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter("Identifier was not valid.");
  const existing = state.clusters.get(name);
  if (existing !== undefined && isActive(existing)) return show(world, call, existing);
  checkProviders(input.capacityProviders ?? []);
  const arn = ecsArn(call.caller, `cluster/${name}`);
  const shown: Cluster = {
    clusterArn: arn,
    clusterName: name,
    status: "ACTIVE",
    settings: input.settings ?? [{ name: "containerInsights", value: "disabled" }],
    ...(input.configuration !== undefined && { configuration: input.configuration }),
    ...(input.serviceConnectDefaults !== undefined && { serviceConnectDefaults: input.serviceConnectDefaults }),
    capacityProviders: input.capacityProviders ?? [],
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
  };
  const cluster: ClusterRecord = { name, arn, call: asEcs(call), shown, services: new Map(), tasks: new Map() };
  state.clusters.set(name, cluster);
  state.tags.set(arn, input.tags ?? []);
  return show(world, call, cluster);
}

/** The service-linked role that ECS acts with. */
function asEcs(call: Call): Call {
  const { account } = call.caller;
  const arn = `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForECS/ecs-service-scheduler`;
  return { requestId: call.requestId, caller: { ...call.caller, arn, tags: {} } };
}

function checkProviders(names: readonly string[]): void {
  const unknown = names.find((name) => !FARGATE_PROVIDERS.includes(name));
  if (unknown !== undefined)
    throw invalidParameter(
      `The specified capacity provider '${unknown}' was not found. Specify a valid name or ARN and try again.`,
    );
}

function describe(world: World, input: DescribeClustersRequest, call: Call): object {
  const state = ecsState(world, call);
  const found: Cluster[] = [];
  const failures: object[] = [];
  for (const asked of input.clusters ?? ["default"]) {
    const cluster = state.clusters.get(shortName(asked));
    if (cluster === undefined) {
      failures.push({
        arn: asked.startsWith("arn:") ? asked : ecsArn(call.caller, `cluster/${asked}`),
        reason: "MISSING",
      });
    } else {
      const { tags, settings, statistics, configuration, ...always } = show(world, call, cluster);
      const include = input.include ?? [];
      found.push({
        ...always,
        tags: include.includes("TAGS") ? (tags ?? []) : [],
        settings: include.includes("SETTINGS") ? (settings ?? []) : [],
        statistics: include.includes("STATISTICS") ? (statistics ?? []) : [],
        ...(include.includes("CONFIGURATIONS") && configuration !== undefined && { configuration }),
      });
    }
  }
  return { clusters: found, failures };
}

function show(world: World, call: Call, cluster: ClusterRecord): Cluster {
  const tasks = [...cluster.tasks.values()].map((task) => task.shown.lastStatus);
  const tags: readonly Tag[] = ecsState(world, call).tags.get(cluster.arn) ?? [];
  return {
    ...cluster.shown,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((status) => status === "RUNNING").length,
    pendingTasksCount: tasks.filter(
      (status) => status === "PENDING" || status === "PROVISIONING" || status === "ACTIVATING",
    ).length,
    activeServicesCount: [...cluster.services.values()].filter((service) => service.shown.status === "ACTIVE").length,
    statistics: [],
    tags: [...tags],
  };
}

function remove(world: World, input: DeleteClusterRequest, call: Call): Cluster {
  const cluster = findCluster(world, call, input.cluster);
  if ([...cluster.services.values()].some((service) => service.shown.status !== "INACTIVE")) {
    throw new AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.");
  }
  if ([...cluster.tasks.values()].some((task) => task.shown.lastStatus !== "STOPPED")) {
    throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
  }
  cluster.shown.status = "INACTIVE";
  return show(world, call, cluster);
}
