/** The operations on services. */
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  Service,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { findCluster } from "./clusters.ts";
import { clientError, invalidParameter, serviceNotFound } from "./failures.ts";
import { ecsArn, shortName } from "./names.ts";
import { page } from "./paging.ts";
import { beginRollout } from "./rollout.ts";
import { count, schedule } from "./scheduler.ts";
import { needsRollout } from "./service-change.ts";
import { checkCreate, checkDeploymentConfiguration, checkLoadBalancers, refuseNotModelled } from "./service-check.ts";
import { type ClusterRecord, ecsState, type ServiceRecord } from "./state.ts";
import { definitionToRun } from "./task-definitions.ts";

/** Service operations by name. */
export function serviceOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    CreateService: async (input: CreateServiceRequest, call) => ({ service: await create(world, input, call) }),
    UpdateService: async (input: UpdateServiceRequest, call) => ({ service: await update(world, input, call) }),
    DeleteService: (input: DeleteServiceRequest, call) => ({ service: remove(world, input, call) }),
    DescribeServices: (input: DescribeServicesRequest, call) => describe(world, input, call),
    ListServices: (input: ListServicesRequest, call) => {
      const cluster = findCluster(world, call, input.cluster);
      const arns = [...cluster.services.values()]
        .filter(({ shown }) => shown.status !== "INACTIVE")
        .filter(({ shown }) => input.launchType === undefined || shown.launchType === input.launchType)
        .filter(
          ({ shown }) =>
            input.schedulingStrategy === undefined || shown.schedulingStrategy === input.schedulingStrategy,
        )
        .map((service) => service.arn);
      const { items, nextToken } = page(arns, { ...input, maxResults: input.maxResults ?? 10 });
      return { serviceArns: items, ...(nextToken !== undefined && { nextToken }) };
    },
  };
}

/** The service of a name or ARN; throws ServiceNotFoundException if it never was or is INACTIVE. */
export function findService(cluster: ClusterRecord, nameOrArn: string | undefined): ServiceRecord {
  const service = cluster.services.get(shortName(nameOrArn ?? ""));
  if (service === undefined || service.shown.status === "INACTIVE") throw serviceNotFound();
  return service;
}

async function create(world: World, input: CreateServiceRequest, call: Call): Promise<Service> {
  const state = ecsState(world, call);
  const cluster = findCluster(world, call, input.cluster);
  const name = input.serviceName ?? "";
  const request = JSON.stringify({ ...input, clientToken: undefined });
  const earlier =
    input.clientToken === undefined ? undefined : state.creations.get(`${cluster.name}/${input.clientToken}`);
  if (earlier !== undefined) {
    if (earlier.request !== request) throw invalidParameter("Idempotency token was used with different parameters.");
    return show(world, earlier.service, true);
  }
  const definition = definitionToRun(world, call, input.taskDefinition);
  checkCreate(world, call, { input, definition, cluster });
  const existing = cluster.services.get(name);
  if (existing?.shown.status === "ACTIVE") throw invalidParameter("Creation of service was not idempotent.");
  if (existing?.shown.status === "DRAINING")
    throw invalidParameter("Unable to Start a service that is still Draining.");
  const arn = ecsArn(call.caller, `service/${cluster.name}/${name}`);
  const service: ServiceRecord = {
    cluster,
    arn,
    name,
    shown: firstShown(world, { input, call, cluster, arn }),
    deployments: [],
    rollout: undefined,
    history: [],
    tasks: new Set(),
    steady: false,
    due: false,
  };
  cluster.services.set(name, service);
  state.tags.set(arn, input.tags ?? []);
  if (input.clientToken !== undefined)
    state.creations.set(`${cluster.name}/${input.clientToken}`, { request, service });
  await beginRollout(world, service, definition);
  count(service);
  schedule(world, service);
  return show(world, service, true);
}

function firstShown(
  world: World,
  of: {
    readonly input: CreateServiceRequest;
    readonly call: Call;
    readonly cluster: ClusterRecord;
    readonly arn: string;
  },
): Service {
  const { input, cluster } = of;
  const { minimumHealthyPercent = 100, maximumPercent = 200, ...configuration } = input.deploymentConfiguration ?? {};
  const fromCluster =
    input.launchType === undefined && input.capacityProviderStrategy === undefined
      ? cluster.shown.defaultCapacityProviderStrategy
      : [];
  const strategy = input.capacityProviderStrategy ?? fromCluster ?? [];
  return {
    serviceArn: of.arn,
    serviceName: input.serviceName,
    clusterArn: cluster.arn,
    status: "ACTIVE",
    loadBalancers: structuredClone(input.loadBalancers ?? []),
    serviceRegistries: structuredClone(input.serviceRegistries ?? []),
    desiredCount: input.desiredCount ?? 0,
    runningCount: 0,
    pendingCount: 0,
    ...(strategy.length > 0
      ? { capacityProviderStrategy: structuredClone(strategy) }
      : { launchType: input.launchType ?? "FARGATE" }),
    platformVersion: input.platformVersion ?? "LATEST",
    platformFamily: "Linux",
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: false, rollback: false },
      strategy: "ROLLING",
      bakeTimeInMinutes: 0,
      ...structuredClone(configuration),
      minimumHealthyPercent,
      maximumPercent,
    },
    events: [],
    createdAt: new Date(world.clock.now()),
    createdBy: of.call.caller.arn,
    placementConstraints: [],
    placementStrategy: [],
    ...(input.networkConfiguration !== undefined && { networkConfiguration: withDefaults(input.networkConfiguration) }),
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    schedulingStrategy: input.schedulingStrategy ?? "REPLICA",
    deploymentController: { type: "ECS" },
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? "NONE",
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? "ENABLED",
  };
}

