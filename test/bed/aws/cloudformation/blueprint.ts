import { activeParts, decideConditions } from "./conditions.ts";
import type { ParameterValue } from "./parameters.ts";
import { NOTHING_MADE, type Pseudo, type ScopeParts, scopeOf } from "./scope.ts";
import { checkTemplate, unresolved } from "./template/check.ts";
import { checkCycles } from "./template/check-cycles.ts";
import { checkOutcome } from "./template/check-outputs.ts";
import { checkPolicy } from "./template/check-resources.ts";
import { evaluate } from "./template/evaluate.ts";
import { transformed } from "./template/extensions.ts";
import { refuse, type TemplateText } from "./template/read.ts";
import { dependencies, references } from "./template/references.ts";
import { checkRules } from "./template/rules.ts";
import { transformsOf } from "./template/transforms.ts";
import { holdsUnknown, isSection, type Section, section, settled, type Value } from "./template/value.ts";

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
  /** The two policies as far as the template states them. */
  readonly stated: { readonly UpdateReplacePolicy?: Policy; readonly DeletionPolicy?: Policy };
  readonly creationPolicy: Value | undefined;
  readonly updatePolicy: Value | undefined;
  /** Logical ids that must be there first. */
  readonly needs: ReadonlySet<string>;
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
  checkCycles(resources);
  return blueprint;
}

function declaredResources(parts: Omit<ScopeParts, "resources">): ReadonlyMap<string, DeclaredResource> {
  const active = activeParts(section(parts.document, "Resources"), parts.conditions, "Resources");
  const among = new Set(Object.keys(active));
  const scope = scopeOf({ ...parts, resources: new Map() }, NOTHING_MADE);
  const policy = (logicalId: string, resource: Section, attribute: "DeletionPolicy" | "UpdateReplacePolicy") => {
    const value = resource[attribute];
    if (value === undefined) return undefined;
    const known = evaluate(value, scope);
    checkPolicy(
      logicalId,
      { Type: resource.Type ?? "", [attribute]: holdsUnknown(known) ? {} : settled(known) },
      attribute,
    );
    return known as Policy;
  };
  return new Map(
    Object.entries(active).map(([logicalId, part]) => {
      const resource = part as Section;
      const type = String(resource.Type);
      const onDeletion = policy(logicalId, resource, "DeletionPolicy");
      const onReplacement = policy(logicalId, resource, "UpdateReplacePolicy");
      const declared: DeclaredResource = {
        logicalId,
        type,
        properties: section(resource, "Properties"),
        metadata: isSection(resource.Metadata) ? resource.Metadata : undefined,
        description: resource.Description === undefined ? undefined : String(resource.Description),
        deletionPolicy: onDeletion ?? defaultPolicy(type, resource),
        updateReplacePolicy: onReplacement ?? "Delete",
        stated: {
          ...(onReplacement !== undefined && { UpdateReplacePolicy: onReplacement }),
          ...(onDeletion !== undefined && { DeletionPolicy: onDeletion }),
        },
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
}

function tryFunctions(blueprint: Blueprint): void {
  const scope = scopeOf(blueprint, NOTHING_MADE);
  for (const { properties } of blueprint.resources.values()) evaluate(properties, scope);
  for (const [logicalId, part] of Object.entries(blueprint.outputs)) {
    const { Value: value, Export } = part as Section;
    const name = isSection(Export) ? (Export.Name ?? "") : Export;
    checkOutcome(logicalId, {
      value: evaluate(value ?? "", scope),
      exported: name === undefined ? undefined : evaluate(name, scope),
    });
  }
}
