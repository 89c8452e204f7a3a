import { canonical, type Section, type Value } from "../../template/value.ts";
import { type Detail, replacementOf } from "../details.ts";
import { leaves, valueAt } from "../leaves.ts";
import { masked } from "../masking.ts";
import { type Plan, type PlannedChange, planChanges } from "../plan.ts";
import { type Fate, type PlanParts, preview } from "../preview.ts";
import { recreation } from "../replacement.ts";
import type { ChangeSet, Stack, StackResource } from "../state.ts";
import type { Ignored } from "./left-alone.ts";
import { type Live, type LiveStates, liveStates } from "./live.ts";

/** What a drift-aware change set says about the drift of a resource that it changes. */
export interface ChangeDrift {
  readonly status: Live["status"];
  readonly ignored: readonly Ignored[];
  /** Properties of the last deployment; only where the resource drifted. */
  readonly previous?: Section;
}

/** What a change set does: compared with what there is if it is to revert drift, with the last deployment otherwise. */
export async function planFor(changeSet: ChangeSet, parts: PlanParts): Promise<Plan> {
  if (!changeSet.revertsDrift) return planChanges(parts);
  changeSet.live = await liveStates(parts.stack, parts.blueprint, parts);
  return planRevert(parts, changeSet.live);
}

/**
 * Compares a stack as it really is with a blueprint, as CreateChangeSet does with DeploymentMode REVERT_DRIFT: what was deleted is
 * added again, what drifted is changed to what the blueprint says, and what the blueprint now says as it is becomes SyncWithActual.
 */
export async function planRevert(parts: PlanParts, live: LiveStates): Promise<Plan> {
  const { stack, blueprint } = parts;
  const real = asItIs(stack, live, blueprint.resources);
  const plan = await planChanges({ ...parts, stack: real });
  const fates = new Map(plan.changes.flatMap((change) => fateOf(change)));
  const told = plan.changes.map((change) => withDrift(change, stack, live));
  const changes: PlannedChange[] = [];
  for (const change of told) changes.push(await withSyncs(change, { ...parts, stack: real }, { live, fates }));
  const changed = new Set(changes.map(({ declared }) => declared.logicalId));
  for (const resource of real.resources.values()) {
    if (changed.has(resource.logicalId)) continue;
    const bare = unchanged(resource, stack, live);
    const synced = bare === undefined ? undefined : await withSyncs(bare, { ...parts, stack: real }, { live, fates });
    if (synced !== undefined && synced.details.length > 0) changes.push(synced);
  }
  changes.sort((a, b) => (a.declared.logicalId < b.declared.logicalId ? -1 : 1));
  return { ...plan, changes };
}

/** The stack with its resources as they are: without those that are gone and are to be made again. */
function asItIs(stack: Stack, live: LiveStates, wanted: ReadonlyMap<string, unknown>): Stack {
  const resources = new Map<string, StackResource>();
  for (const [logicalId, resource] of stack.resources) {
    const now = live.get(logicalId);
    if (now?.status === "DELETED" && wanted.has(logicalId)) continue;
    resources.set(logicalId, now === undefined ? resource : { ...resource, properties: now.properties });
  }
  return { ...stack, resources };
}

function fateOf({ action, declared, replacement }: PlannedChange): readonly (readonly [string, Fate])[] {
  if (action === "Add") return [[declared.logicalId, "added"]];
  if (action !== "Modify") return [];
  const fate = replacement === "True" ? "replaced" : replacement === "Conditional" ? "maybe replaced" : "modified";
  return [[declared.logicalId, fate]];
}

function withDrift(change: PlannedChange, stack: Stack, live: LiveStates): PlannedChange {
  const now = live.get(change.declared.logicalId);
  if (now === undefined) return change;
  const resource = stack.resources.get(change.declared.logicalId);
  const details = change.details.map((detail) => compared(detail, now));
  return {
    ...change,
    details,
    ...(now.status === "DELETED" && resource !== undefined && { physicalId: resource.physicalId }),
    drift: driftOf(now, resource, stack),
  };
}

