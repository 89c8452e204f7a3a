/** A new task: its record and what DescribeTasks shows of it, before anything happens to it. */
import type { NetworkConfiguration, Tag, Task, TaskDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { ecsControls } from "./controls.ts";
import { ecsArn } from "./names.ts";
import { type ClusterRecord, type DeploymentRecord, ecsState, type ServiceRecord, type TaskRecord } from "./state.ts";
import { liveTask } from "./task-life.ts";

export interface Launch {
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
  readonly service?: ServiceRecord;
  readonly deployment?: DeploymentRecord;
  /** Told whenever the task's state, health or wish to end changed. */
  readonly changed: (task: TaskRecord) => void;
  readonly placement: { readonly capacityProvider: string } | { readonly launchType: "FARGATE" };
  readonly network: NetworkConfiguration | undefined;
  readonly overrides: TaskOverride;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
}

/** Starts a task; the answer is its record in state PROVISIONING. */
export function launch(world: World, asked: Launch): TaskRecord {
  const { cluster } = asked;
  const id = world.hex(32);
  const arn = ecsArn(cluster.call.caller, `task/${cluster.name}/${id}`);
  const { promise, resolve } = Promise.withResolvers<void>();
  const task: TaskRecord = {
    id,
    arn,
    cluster,
    definition: asked.definition,
    service: asked.service,
    deployment: asked.deployment,
    shown: firstShown(world, asked, arn),
    visibleFrom: world.clock.now() + (asked.service === undefined ? ecsControls(world).durations.taskVisible : 0),
    running: new Map(),
    targets: [],
    ending: undefined,
    asked: promise,
    ask: resolve,
    health: { state: "unknown" },
    counted: false,
  };
  cluster.tasks.set(id, task);
  asked.service?.tasks.add(task);
  ecsState(world, cluster.call).tags.set(arn, asked.tags);
  // A defect of the bed itself must not look like a slow task: it surfaces as an unhandled rejection and ends the process.
  void liveTask(world, task, asked);
  return task;
}

function firstShown(world: World, asked: Launch, arn: string): Task {
  const { definition, overrides } = asked;
  const zone = asked.cluster.call.caller.region + ["a", "b"][Math.floor(world.chance() * 2)];
  return {
    taskArn: arn,
    clusterArn: asked.cluster.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    createdAt: new Date(world.clock.now()),
    group: asked.group,
    ...(asked.startedBy !== undefined && { startedBy: asked.startedBy }),
    launchType: "FARGATE",
    ...("capacityProvider" in asked.placement && { capacityProviderName: asked.placement.capacityProvider }),
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    availabilityZone: zone,
    cpu: overrides.cpu ?? definition.cpu,
    memory: overrides.memory ?? definition.memory,
    enableExecuteCommand: asked.enableExecuteCommand,
    healthStatus: "UNKNOWN",
    version: 1,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...overrides },
    attributes: [
      { name: "ecs.cpu-architecture", value: definition.runtimePlatform?.cpuArchitecture?.toLowerCase() ?? "x86_64" },
    ],
    attachments: [
      {
        id: world.uuid(),
        type: "ElasticNetworkInterface",
        status: "PRECREATED",
        details: [{ name: "subnetId", value: asked.network?.awsvpcConfiguration?.subnets?.[0] ?? "" }],
      },
    ],
    containers: (definition.containerDefinitions ?? []).map((container) => ({
      containerArn: `${arn.replace(":task/", ":container/")}/${world.uuid()}`,
      taskArn: arn,
      name: container.name,
      image: container.image,
      lastStatus: "PENDING",
      networkInterfaces: [],
      healthStatus: "UNKNOWN",
      cpu: String(container.cpu ?? 0),
      ...(container.memory !== undefined && { memory: String(container.memory) }),
      ...(container.memoryReservation !== undefined && { memoryReservation: String(container.memoryReservation) }),
    })),
    ephemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    tags: [],
  };
}
