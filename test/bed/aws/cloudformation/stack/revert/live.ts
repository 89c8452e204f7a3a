import type { Blueprint } from "../../blueprint.ts";
import { canonical, isList, isSection, type Section, type Value } from "../../template/value.ts";
import { compareLive } from "../compare.ts";
import { recreation } from "../replacement.ts";
import type { Stack, StackResource } from "../state.ts";
import { type Ignored, ignoredBy } from "./left-alone.ts";

/** One property of a resource that somebody changed outside its stack. */
export interface DriftedProperty {
  readonly name: string;
  /** undefined: the property is not there. */
  readonly previous: Value | undefined;
  readonly actual: Value | undefined;
}

/** What a resource is like while a drift-aware change set is worked out. */
export interface Live {
  readonly status: "IN_SYNC" | "MODIFIED" | "DELETED" | "UNSUPPORTED";
  /** Properties as they are: actual values where they drifted, those of the last deployment everywhere else. */
  readonly properties: Section;
  readonly drifted: readonly DriftedProperty[];
  readonly ignored: readonly Ignored[];
  /** When it was looked at, milliseconds since the epoch. */
  readonly at: number;
}

/** By logical id. */
export type LiveStates = ReadonlyMap<string, Live>;

/**
 * Looks at every resource of a stack as it is now. Sources: "Using drift-aware change sets" in CloudFormation's user guide: types
 * without drift detection fall back to the last deployment; write-only and AWS-managed properties and foreign tag keys are left
 * alone; drift of properties that cannot be changed in place is not reconciled.
 */
export async function liveStates(
  stack: Stack,
  blueprint: Blueprint,
  where: Parameters<typeof compareLive>[2],
): Promise<LiveStates> {
  const states = new Map<string, Live>();
  for (const resource of stack.resources.values()) {
    const live = await liveState(stack, resource, { where, blueprint });
    if (live !== undefined) states.set(resource.logicalId, live);
  }
  return states;
}

async function liveState(
  stack: Stack,
  resource: StackResource,
  { where, blueprint }: { readonly where: Parameters<typeof compareLive>[2]; readonly blueprint: Blueprint },
): Promise<Live | undefined> {
  if (resource.physicalId === "") return undefined;
  const { properties, declared } = resource;
  const at = where.world.clock.now();
  const found = await compareLive(stack, resource, where);
  const none = { properties, drifted: [], ignored: [], at };
  if (found === undefined) return { ...none, status: "UNSUPPORTED" };
  if (found.actual === undefined) return { ...none, status: "DELETED" };
  const { actual } = found;
  const ignored = ignoredBy(resource, blueprint.resources.get(resource.logicalId));
  const left = new Set(ignored.map(({ Path }) => Path.split("/")[2]));
  const names = new Set(found.differences.map(({ PropertyPath }) => PropertyPath.split("/")[1] ?? ""));
  const drifted = [...names].flatMap((name): readonly DriftedProperty[] => {
    if (left.has(name)) return [];
    const [previous, is] = [
      properties[name],
      trimmed(properties[name], withoutForeignTags(properties[name], actual[name])),
    ];
    return canonical(previous ?? null) === canonical(is ?? null) ? [] : [{ name, previous, actual: is }];
  });
  const changeable = drifted.filter(({ name }) => recreation(declared.type, name) !== "yes");
  const kept = Object.entries(properties).filter(([name]) => !changeable.some((one) => one.name === name));
  const taken = changeable.flatMap(({ name, actual: is }): [string, Value][] => (is === undefined ? [] : [[name, is]]));
  return {
    status: drifted.length > 0 ? "MODIFIED" : "IN_SYNC",
    properties: Object.fromEntries([...kept, ...taken]),
    drifted: changeable,
    ignored,
    at,
  };
}

/** Only what the template sets counts, at any depth: services add defaults of their own. */
function trimmed(previous: Value | undefined, actual: Value | undefined): Value | undefined {
  if (isSection(previous) && isSection(actual))
    return Object.fromEntries(
      Object.entries(actual).flatMap(([key, value]): [string, Value][] => {
        const own = key in previous ? trimmed(previous[key], value) : undefined;
        return own === undefined ? [] : [[key, own]];
      }),
    );
  if (isList(previous) && isList(actual)) return actual.map((value, index) => trimmed(previous[index], value) ?? value);
  return actual;
}

/** Tag keys that the template does not set belong to somebody else and stay. */
function withoutForeignTags(previous: Value | undefined, actual: Value | undefined): Value | undefined {
  if (!isList(previous) || !isList(actual) || !previous.every(isTag) || previous.length === 0) return actual;
  const keys = previous.map((tag) => (isSection(tag) ? tag.Key : undefined));
  const own = actual.filter((tag) => isSection(tag) && keys.includes(tag.Key));
  // In the template's order: services give tags back in one of their own.
  return own.toSorted((a, b) => place(keys, a) - place(keys, b));
}

function isTag(value: Value): boolean {
  return isSection(value) && Object.keys(value).sort().join() === "Key,Value";
}

function place(keys: readonly (Value | undefined)[], tag: Value): number {
  return keys.indexOf(isSection(tag) ? tag.Key : undefined);
}
