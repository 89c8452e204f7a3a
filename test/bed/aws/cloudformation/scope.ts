import type { Blueprint, DeclaredResource } from "./blueprint.ts";
import { PSEUDO_PARAMETERS, unresolved } from "./template/check.ts";
import type { Scope } from "./template/evaluate.ts";
import { type Evaluated, NO_VALUE, section, UNKNOWN } from "./template/value.ts";

/** The values that AWS itself provides to a template. */
export interface Pseudo {
  readonly accountId: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
}

/** Where the values of resources and of other stacks' exports come from. */
export interface Lookups {
  ref(logicalId: string): Evaluated;
  attribute(logicalId: string, name: string): Evaluated;
  importValue(name: string): Evaluated;
}

/** For when no resource is known yet. */
export const NOTHING_MADE: Lookups = { ref: () => UNKNOWN, attribute: () => UNKNOWN, importValue: () => UNKNOWN };

/** What a scope is made from; a blueprint has it all. */
export type ScopeParts = Pick<
  Blueprint,
  "document" | "transforms" | "parameters" | "conditions" | "pseudo" | "resources"
>;

/** The scope in which a blueprint's functions are carried out. */
export function scopeOf(blueprint: ScopeParts, lookups: Lookups, previewing = false): Scope {
  const { document, parameters, conditions, pseudo, resources } = blueprint;
  const pseudoValue = pseudoValues(pseudo);
  return {
    mappings: section(document, "Mappings"),
    region: pseudo.region,
    extended: blueprint.transforms.includes("AWS::LanguageExtensions"),
    previewing,
    condition: (name) => conditions.get(name),
    ref: (name) => {
      const parameter = parameters.get(name);
      if (parameter !== undefined) return parameter.value;
      if (PSEUDO_PARAMETERS.has(name)) return pseudoValue[name] ?? NO_VALUE;
      return isThere(name, resources) ? lookups.ref(name) : unresolved([name], "Resources");
    },
    attribute: (logicalId, name) =>
      isThere(logicalId, resources) ? lookups.attribute(logicalId, name) : unresolved([logicalId], "Resources"),
    importValue: (name) => lookups.importValue(name),
  };
}

/** While transforms and conditions are worked out there are no resources to tell apart yet. */
function isThere(logicalId: string, resources: ReadonlyMap<string, DeclaredResource>): boolean {
  return resources.size === 0 || resources.has(logicalId);
}

function pseudoValues(pseudo: Pseudo): Readonly<Record<string, Evaluated>> {
  const china = pseudo.region.startsWith("cn-");
  return {
    "AWS::AccountId": pseudo.accountId,
    "AWS::Region": pseudo.region,
    "AWS::StackId": pseudo.stackId,
    "AWS::StackName": pseudo.stackName,
    "AWS::Partition": china ? "aws-cn" : pseudo.region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
    "AWS::URLSuffix": china ? "amazonaws.com.cn" : "amazonaws.com",
    "AWS::NotificationARNs": pseudo.notificationArns,
    "AWS::NoValue": NO_VALUE,
  };
}
