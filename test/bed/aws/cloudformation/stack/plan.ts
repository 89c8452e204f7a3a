import { AwsError, type Call, type World } from "../../kernel.ts";
import { type Blueprint, type DeclaredResource, type Lookups, scopeOf } from "../blueprint.ts";
import { isTaggable } from "../resources/facts.ts";
import { evaluate } from "../template/evaluate.ts";
import { refuse } from "../template/read.ts";
import { references } from "../template/references.ts";
import {
  canonical,
  type Evaluated,
  holdsUnknown,
  type Section,
  settled,
  UNKNOWN,
  type Value,
} from "../template/value.ts";
import { type Cause, type Detail, detailsOf, type PropertyChange, type Replacement, replacementOf } from "./details.ts";
import { withDynamicReferences } from "./dynamic-references.ts";
import { exportsOf } from "./exports.ts";
import { masked } from "./masking.ts";
import { NESTED } from "./replacement.ts";
import { attributeOf } from "./resolve.ts";
import type { Stack, StackResource, Tag } from "./state.ts";

/** What stands in a context for a value that only exists after the change set has been executed. */
export const KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}";

export interface PlannedChange {
  readonly action: "Add" | "Modify" | "Remove";
  readonly declared: DeclaredResource;
  readonly physicalId: string | undefined;
  readonly replacement: Replacement | undefined;
  readonly details: readonly Detail[];
  /** Properties by name, resolved; for the description with values. */
  readonly before: Section | undefined;
  readonly after: Section | undefined;
}

/** What a change set would do. */
export interface Plan {
  /** In AWS's order: alphabetical, a longer id before its own prefix. */
  readonly changes: readonly PlannedChange[];
  /** Why the description with values may not be complete. */
  readonly warnings: readonly string[];
  /** Outputs, stack tags or options differ, so there is something to execute even without changes of resources. */
  readonly otherwise: boolean;
}

export interface PlanParts {
  readonly stack: Stack;
  readonly blueprint: Blueprint;
  readonly tags: readonly Tag[];
  readonly world: World;
  readonly call: Call;
}

/** Compares a stack as it is with a blueprint, as CreateChangeSet does. */
export async function planChanges(parts: PlanParts): Promise<Plan> {
  const { stack, blueprint } = parts;
  const planning: Planning = { ...parts, fates: new Map(), warnings: [] };
  const changes: PlannedChange[] = [];
  for (const declared of inDependencyOrder(blueprint)) {
    const change = await planResource(planning, declared);
    if (change !== undefined) changes.push(change);
  }
  for (const resource of stack.resources.values()) {
    if (!blueprint.resources.has(resource.logicalId)) changes.push(removal(stack, resource));
  }
  changes.sort((a, b) => order(a.declared.logicalId, b.declared.logicalId));
  return { changes, warnings: planning.warnings, otherwise: differsOtherwise(parts) };
}

/** What becomes of a resource, for those that read it. */
type Fate = "added" | "replaced" | "maybe replaced" | "modified";

interface Planning extends PlanParts {
  readonly fates: Map<string, Fate>;
  readonly warnings: string[];
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  if (a.startsWith(b)) return -1;
  if (b.startsWith(a)) return 1;
  return a < b ? -1 : 1;
}

function inDependencyOrder({ resources }: Blueprint): readonly DeclaredResource[] {
  const ordered = new Map<string, DeclaredResource>();
  const visit = (declared: DeclaredResource): void => {
    if (ordered.has(declared.logicalId)) return;
    for (const need of declared.needs) {
      const other = resources.get(need);
      if (other !== undefined) visit(other);
    }
    ordered.set(declared.logicalId, declared);
  };
  for (const declared of resources.values()) visit(declared);
  return [...ordered.values()];
}

