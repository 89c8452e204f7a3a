import type { MadeResource } from "../../kernel.ts";
import type { Blueprint, DeclaredResource } from "../blueprint.ts";
import { refuse } from "../template/read.ts";
import { references } from "../template/references.ts";
import { canonical, type Section, type Value } from "../template/value.ts";
import { attributeDetails, previewMetadata } from "./attribute-details.ts";
import { type Detail, type Replacement, replacementOf } from "./details.ts";
import { masked } from "./masking.ts";
import { KNOWN_AFTER_APPLY, type Planning, type PlanParts, preview } from "./preview.ts";
import { propertyDetails } from "./property-details.ts";
import { NESTED } from "./replacement.ts";
import type { ChangeDrift } from "./revert/plan-revert.ts";
import type { Stack, StackOptions, StackResource } from "./state.ts";

export interface PlannedChange {
  readonly action: "Add" | "Modify" | "Remove" | "Import" | "SyncWithActual";
  readonly declared: DeclaredResource;
  readonly physicalId: string | undefined;
  readonly replacement: Replacement | undefined;
  readonly details: readonly Detail[];
  /** Properties by name, resolved; for the description with values. */
  readonly before: Section | undefined;
  readonly after: Section | undefined;
  /** What AWS shows beside the properties: metadata, and the policies that are stated. */
  readonly around: { readonly before: Section; readonly after: Section };
  /** ARN of the change set of a nested stack. */
  readonly changeSetId?: string;
  /** In drift-aware change sets only. */
  readonly drift?: ChangeDrift;
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

/** The same plan, with additions of resources that exist turned into imports of them. */
export function withImports(plan: Plan, existing: ReadonlyMap<string, MadeResource>): Plan {
  const changes = plan.changes.map((change): PlannedChange => {
    const made = change.action === "Add" ? existing.get(change.declared.logicalId) : undefined;
    return made === undefined ? change : { ...change, action: "Import", physicalId: made.physicalId };
  });
  return { ...plan, changes };
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
      around: { before: {}, after: around(declared, previewMetadata(planning, declared)) },
    };
  }
  if (resource.declared.type !== type)
    refuse(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`,
    );
  const after = await preview(planning, declared);
  const details = [
    ...attributeDetails(planning, resource, declared),
    ...propertyDetails(planning, { resource, declared, after }),
  ];
  if (type === NESTED)
    details.push({
      target: { attribute: "Properties", recreation: "Never" },
      evaluation: "Dynamic",
      source: "Automatic",
      shown: "both",
    });
  if (details.length === 0) return undefined;
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
    around: {
      before: around(resource.declared, resource.metadata),
      after: around(declared, previewMetadata(planning, declared)),
    },
  };
}

function around({ stated }: DeclaredResource, metadata: Value | undefined): Section {
  return { ...(metadata !== undefined && { Metadata: metadata }), ...stated };
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
    around: { before: around(declared, resource.metadata), after: {} },
  };
}

function differsOtherwise({ stack, blueprint, options }: PlanParts): boolean {
  const was = stack.blueprint;
  if (was === undefined) return true;
  if (canonical(was.outputs) !== canonical(blueprint.outputs)) return true;
  return outputParameters(was) !== outputParameters(blueprint) || surroundings(stack.options) !== surroundings(options);
}

/** What belongs to the stack itself and can be updated without any resource. */
function surroundings({ tags, notificationArns, rollbackConfiguration }: StackOptions): string {
  return canonical([
    tags.map(({ Key, Value }) => [Key, Value]),
    notificationArns,
    JSON.stringify(rollbackConfiguration),
  ]);
}

/** Values of the parameters that outputs read. */
function outputParameters({ outputs, parameters, conditions }: Blueprint): string {
  const read = references(outputs, conditions).flatMap(({ to }) => parameters.get(to) ?? []);
  return canonical(read.map(({ name, value }) => [name, value]));
}
