import type { ParameterValue } from "./parameters.ts";
import { checkTemplate, PSEUDO_PARAMETERS, unresolved } from "./template/check.ts";
import { evaluate, type Scope } from "./template/evaluate.ts";
import { transformed, transformsOf } from "./template/extensions.ts";
import { refuse, type TemplateText } from "./template/read.ts";
import { dependencies, references } from "./template/references.ts";
import { checkRules } from "./template/rules.ts";
import {
  type Evaluated,
  isSection,
  NO_VALUE,
  type Section,
  section,
  settled,
  UNKNOWN,
  type Value,
} from "./template/value.ts";

export type Policy = "Delete" | "Retain" | "Snapshot" | "RetainExceptOnCreate";

/** A resource as one deployment declares it. */
export interface DeclaredResource {
  readonly logicalId: string;
  readonly type: string;
  /** With functions, as written. */
  readonly properties: Section;
  readonly metadata: Section | undefined;
  readonly description: string | undefined;
  readonly deletionPolicy: Policy;
  readonly updateReplacePolicy: Policy;
  readonly creationPolicy: Value | undefined;
  readonly updatePolicy: Value | undefined;
  /** Logical ids that must be there first. */
  readonly needs: ReadonlySet<string>;
}

/** The values that AWS itself provides to a template. */
export interface Pseudo {
  readonly accountId: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
}

/** A template with its parameters: what a stack is to be. Conditions are decided, resources behind false ones are gone. */
export interface Blueprint {
  readonly text: TemplateText;
  /** After transforms. */
  readonly document: Section;
  readonly transforms: readonly string[];
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly pseudo: Pseudo;
  readonly resources: ReadonlyMap<string, DeclaredResource>;
  /** Outputs whose condition holds. */
  readonly outputs: Section;
}

/** Where the values of resources and of other stacks' exports come from. */
export interface Lookups {
  ref(logicalId: string): Evaluated;
  attribute(logicalId: string, name: string): Evaluated;
  importValue(name: string): Evaluated;
}

/** For when no resource is known yet. */
export const NOTHING_MADE: Lookups = { ref: () => UNKNOWN, attribute: () => UNKNOWN, importValue: () => UNKNOWN };

export interface BlueprintParts {
  readonly text: TemplateText;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly pseudo: Pseudo;
}

/**
 * Puts a template and its parameters together, and tries every function in it once.
 *
 * @throws AwsError ValidationError for anything AWS refuses when the change set or stack is created
 */
export function drawBlueprint({ text, parameters, pseudo }: BlueprintParts): Blueprint {
  checkTemplate(text.document);
  const transforms = transformsOf(text.document);
  const bare = {
    text,
    document: text.document,
    transforms,
    parameters,
    pseudo,
    conditions: new Map<string, boolean>(),
  };
  const document = transformed(text.document, scopeOf({ ...bare, resources: new Map() }, NOTHING_MADE));
  if (document !== text.document) checkTemplate(document);
  const conditions = decideConditions({ ...bare, document });
  const parts = { ...bare, document, conditions };
  checkRules(document, (value) => evaluate(value, scopeOf({ ...parts, resources: new Map() }, NOTHING_MADE)));
  const resources = declaredResources(parts);
  const outputs = activeParts(section(document, "Outputs"), conditions, "Outputs");
  const blueprint: Blueprint = { ...parts, resources, outputs };
  checkActiveReferences(blueprint);
  tryFunctions(blueprint);
  return blueprint;
}

type ScopeParts = Pick<Blueprint, "document" | "transforms" | "parameters" | "conditions" | "pseudo" | "resources">;

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

function decideConditions(parts: Omit<ScopeParts, "resources">): ReadonlyMap<string, boolean> {
  const decided = new Map<string, boolean>();
  const declared = section(parts.document, "Conditions");
  const pending = new Set<string>();
  const decide = (name: string): boolean | undefined => {
    const known = decided.get(name);
    if (known !== undefined || declared[name] === undefined) return known;
    if (pending.has(name))
      refuse(`Template error: Found circular condition dependency between ${[...pending].join(" and ")}`);
    pending.add(name);
    const scope = { ...scopeOf({ ...parts, resources: new Map() }, NOTHING_MADE), condition: decide };
    const value = String(evaluate(declared[name], scope)) === "true";
    pending.delete(name);
    decided.set(name, value);
    return value;
  };
  for (const name of Object.keys(declared)) decide(name);
  return decided;
}

