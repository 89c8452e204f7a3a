/** Resource policies and saved queries as templates make them. Nothing asks them. */
import { declaredOf } from "../../cloudformation/resources/declared.ts";
import type { Call, Operation, World } from "../../kernel.ts";

/** The operations that show them, in a world. */
export function declaredLogOperations(world: World): Readonly<Record<string, Operation>> {
  return {
    DescribeResourcePolicies: (_input: object, call: Call) => ({
      resourcePolicies: declaredOf(world, call, "AWS::Logs::ResourcePolicy").map(({ properties, changedAt }) => ({
        ...{ policyName: properties.PolicyName, policyDocument: properties.PolicyDocument },
        lastUpdatedTime: changedAt.getTime(),
      })),
    }),
    DescribeQueryDefinitions: ({ queryDefinitionNamePrefix: prefix = "" }: Record<string, string>, call: Call) => ({
      queryDefinitions: declaredOf(world, call, "AWS::Logs::QueryDefinition")
        .filter(({ properties }) => String(properties.Name).startsWith(prefix))
        .map(({ properties, made, changedAt }) => ({
          ...{ queryDefinitionId: made.physicalId, name: properties.Name, queryString: properties.QueryString },
          ...{ logGroupNames: properties.LogGroupNames ?? [], lastModified: changedAt.getTime() },
        })),
    }),
  };
}
