import { OperatorError } from "../domain/operator-error.ts";
import {
  type Override,
  overrideKey,
  overridePrefix,
  overrideRecord,
  withNext,
  withTakenBack,
} from "../domain/override.ts";
import type { Records } from "../ports/records.ts";
import { together } from "./together.ts";

/** Overrides of every tenant of an environment that has some, by tenant. One listing, and a read for each that has. */
export async function liveOverrides(
  records: Pick<Records, "get" | "list">,
): Promise<ReadonlyMap<string, readonly Override[]>> {
  const keys = await records.list(overridePrefix);
  const found = await together(keys, 16, async (key) => {
    const stored = await records.get(key);
    return stored === undefined ? [] : overrideRecord.parse(stored.value).overrides;
  });
  const byTenant = new Map<string, Override[]>();
  for (const override of found.flat()) {
    const known = byTenant.get(override.tenant) ?? [];
    byTenant.set(override.tenant, [...known, override]);
  }
  return byTenant;
}

/** Overrides of one tenant. */
export async function overridesOf(tenant: string, records: Pick<Records, "get">): Promise<readonly Override[]> {
  const stored = await records.get(overrideKey(tenant));
  return stored === undefined ? [] : overrideRecord.parse(stored.value).overrides;
}

/** Adds an override, or puts it in the place of the one of the same aspect. */
export async function putOverride(next: Override, records: Records): Promise<void> {
  await changeOverrides(next.tenant, records, (overrides) => withNext(overrides, next));
}

/** Forgets the overrides of some operations; what other operations changed stays. */
export async function dropOverrides(tenant: string, operations: readonly string[], records: Records): Promise<void> {
  await changeOverrides(tenant, records, (overrides) =>
    overrides.filter(({ operation }) => !operations.includes(operation)),
  );
}

/**
 * Takes back the override of an operation that came to nothing.
 *
 * @param earlier overrides of before as `overridesInWords` wrote them; undefined if nobody did
 */
export async function takeBackOverride(
  { tenant, operation }: Pick<Override, "tenant" | "operation">,
  earlier: string | undefined,
  records: Records,
): Promise<void> {
  const before = earlier === undefined ? [] : overrideRecord.parse({ overrides: JSON.parse(earlier) }).overrides;
  await changeOverrides(tenant, records, (overrides) => withTakenBack(overrides, operation, before));
}

/** Overrides of one tenant as text, to be remembered before one is put in the place of another: a run may be lost in between. */
export async function overridesInWords(tenant: string, records: Pick<Records, "get">): Promise<string> {
  return JSON.stringify(await overridesOf(tenant, records));
}

/** Two that write at the same moment write one after the other. */
const tries = 5;

/** Writes what `change` makes of a tenant's overrides, over the version that was read. */
export async function changeOverrides(
  tenant: string,
  records: Records,
  change: (overrides: readonly Override[]) => readonly Override[],
): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const stored = await records.get(overrideKey(tenant));
    const before = stored === undefined ? [] : overrideRecord.parse(stored.value).overrides;
    const after = change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    // A record without overrides is as good as none, and unlike a deletion it cannot take away what somebody else just wrote.
    const condition = stored === undefined ? { ifAbsent: true as const } : { ifTag: stored.tag };
    if ((await records.put(overrideKey(tenant), { overrides: after }, condition)) !== undefined) return;
  }
  throw new OperatorError(
    "override-contended",
    `the overrides of ${tenant} are written by others all the time; try again`,
  );
}