function withDefaults(
  network: NonNullable<Service["networkConfiguration"]>,
): NonNullable<Service["networkConfiguration"]> {
  const vpc = structuredClone(network.awsvpcConfiguration);
  return { awsvpcConfiguration: { subnets: [], securityGroups: [], assignPublicIp: "DISABLED", ...vpc } };
}

async function update(world: World, input: UpdateServiceRequest, call: Call): Promise<Service> {
  const cluster = findCluster(world, call, input.cluster);
  const service = findService(cluster, input.service);
  if (service.shown.status !== "ACTIVE") throw new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
  refuseNotModelled(input);
  const current = service.deployments[0]?.definition;
  const definition = input.taskDefinition === undefined ? current : definitionToRun(world, call, input.taskDefinition);
  if (definition === undefined) throw clientError("TaskDefinition not found.");
  if (input.deploymentConfiguration !== undefined) checkDeploymentConfiguration(input.deploymentConfiguration);
  if (input.loadBalancers !== undefined)
    checkLoadBalancers(world, call, { loadBalancers: input.loadBalancers, definition });
  const roll = needsRollout(service, input, definition);
  const { shown } = service;
  if (input.desiredCount !== undefined) {
    if (input.desiredCount < 0) throw invalidParameter("DesiredCount must be non-negative.");
    if (input.desiredCount !== shown.desiredCount) service.steady = false;
    shown.desiredCount = input.desiredCount;
  }
  if (input.deploymentConfiguration !== undefined) {
    shown.deploymentConfiguration = {
      ...shown.deploymentConfiguration,
      ...structuredClone(input.deploymentConfiguration),
    };
  }
  if (input.networkConfiguration !== undefined) shown.networkConfiguration = withDefaults(input.networkConfiguration);
  if (input.capacityProviderStrategy !== undefined) setStrategy(shown, input.capacityProviderStrategy);
  const { platformVersion, healthCheckGracePeriodSeconds, enableExecuteCommand, enableECSManagedTags } = input;
  const { propagateTags, availabilityZoneRebalancing, loadBalancers, serviceRegistries } = input;
  const plain = {
    platformVersion,
    healthCheckGracePeriodSeconds,
    enableExecuteCommand,
    enableECSManagedTags,
    propagateTags,
    availabilityZoneRebalancing,
    loadBalancers,
    serviceRegistries,
  };
  Object.assign(
    shown,
    structuredClone(Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))),
  );
  if (roll) await beginRollout(world, service, definition);
  count(service);
  schedule(world, service);
  return show(world, service, true);
}

function setStrategy(shown: Service, strategy: NonNullable<Service["capacityProviderStrategy"]>): void {
  if (strategy.length === 0) {
    delete shown.capacityProviderStrategy;
    shown.launchType = "FARGATE";
    return;
  }
  shown.capacityProviderStrategy = structuredClone(strategy);
  delete shown.launchType;
}

function remove(world: World, input: DeleteServiceRequest, call: Call): Service {
  const cluster = findCluster(world, call, input.cluster);
  const service = findService(cluster, input.service);
  if ((service.shown.desiredCount ?? 0) > 0 && input.force !== true) {
    throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
  }
  service.shown.status = "DRAINING";
  service.shown.desiredCount = 0;
  count(service);
  schedule(world, service);
  return show(world, service, true);
}

function describe(world: World, input: DescribeServicesRequest, call: Call): object {
  const cluster = findCluster(world, call, input.cluster);
  const asked = input.services ?? [];
  if (asked.length === 0) throw invalidParameter("Services cannot be empty.");
  if (asked.length > 10) throw invalidParameter("Services cannot have more than 10 elements");
  const services: Service[] = [];
  const failures: object[] = [];
  for (const nameOrArn of asked) {
    const service = cluster.services.get(shortName(nameOrArn));
    if (service === undefined) {
      const arn = ecsArn(call.caller, `service/${cluster.name}/${shortName(nameOrArn)}`);
      failures.push({ arn, reason: "MISSING" });
    } else services.push(show(world, service, input.include?.includes("TAGS") === true));
  }
  return { services, failures };
}

function show(world: World, service: ServiceRecord, withTags: boolean): Service {
  const tags = ecsState(world, service.cluster.call).tags.get(service.arn) ?? [];
  return structuredClone({ ...service.shown, ...(withTags && { tags: [...tags] }) });
}
