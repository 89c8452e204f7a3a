/** A world with ECS and what stands around it, in which time jumps, and the sentences tests say about it. */
import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  Service,
  ServiceDeployment,
  Task,
} from "@aws-sdk/client-ecs";
import { type Call, World } from "../../../aws/kernel.ts";
import { installEcs } from "../../../aws/services/ecs/install.ts";
import type { BedClock } from "../../../clock.ts";
import { virtualClock } from "../../../conformance/virtual-clock.ts";

export const ACCOUNT = "123456789012";

/** A call of an engineer in us-east-1. */
export const CALL: Call = {
  requestId: "00000000-0000-4000-a000-000000000000",
  caller: { account: ACCOUNT, region: "us-east-1", arn: `arn:aws:iam::${ACCOUNT}:user/engineer`, tags: {} },
};

export interface EcsWorld {
  readonly world: World;
  ecs<T>(operation: string, input: object): Promise<T>;
  /** Registers a one-container definition of `family` on Fargate; the answer is its ARN. */
  define(family: string, image: string, more?: Partial<RegisterTaskDefinitionRequest>): Promise<string>;
  createService(name: string, taskDefinition: string, more?: Partial<CreateServiceRequest>): Promise<Service>;
  service(name: string): Promise<Service>;
  deployment(arn: string | undefined): Promise<ServiceDeployment>;
  task(arn: string | undefined): Promise<Task>;
  /** Polls every ten seconds of bed time until the condition gives a value; fails after half an hour of it. */
  until<T>(condition: () => Promise<T | undefined>): Promise<T>;
  stop(): void;
}

/**
 * One with the cluster `mate` on Fargate and Fargate Spot.
 *
 * @param clock one that runs, where tasks are real processes or containers: time that jumps does not wait for those
 */
export async function ecsWorld(
  install: readonly ((world: World) => void)[] = [],
  clock: BedClock = virtualClock(),
): Promise<EcsWorld> {
  const world = new World(clock);
  for (const one of [installEcs, ...install]) one(world);
  const ecs = <T>(operation: string, input: object): Promise<T> => world.invoke<T>("ecs", operation, input, CALL);
  await ecs("CreateCluster", { clusterName: "mate", capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  const first = <T>(all: readonly T[] | undefined): T => {
    if (all?.[0] === undefined) throw new Error("not found");
    return all[0];
  };
  return {
    world,
    ecs,
    define: async (family, image, more = {}) => {
      const { taskDefinition } = await ecs<{ taskDefinition: { taskDefinitionArn: string } }>(
        "RegisterTaskDefinition",
        {
          family,
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          cpu: "256",
          memory: "512",
          containerDefinitions: [{ name: "app", image, portMappings: [{ containerPort: 8000 }] }],
          ...more,
        },
      );
      return taskDefinition.taskDefinitionArn;
    },
    createService: async (serviceName, taskDefinition, more = {}) => {
      const { service } = await ecs<{ service: Service }>("CreateService", {
        cluster: "mate",
        serviceName,
        taskDefinition,
        desiredCount: 2,
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        ...more,
      });
      return service;
    },
    service: async (name) =>
      first((await ecs<{ services: Service[] }>("DescribeServices", { cluster: "mate", services: [name] })).services),
    deployment: async (arn) =>
      first(
        (
          await ecs<{ serviceDeployments: ServiceDeployment[] }>("DescribeServiceDeployments", {
            serviceDeploymentArns: [arn],
          })
        ).serviceDeployments,
      ),
    task: async (arn) =>
      first((await ecs<{ tasks: Task[] }>("DescribeTasks", { cluster: "mate", tasks: [arn] })).tasks),
    until: async (condition) => {
      const end = world.clock.now() + 30 * 60_000;
      for (;;) {
        const value = await condition();
        if (value !== undefined) return value;
        if (world.clock.now() > end) throw new Error("half an hour of bed time has passed");
        await world.clock.sleep(10_000);
      }
    },
    stop: () => world.clock.stop(),
  };
}

/** Resolves to the service deployment once it is over. */
export async function finished(bed: EcsWorld, arn: string | undefined): Promise<ServiceDeployment> {
  return bed.until(async () => {
    const deployment = await bed.deployment(arn);
    return deployment.finishedAt === undefined ? undefined : deployment;
  });
}

/** Has the service `web` run another definition; the answer is how the service is right after it. */
export async function roll(bed: EcsWorld, taskDefinition: string, more: object = {}): Promise<Service> {
  return (
    await bed.ecs<{ service: Service }>("UpdateService", { cluster: "mate", service: "web", taskDefinition, ...more })
  ).service;
}

/** The tasks that have stopped and are not forgotten yet. */
export async function stoppedTasks(bed: EcsWorld): Promise<{ readonly tasks: readonly Task[] }> {
  const { taskArns } = await bed.ecs<{ taskArns: string[] }>("ListTasks", {
    cluster: "mate",
    desiredStatus: "STOPPED",
  });
  return bed.ecs("DescribeTasks", { cluster: "mate", tasks: taskArns });
}
