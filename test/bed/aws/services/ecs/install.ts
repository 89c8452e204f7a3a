/** Amazon ECS on Fargate: clusters, task definitions, services with real rolling deployments, and tasks that live and die. */
import type { Install } from "../../kernel.ts";
import { capacityProvidersHandler, clusterHandler, taskDefinitionHandler } from "./cluster-resources.ts";
import { clusterOperations } from "./clusters.ts";
import { deploymentOperations } from "./deployments.ts";
import { serviceHandler } from "./service-resource.ts";
import { serviceOperations } from "./services.ts";
import { taggingOperations } from "./tagging.ts";
import { taskDefinitionOperations } from "./task-definitions.ts";
import { taskOperations } from "./tasks.ts";

/** Adds the service `ecs` and the resource types AWS::ECS::* to a world. */
export const installEcs: Install = (world) => {
  world.services.set("ecs", {
    name: "ecs",
    operations: {
      ...clusterOperations(world),
      ...taskDefinitionOperations(world),
      ...serviceOperations(world),
      ...deploymentOperations(world),
      ...taskOperations(world),
      ...taggingOperations(world),
    },
  });
  world.resources.set("AWS::ECS::Cluster", clusterHandler);
  world.resources.set("AWS::ECS::ClusterCapacityProviderAssociations", capacityProvidersHandler);
  world.resources.set("AWS::ECS::TaskDefinition", taskDefinitionHandler);
  world.resources.set("AWS::ECS::Service", serviceHandler);
};
