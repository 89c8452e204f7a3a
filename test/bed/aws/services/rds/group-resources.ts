/** How CloudFormation makes the groups that database instances belong to. */
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { ResourceContext, ResourceHandler } from "../../kernel.ts";
import { invoke, tagsOf } from "./own-api.ts";
import { identifier, rdsState } from "./state.ts";

export const subnetGroupHandler: ResourceHandler = {
  create: async (properties, context) => {
    const name = identifier(
      properties.DBSubnetGroupName ?? generatedName(context.world, "AWS::RDS::DBSubnetGroup", context),
    );
    await invoke(context, "CreateDBSubnetGroup", {
      ...properties,
      DBSubnetGroupName: name,
      Tags: tagsOf(properties, context),
    });
    return { physicalId: name, attributes: {} };
  },
  update: async (made, _before, after, context) => {
    const { DBSubnetGroupDescription, SubnetIds } = after;
    await invoke(context, "ModifyDBSubnetGroup", {
      DBSubnetGroupName: made.physicalId,
      DBSubnetGroupDescription,
      SubnetIds,
    });
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeleteDBSubnetGroup", { DBSubnetGroupName: made.physicalId });
  },
  read: async (made, properties, { world, call }) =>
    rdsState(world, call).subnetGroups.has(made.physicalId) ? properties : undefined,
  adopt: ({ DBSubnetGroupName = "" }, { world, call }) => {
    const name = identifier(DBSubnetGroupName);
    return rdsState(world, call).subnetGroups.has(name) ? { physicalId: name, attributes: {} } : undefined;
  },
};

export const parameterGroupHandler: ResourceHandler = {
  create: async (properties, context) => {
    const { DBParameterGroupName, Family, Parameters, ...rest } = properties;
    const name = identifier(
      DBParameterGroupName ?? generatedName(context.world, "AWS::RDS::DBParameterGroup", context),
    );
    const input = {
      ...rest,
      DBParameterGroupName: name,
      DBParameterGroupFamily: Family,
      Tags: tagsOf(properties, context),
    };
    await invoke(context, "CreateDBParameterGroup", input);
    await setParameters(context, name, Parameters);
    return { physicalId: name, attributes: { DBParameterGroupName: name } };
  },
  update: async (made, before, after, context) => {
    const gone = Object.keys(before.Parameters ?? {}).filter((name) => after.Parameters?.[name] === undefined);
    if (gone.length > 0) {
      await invoke(context, "ResetDBParameterGroup", {
        DBParameterGroupName: made.physicalId,
        Parameters: gone.map((ParameterName) => ({ ParameterName })),
      });
    }
    await setParameters(context, made.physicalId, after.Parameters);
    return made;
  },
  remove: async (made, _properties, context) => {
    await invoke(context, "DeleteDBParameterGroup", { DBParameterGroupName: made.physicalId });
  },
  read: async (made, properties, { world, call }) => {
    const live = rdsState(world, call).parameterGroups.get(made.physicalId);
    if (live === undefined) return undefined;
    const Parameters = Object.fromEntries(
      [...live.parameters].map(([name, parameter]) => [name, parameter.ParameterValue]),
    );
    return { ...properties, ...(properties.Parameters !== undefined && { Parameters }) };
  },
  adopt: ({ DBParameterGroupName = "" }, { world, call }) => {
    const name = identifier(DBParameterGroupName);
    if (!rdsState(world, call).parameterGroups.has(name)) return undefined;
    return { physicalId: name, attributes: { DBParameterGroupName: name } };
  },
};

async function setParameters(
  context: ResourceContext,
  name: string,
  parameters: Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  const Parameters = Object.entries(parameters ?? {}).map(([ParameterName, value]) => ({
    ParameterName,
    ParameterValue: String(value),
    ApplyMethod: "pending-reboot",
  }));
  if (Parameters.length > 0)
    await invoke(context, "ModifyDBParameterGroup", { DBParameterGroupName: name, Parameters });
}