async function planResource(planning: Planning, declared: DeclaredResource): Promise<PlannedChange | undefined> {
  const { stack, fates } = planning;
  const { logicalId, type } = declared;
  const resource = stack.resources.get(logicalId);
  if (resource === undefined) {
    fates.set(logicalId, "added");
    const after = masked(await preview(planning, declared), declared, planning.blueprint);
    return {
      action: "Add",
      declared,
      physicalId: undefined,
      replacement: undefined,
      details: [],
      before: undefined,
      after,
    };
  }
  if (resource.declared.type !== type)
    refuse(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
    );
  const after = await preview(planning, declared);
  const details = [
    ...attributeDetails(planning, resource, declared),
    ...(await propertyDetails(planning, { resource, declared, after })),
  ];
  if (type === NESTED)
    details.push({
      target: { attribute: "Properties", recreation: "Never" },
      evaluation: "Dynamic",
      source: "Automatic",
      shown: "both",
    });
  if (details.every(({ target }) => target.attribute.endsWith("Policy"))) return undefined;
  const replacement = replacementOf(details);
  fates.set(
    logicalId,
    replacement === "True" ? "replaced" : replacement === "Conditional" ? "maybe replaced" : "modified",
  );
  return {
    action: "Modify",
    declared,
    physicalId: resource.physicalId,
    replacement,
    details,
    before: masked(resource.properties, resource.declared, stack.blueprint),
    after: masked(after, declared, planning.blueprint),
  };
}

function removal(stack: Stack, resource: StackResource): PlannedChange {
  const { declared, physicalId, properties } = resource;
  const among = stack.blueprint?.resources;
  const before = Object.entries(properties).map(([name, value]): [string, Value] => {
    const made = references(declared.properties[name] ?? "").some(({ to }) => among?.has(to) === true);
    return [name, made ? KNOWN_AFTER_APPLY : value];
  });
  const shown = masked(Object.fromEntries(before), declared, stack.blueprint);
  return {
    action: "Remove",
    declared,
    physicalId,
    replacement: undefined,
    details: [],
    before: shown,
    after: undefined,
  };
}

/** Properties as they would be: present values of what stays, KNOWN_AFTER_APPLY for what is made anew. */
async function preview(planning: Planning, declared: DeclaredResource): Promise<Section> {
  const scope = scopeOf(planning.blueprint, previewLookups(planning), true);
  const entries: [string, Value][] = [];
  for (const [name, value] of Object.entries(declared.properties)) {
    let result: Evaluated;
    try {
      result = evaluate({ only: value }, scope);
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      planning.warnings.push(
        `ChangeSet creation failed for resource [${declared.logicalId}] because: ${cause.message}`,
      );
      result = { only: UNKNOWN };
    }
    if (holdsUnknown(result)) entries.push([name, KNOWN_AFTER_APPLY]);
    else {
      const { only } = settled(result) as { readonly only?: Value };
      if (only !== undefined) entries.push([name, await withDynamicReferences(only, "plain", planning)]);
    }
  }
  return Object.fromEntries(entries);
}

function previewLookups({ stack, fates, world, call }: Planning): Lookups {
  const present = (logicalId: string): StackResource | undefined => {
    const fate = fates.get(logicalId);
    return fate === "added" || fate === "replaced" ? undefined : stack.resources.get(logicalId);
  };
  return {
    ref: (logicalId) => present(logicalId)?.physicalId ?? UNKNOWN,
    attribute: (logicalId, name) => {
      const resource = present(logicalId);
      return resource === undefined ? UNKNOWN : attributeOf(resource, name);
    },
    importValue: (name) => exportsOf({ world, call }).get(name)?.value ?? refuse(`No export named ${name}`),
  };
}

interface Comparison {
  readonly resource: StackResource;
  readonly declared: DeclaredResource;
  readonly after: Section;
}

async function propertyDetails(
  planning: Planning,
  { resource, declared, after }: Comparison,
): Promise<readonly Detail[]> {
  const before = resource.properties;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const change: PropertyChange = {
      type: declared.type,
      name,
      before: before[name],
      after: after[name],
      causes: causesOf(planning, declared.properties[name] ?? ""),
    };
    const shown = (value: Section): Value | undefined => masked(value, declared, planning.blueprint)[name];
    return detailsOf(change, KNOWN_AFTER_APPLY).map((detail) => ({
      ...detail,
      target: { ...detail.target, before: shown(before), after: shown(after) },
    }));
  });
}

