/** Which value of a tenant's file is behind a danger of its plan, for a mark beside the line that caused it. */
import { canonicalJson } from "./fingerprint.ts";
import type { Danger } from "./plan.ts";
import type { Tenant } from "./tenant.ts";
import { tenantStack } from "./tenant-stack.ts";

/** `["database", "engineVersion"]` */
export type ValuePath = readonly string[];

/** A value that differs between two versions of a tenant, and the stack parameters that differ because of it. */
interface ChangedValue {
  readonly path: ValuePath;
  readonly parameters: readonly string[];
}

/**
 * The changed value that is behind each danger: of several the one whose stack parameter is named most like a property that forces
 * the danger (`DatabaseEngineVersion`, `EngineVersion`). A danger that no value of the file caused, but the template or the tier, is
 * left out.
 *
 * @returns logical id → path
 */
export function dangerCauses(
  dangers: readonly Pick<Danger, "logicalId" | "because">[],
  tenants: { readonly before: Tenant; readonly after: Tenant },
  sources: Parameters<typeof tenantStack>[1],
): ReadonlyMap<string, ValuePath> {
  const changed = changedValues(tenants, sources).filter(({ parameters }) => parameters.length > 0);
  return new Map(
    dangers.flatMap(({ logicalId, because }) => {
      const [likeliest] = changed.toSorted((a, b) => likeness(b, because) - likeness(a, because));
      return likeliest === undefined ? [] : [[logicalId, likeliest.path] as const];
    }),
  );
}

function changedValues(
  { before, after }: { readonly before: Tenant; readonly after: Tenant },
  sources: Parameters<typeof tenantStack>[1],
): readonly ChangedValue[] {
  const { parameters } = tenantStack(after, sources);
  return differing(before, after, []).map(({ path, was }) => {
    const without = tenantStack(replaced(after, path, was) as Tenant, sources).parameters;
    const names = Object.keys({ ...parameters, ...without });
    return { path, parameters: names.filter((name) => parameters[name] !== without[name]) };
  });
}

/** Values that differ, lists as a whole, in the order of the later version. */
function differing(
  before: unknown,
  after: unknown,
  path: ValuePath,
): readonly { readonly path: ValuePath; readonly was: unknown }[] {
  if (isRecord(before) && isRecord(after)) {
    const names = Object.keys({ ...after, ...before });
    return names.flatMap((name) => differing(before[name], after[name], [...path, name]));
  }
  return canonicalJson(before ?? null) === canonicalJson(after ?? null) ? [] : [{ path, was: before }];
}

function replaced(value: unknown, [name, ...rest]: ValuePath, by: unknown): unknown {
  if (name === undefined) return by;
  const record = isRecord(value) ? value : {};
  return { ...record, [name]: replaced(record[name], rest, by) };
}

function likeness({ parameters }: ChangedValue, properties: readonly string[]): number {
  return Math.max(0, ...parameters.flatMap((one) => properties.map((other) => sharedEnd(one, other))));
}

/** Length of the end that two names have in common. */
function sharedEnd(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
