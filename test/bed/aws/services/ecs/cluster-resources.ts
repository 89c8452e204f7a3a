/** How CloudFormation makes clusters, their capacity providers, and task definitions. */
import type { Cluster, TaskDefinition } from "@aws-sdk/client-ecs";
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { Properties, ResourceContext, ResourceHandler } from "../../kernel.ts";
import { ecsState } from "./state.ts";
import { apiForm } from "./template-form.ts";

function invoke<T>({ world, call }: ResourceContext, operation: string, input: object): Promise<T> {
  return world.invoke<T>("ecs", operation, input, call);
}

function tagsOf(properties: Properties, context: ResourceContext): object[] {
  return apiForm([...(properties.Tags ?? []), ...context.tags]);
}

export const clusterHandler: ResourceHandler = {
  create: async (properties, context) => {
    const {
      ClusterSettings,
      ClusterName = generatedName(context.world, "AWS::ECS::Cluster", context),
      ...rest
    } = properties;
    const input = { ...apiForm<object>(rest), clusterName: ClusterName, tags: tagsOf(properties, context) };
    const settings = ClusterSettings === undefined ? {} : { settings: apiForm(ClusterSettings) };
    const { cluster } = await invoke<{ cluster: Cluster }>(context, "CreateCluster", { ...input, ...settings });
    return { physicalId: ClusterName, attributes: { Arn: cluster.clusterArn } };
  },
  update: async (made, _before, after, context) => {
    const { ClusterSettings, Configuration, ServiceConnectDefaults } = after;
    await invoke(context, "UpdateCluster", {
      cluster: made.physicalId,
      settings: apiForm(ClusterSettings),
      configuration: apiForm(Configuration),
      serviceConnectDefaults: apiForm(ServiceConnectDefaults),
    });
    if (after.CapacityProviders !== undefined || after.DefaultCapacityProviderStrategy !== undefined) {
      await putProviders(context, made.physicalId, after);
    }
    await invoke(context, "TagResource", { resourceArn: made.attributes.Arn, tags: tagsOf(after, context) });
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeleteCluster", { cluster: made.physicalId });
  },
  read: async (made, properties, { world, call }) => {
    const live = ecsState(world, call).clusters.get(made.physicalId)?.shown;
    if (live === undefined || live.status !== "ACTIVE") return undefined;
    return {
      ...properties,
      ...(properties.ClusterSettings !== undefined && {
        ClusterSettings: (live.settings ?? []).map(({ name, value }) => ({ Name: name, Value: value })),
      }),
      ...(properties.CapacityProviders !== undefined && { CapacityProviders: live.capacityProviders }),
    };
  },
};

export const capacityProvidersHandler: ResourceHandler = {
  create: async (properties, context) => {
    await putProviders(context, properties.Cluster, properties);
    return { physicalId: properties.Cluster, attributes: { Cluster: properties.Cluster } };
  },
  update: async (made, _before, after, context) => {
    await putProviders(context, made.physicalId, after);
    return made;
  },
  remove: async (made, _properties, context) => {
    await putProviders(context, made.physicalId, { CapacityProviders: [], DefaultCapacityProviderStrategy: [] });
  },
};

export const taskDefinitionHandler: ResourceHandler = {
  create: async (properties, context) => {
    const { Family = generatedName(context.world, "AWS::ECS::TaskDefinition", context), ...rest } = properties;
    const input = { ...apiForm<object>(rest), family: Family, tags: tagsOf(properties, context) };
    const { taskDefinition } = await invoke<{ taskDefinition: TaskDefinition }>(
      context,
      "RegisterTaskDefinition",
      input,
    );
    const arn = taskDefinition.taskDefinitionArn ?? "";
    return { physicalId: arn, attributes: { TaskDefinitionArn: arn } };
  },
  update: async (made, _before, after, context) => {
    await invoke(context, "TagResource", { resourceArn: made.physicalId, tags: tagsOf(after, context) });
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeregisterTaskDefinition", { taskDefinition: made.physicalId });
  },
};

async function putProviders(context: ResourceContext, cluster: string, properties: Properties): Promise<void> {
  await invoke(context, "PutClusterCapacityProviders", {
    cluster,
    capacityProviders: properties.CapacityProviders ?? [],
    defaultCapacityProviderStrategy: apiForm(properties.DefaultCapacityProviderStrategy ?? []),
  });
}