function causesOf({ stack, blueprint, fates }: Planning, value: Value): readonly Cause[] {
  return references(value, blueprint.conditions).flatMap(({ to, attribute }): readonly Cause[] => {
    const parameter = attribute === undefined ? blueprint.parameters.get(to) : undefined;
    if (parameter !== undefined) {
      const was = stack.blueprint?.parameters.get(to);
      // A stored value that changed counts as a change of the property itself.
      const changed = was === undefined || was.text !== parameter.text;
      return changed ? [{ kind: "parameter", entity: to }] : [];
    }
    const fate = fates.get(to);
    if (fate === undefined) return [];
    return [
      {
        kind: attribute === undefined ? "resource" : "attribute",
        entity: attribute === undefined ? to : `${to}.${attribute}`,
        fate,
      },
    ];
  });
}

/** Changes of what surrounds the properties: metadata, policies, and the stack's tags. */
function attributeDetails(planning: Planning, resource: StackResource, declared: DeclaredResource): readonly Detail[] {
  const was = resource.declared;
  const found: Detail[] = [];
  const add = (attribute: Detail["target"]["attribute"], changed: boolean): void => {
    if (!changed) return;
    const target = { attribute, recreation: "Never" as const };
    found.push({ target, evaluation: "Static", source: "DirectModification", shown: "both" });
  };
  add("CreationPolicy", canonical(was.creationPolicy ?? null) !== canonical(declared.creationPolicy ?? null));
  add("DeletionPolicy", was.deletionPolicy !== declared.deletionPolicy);
  found.push(...metadataDetails(planning, resource, declared));
  const tags = (list: readonly Tag[]): string => canonical(list.map(({ Key, Value }) => [Key, Value]));
  add("Tags", isTaggable(declared.type) && tags(planning.stack.options.tags) !== tags(planning.tags));
  add("UpdatePolicy", canonical(was.updatePolicy ?? null) !== canonical(declared.updatePolicy ?? null));
  add("UpdateReplacePolicy", was.updateReplacePolicy !== declared.updateReplacePolicy);
  return found;
}

function metadataDetails(planning: Planning, resource: StackResource, declared: DeclaredResource): readonly Detail[] {
  const raw = declared.metadata;
  const after = raw === undefined ? undefined : evaluate(raw, scopeOf(planning.blueprint, previewLookups(planning)));
  const now: Value = after === undefined ? null : holdsUnknown(after) ? KNOWN_AFTER_APPLY : settled(after);
  if (canonical(now) === canonical(resource.metadata ?? null)) return [];
  const target = { attribute: "Metadata" as const, recreation: "Never" as const };
  const parameters = causesOf(planning, raw ?? "").filter(({ kind }) => kind === "parameter");
  if (parameters.length === 0) return [{ target, evaluation: "Static", source: "DirectModification", shown: "both" }];
  return [
    ...parameters.map(
      ({ entity }): Detail => ({
        target,
        evaluation: "Static",
        source: "ParameterReference",
        causing: entity,
        shown: "both",
      }),
    ),
    { target, evaluation: "Dynamic", source: "DirectModification", shown: "both" },
  ];
}

function differsOtherwise({ stack, blueprint, tags }: PlanParts): boolean {
  const was = stack.blueprint;
  if (was === undefined) return true;
  if (canonical(was.outputs) !== canonical(blueprint.outputs)) return true;
  const settledParts = (outputs: Blueprint): string => canonical(outputs.outputs) + outputParameters(outputs);
  return settledParts(was) !== settledParts(blueprint) || canonicalTags(stack.options.tags) !== canonicalTags(tags);
}

function canonicalTags(tags: readonly Tag[]): string {
  return canonical(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Values of the parameters that outputs read. */
function outputParameters({ outputs, parameters, conditions }: Blueprint): string {
  const read = references(outputs, conditions).flatMap(({ to }) => parameters.get(to) ?? []);
  return canonical(read.map(({ name, value }) => [name, value]));
}