function driftOf(now: Live, resource: StackResource | undefined, stack: Stack): ChangeDrift {
  const drifted = now.status === "MODIFIED" || now.status === "DELETED";
  return {
    status: now.status,
    ignored: now.ignored,
    ...(drifted &&
      resource !== undefined && { previous: masked(resource.properties, resource.declared, stack.blueprint) }),
  };
}

/** With how the place that a detail is about drifted. */
function compared(detail: Detail, now: Live): Detail {
  const { attribute, name, within = [] } = detail.target;
  if (attribute !== "Properties" || name === undefined) return detail;
  const drifted = now.drifted.find((one) => one.name === name);
  const remembered = now.status === "UNSUPPORTED" || now.ignored.some(({ Path }) => Path === `/Properties/${name}`);
  const from = remembered ? "PREVIOUS_DEPLOYMENT_STATE" : "ACTUAL_STATE";
  const previous = drifted === undefined ? undefined : valueAt(drifted.previous, within);
  const actual = drifted === undefined ? undefined : valueAt(drifted.actual, within);
  const moved = drifted !== undefined && canonical(previous ?? null) !== canonical(actual ?? null);
  return { ...detail, compared: { from, ...(moved && { drift: { previous, actual, at: now.at } }) } };
}

function unchanged(resource: StackResource, stack: Stack, live: LiveStates): PlannedChange | undefined {
  const now = live.get(resource.logicalId);
  const declared = stack.resources.get(resource.logicalId)?.declared;
  if (now === undefined || declared === undefined || now.drifted.length === 0) return undefined;
  return {
    action: "SyncWithActual",
    declared,
    physicalId: resource.physicalId,
    replacement: undefined,
    details: [],
    before: masked(resource.properties, declared, stack.blueprint),
    after: masked(resource.properties, declared, stack.blueprint),
    around: { before: {}, after: {} },
    drift: driftOf(now, stack.resources.get(resource.logicalId), stack),
  };
}

/** Adds what drifted to just what the blueprint says now: nothing happens to it but that it counts as deployed. */
async function withSyncs(
  change: PlannedChange,
  parts: PlanParts,
  { live, fates }: { readonly live: LiveStates; readonly fates: Map<string, Fate> },
): Promise<PlannedChange> {
  const { logicalId, type } = change.declared;
  const now = live.get(logicalId);
  const next = parts.blueprint.resources.get(logicalId);
  if (now === undefined || next === undefined || now.status !== "MODIFIED") return change;
  const after = await preview({ ...parts, fates, warnings: [] }, next);
  const syncs = now.drifted.flatMap(({ name, previous, actual }): readonly Detail[] => {
    if (canonical(after[name] ?? null) !== canonical(actual ?? null)) return [];
    return leaves({ type, name, before: previous, after: actual }).map((leaf) =>
      sync(leaf, type, { name, at: now.at }),
    );
  });
  const details = [...change.details, ...syncs];
  const replacement = change.action === "Modify" ? replacementOf(change.details) : change.replacement;
  return { ...change, details, replacement };
}

function sync(
  leaf: { readonly path: string; readonly before: Value | undefined; readonly after: Value | undefined },
  type: string,
  { name, at }: { readonly name: string; readonly at: number },
): Detail {
  const recreates = { yes: "Always", maybe: "Conditionally", no: "Never" } as const;
  return {
    target: {
      attribute: "Properties",
      name,
      recreation: recreates[recreation(type, name)],
      before: leaf.after,
      after: leaf.after,
      path: leaf.path,
    },
    evaluation: "Static",
    source: "NoModification",
    shown: "both",
    compared: { from: "ACTUAL_STATE", drift: { previous: leaf.before, actual: leaf.after, at } },
  };
}
