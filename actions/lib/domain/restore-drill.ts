/** Restores for practice: whose turn it is, and what the last one proved. */
import * as z from "zod";

/** `operations/drills/hospital-a.json`: the tenant's last drill. */
export const drillRecord = z.strictObject({
  tenant: z.string(),
  operation: z.string(),
  run: z.string(),
  at: z.iso.datetime(),
  /** `running` until it ended; a drill that stays so was lost, and left an instance behind. */
  outcome: z.literal(["running", "passed", "failed"]),
  cause: z.string().exactOptional(),
  /** The moment the restored data is of. */
  restoredTo: z.iso.datetime().exactOptional(),
  /** From the wish for the database until it is proved to be readable, in minutes. */
  rtoMinutes: z.number().exactOptional(),
  /** Minutes of data that would have been lost. */
  rpoMinutes: z.number().exactOptional(),
  /** Milliseconds of each phase. */
  phases: z.record(z.string(), z.number()),
  /** What the running release found in it, as JSON. */
  found: z.string().exactOptional(),
  /** Earlier drills, newest first. */
  earlier: z.array(z.strictObject({ at: z.string(), outcome: z.string(), rtoMinutes: z.number().exactOptional() })),
});

export type DrillRecord = Readonly<z.infer<typeof drillRecord>>;

export const drillPrefix = "operations/drills/";

export function drillKey(tenant: string): string {
  return `${drillPrefix}${tenant}.json`;
}

/** How long a drill can take; one that began earlier and did not end was lost. */
const longestMs = 8 * 3_600_000;

/**
 * The tenant whose turn it is: one whose drill was lost, so that what it left behind is removed; then those never drilled, by name; then the
 * one drilled longest ago. Undefined only of no tenants at all, or when every drill is still running.
 */
export function nextToDrill(
  tenants: readonly string[],
  last: ReadonlyMap<string, Pick<DrillRecord, "at" | "outcome">>,
  now: Date,
): string | undefined {
  const rank = (tenant: string): readonly [number, string] | undefined => {
    const drill = last.get(tenant);
    if (drill === undefined) return [1, tenant];
    if (drill.outcome !== "running") return [2, `${drill.at} ${tenant}`];
    return now.getTime() - Date.parse(drill.at) > longestMs ? [0, tenant] : undefined;
  };
  return tenants
    .flatMap((tenant) => {
      const own = rank(tenant);
      return own === undefined ? [] : [{ tenant, own }];
    })
    .sort((a, b) => a.own[0] - b.own[0] || (a.own[1] < b.own[1] ? -1 : 1))
    .at(0)?.tenant;
}

/** The history with the drill before this one at its head; two years of monthly ones. */
export function earlierDrills(before: DrillRecord | undefined): DrillRecord["earlier"] {
  if (before === undefined) return [];
  const { at, outcome, rtoMinutes } = before;
  return [{ at, outcome, ...(rtoMinutes !== undefined && { rtoMinutes }) }, ...before.earlier].slice(0, 24);
}