function activeParts(parts: Section, conditions: ReadonlyMap<string, boolean>, block: string): Section {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => {
      if (!isSection(part) || part.Condition === undefined) return true;
      const name = String(part.Condition);
      const holds = conditions.get(name);
      if (holds === undefined)
        refuse(`Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`);
      return holds;
    }),
  );
}

function declaredResources(parts: Omit<ScopeParts, "resources">): ReadonlyMap<string, DeclaredResource> {
  const active = activeParts(section(parts.document, "Resources"), parts.conditions, "Resources");
  const among = new Set(Object.keys(active));
  const scope = scopeOf({ ...parts, resources: new Map() }, NOTHING_MADE);
  const policy = (value: Value | undefined): Policy | undefined =>
    value === undefined ? undefined : (settled(evaluate(value, scope)) as Policy);
  return new Map(
    Object.entries(active).map(([logicalId, part]) => {
      const resource = part as Section;
      const type = String(resource.Type);
      const declared: DeclaredResource = {
        logicalId,
        type,
        properties: section(resource, "Properties"),
        metadata: isSection(resource.Metadata) ? resource.Metadata : undefined,
        description: resource.Description === undefined ? undefined : String(resource.Description),
        deletionPolicy: policy(resource.DeletionPolicy) ?? defaultPolicy(type, resource),
        updateReplacePolicy: policy(resource.UpdateReplacePolicy) ?? "Delete",
        creationPolicy: resource.CreationPolicy,
        updatePolicy: resource.UpdatePolicy,
        needs: dependencies(resource, among, parts.conditions),
      };
      return [logicalId, declared];
    }),
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function defaultPolicy(type: string, resource: Section): Policy {
  if (type === "AWS::RDS::DBCluster") return "Snapshot";
  if (type === "AWS::RDS::DBInstance" && section(resource, "Properties").DBClusterIdentifier === undefined)
    return "Snapshot";
  return "Delete";
}

function checkActiveReferences({ document, resources, parameters, conditions, outputs }: Blueprint): void {
  const declared = section(document, "Resources");
  const gone = (name: string): boolean =>
    Object.hasOwn(declared, name) && !resources.has(name) && !parameters.has(name);
  const missing = new Set<string>();
  for (const [logicalId, resource] of resources) {
    for (const { to } of references(resource.properties, conditions)) if (gone(to)) missing.add(to);
    const raw = declared[logicalId];
    for (const name of [(isSection(raw) ? raw.DependsOn : undefined) ?? []].flat())
      if (gone(String(name))) missing.add(String(name));
  }
  if (missing.size > 0) unresolved([...missing], "Resources");
  for (const output of Object.values(outputs))
    for (const { to } of references((output as Section).Value ?? "", conditions)) if (gone(to)) missing.add(to);
  if (missing.size > 0)
    refuse(`Unresolved resource dependencies [${[...missing].join(", ")}] in the Outputs block of the template`);
  checkCycles(resources);
}

function checkCycles(resources: ReadonlyMap<string, DeclaredResource>): void {
  const left = new Map(resources);
  let progress = true;
  while (progress) {
    progress = false;
    for (const [logicalId, resource] of left) {
      if ([...resource.needs].some((need) => left.has(need))) continue;
      left.delete(logicalId);
      progress = true;
    }
  }
  if (left.size > 0) refuse(`Circular dependency between resources: [${[...left.keys()].join(", ")}]`);
}

function tryFunctions(blueprint: Blueprint): void {
  const scope = scopeOf(blueprint, NOTHING_MADE);
  for (const { properties } of blueprint.resources.values()) evaluate(properties, scope);
  for (const output of Object.values(blueprint.outputs)) evaluate((output as Section).Value ?? "", scope);
}
