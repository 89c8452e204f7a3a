/** A tenant's history out of the journal, whose keys say when and whose bodies say what. */
import * as z from "zod";
import type { FleetOperation } from "./fleet-status.ts";

/** `journal/2026/11/`: prefixes of the entries of this month and the last, in UTC. */
export function journalPrefixes(now: Date): readonly string[] {
  const month = (back: number): string => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    return `journal/${first.toISOString().slice(0, 7).replace("-", "/")}/`;
  };
  return [month(1), month(0)];
}

/**
 * Keys of the newest entries of each tenant, newest day first. A key says the day and not the time, so the last day counts whole: which of
 * its entries are the newest their bodies tell. A key ends with its tenant's name; where names end alike, as `b` and `a-b` do, the longest
 * that fits is meant.
 *
 * @param enough how many of one tenant; more only of one day
 */
export function newestEntries(
  keys: readonly string[],
  tenants: readonly string[],
  enough: number,
): ReadonlyMap<string, readonly string[]> {
  const names = new Set(tenants);
  const found = new Map<string, string[]>();
  for (const key of keys.toSorted().toReversed()) {
    const owner = ownerOf(key, names);
    if (owner === undefined) continue;
    const mine = found.get(owner) ?? [];
    if (mine.length < enough || dayOf(mine.at(-1) ?? "") === dayOf(key)) found.set(owner, [...mine, key]);
  }
  return found;
}

/** `journal/2026/11/27` */
function dayOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/"));
}

function ownerOf(key: string, names: ReadonlySet<string>): string | undefined {
  const words = key
    .slice(key.lastIndexOf("/") + 1)
    .replace(/\.json$/, "")
    .split("-");
  for (let first = 0; first < words.length; first++) {
    const name = words.slice(first).join("-");
    if (names.has(name)) return name;
  }
  return undefined;
}

/** What every writer of the journal says; the rest of an entry is its own. */
const entry = z.looseObject({
  operation: z.string(),
  verb: z.string(),
  tenant: z.string(),
  actor: z.string().default("unknown"),
  at: z.string(),
  outcome: z.string().default("unknown"),
  confirmedBy: z.string().optional(),
  pull: z.int().optional(),
  reason: z.string().optional(),
  run: z.string().optional(),
});

/** An entry as a line of history; undefined if it is of another form. */
export function historyLine(value: unknown): (FleetOperation & { readonly tenant: string }) | undefined {
  const read = entry.safeParse(value);
  if (!read.success || Number.isNaN(Date.parse(read.data.at))) return undefined;
  const { operation, verb, tenant, actor, at, outcome, confirmedBy, pull, reason, run } = read.data;
  return {
    ...{ id: operation, verb, tenant, actor, outcome },
    at: new Date(at).toISOString(),
    ...(confirmedBy !== undefined && { confirmedBy }),
    ...(pull !== undefined && { pull }),
    ...(reason !== undefined && { reason }),
    ...(run !== undefined && { run }),
  };
}
