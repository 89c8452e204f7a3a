/** Starting the tasks of a service. */
import type { Tag } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { chooseProvider, hasCapacity, NO_CAPACITY } from "./capacity.ts";
import { launch } from "./launch.ts";
import { tell } from "./rollout.ts";
import { type DeploymentRecord, ecsState, type ServiceRecord, type TaskRecord } from "./state.ts";

/** Starts tasks of a deployment as far as there is capacity; where there is none says so and asks for another look. */
export function startTasks(
  world: World,
  service: ServiceRecord,
  asked: {
    readonly deployment: DeploymentRecord;
    readonly count: number;
    readonly changed: (task: TaskRecord) => void;
    readonly retry: () => void;
  },
): void {
  const { deployment } = asked;
  const started: TaskRecord[] = [];
  for (let at = 0; at < asked.count; at++) {
    const provider = providerOf(service, deployment);
    if (!hasCapacity(world, provider ?? "FARGATE")) {
      deployment.failures += 1;
      tell(
        world,
        service,
        `was unable to place a task. Reason: ${NO_CAPACITY}. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
      );
      deployment.notBefore = world.clock.now() + 30_000;
      asked.retry();
      break;
    }
    started.push(
      launch(world, {
        cluster: service.cluster,
        definition: deployment.definition,
        service,
        deployment,
        changed: asked.changed,
        placement: provider === undefined ? { launchType: "FARGATE" } : { capacityProvider: provider },
        network: deployment.revision.networkConfiguration,
        overrides: {},
        group: `service:${service.name}`,
        startedBy: deployment.id,
        enableExecuteCommand: service.shown.enableExecuteCommand ?? false,
        tags: taskTags(world, service, deployment),
      }),
    );
  }
  if (started.length === 0) return;
  tell(world, service, `has started ${started.length} tasks: ${started.map((task) => `(task ${task.id})`).join(" ")}.`);
}

/** The capacity provider of the next task; undefined for a service with a launch type. */
function providerOf(service: ServiceRecord, deployment: DeploymentRecord): string | undefined {
  const strategy = deployment.revision.capacityProviderStrategy ?? [];
  if (strategy.length === 0) return undefined;
  const placed = new Map<string, number>();
  for (const task of service.tasks) {
    if (task.deployment !== deployment || task.ending !== undefined) continue;
    const name = task.shown.capacityProviderName ?? "FARGATE";
    placed.set(name, (placed.get(name) ?? 0) + 1);
  }
  return chooseProvider(strategy, placed);
}

function taskTags(world: World, service: ServiceRecord, deployment: DeploymentRecord): readonly Tag[] {
  const { tags } = ecsState(world, service.cluster.call);
  const managed: readonly Tag[] = service.shown.enableECSManagedTags
    ? [
        { key: "aws:ecs:clusterName", value: service.cluster.name },
        { key: "aws:ecs:serviceName", value: service.name },
      ]
    : [];
  switch (service.shown.propagateTags) {
    case "SERVICE":
      return [...(tags.get(service.arn) ?? []), ...managed];
    case "TASK_DEFINITION":
      return [...(tags.get(deployment.definition.taskDefinitionArn ?? "") ?? []), ...managed];
    case "NONE":
    case undefined:
      return managed;
  }
}
