/** What a tenant is and what was done to it, free of names, ids and times, so that two tenants' lives can be compared. */

import type { SweepStage } from "./sweep-stage.ts";
import { tenantHistory } from "./tenant-history.ts";
import { tenantState } from "./tenant-state.ts";

/** Facts by name; a list of texts each. */
export type Facts = Readonly<Record<string, readonly string[]>>;

export interface Footprint {
  /** What is true now. */
  readonly state: Facts;
  /** What ever happened, a line for each time. */
  readonly history: Facts;
}

/** A tenant, and the release that its latest deployment was to bring. */
export interface Subject {
  readonly tenant: string;
  readonly release: string;
}

/** Reads a tenant, past HTTP, faults and gates. */
export async function footprint(stage: SweepStage, subject: Subject): Promise<Footprint> {
  return { state: await tenantState(stage, subject), history: await tenantHistory(stage, subject) };
}

/** What came of one deployment: the state after it, and what happened since. */
export function outcomeOf(before: Facts, { state, history }: Footprint): Facts {
  const since = Object.entries(history).map(([fact, lines]): [string, readonly string[]] => {
    const known = [...(before[fact] ?? [])];
    const isNew = (line: string): boolean => {
      const at = known.indexOf(line);
      if (at >= 0) known.splice(at, 1);
      return at < 0;
    };
    return [fact, lines.filter(isNew)];
  });
  return { ...state, ...Object.fromEntries(since) };
}

/** Facts that are not the same, one line each. */
export function differences(wanted: Facts, found: Facts): readonly string[] {
  return Object.keys(wanted).flatMap((fact) => {
    const [before, after] = [wanted[fact] ?? [], found[fact] ?? []];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const lacks = before.filter((line) => !after.includes(line));
    const more = after.filter((line) => !before.includes(line));
    const shown = [
      ...lacks.map((line, index) => `-${fromWhere(line, more[index])}`),
      ...more.map((line, index) => `+${fromWhere(line, lacks[index])}`),
    ];
    if (shown.length === 0) shown.push(`${before.length} → ${after.length}: ${after.join(", ")}`);
    return [`${fact}: ${shown.join(" ")}`];
  });
}

/** A line, or where it is long, what of it stands around the first difference from another. */
function fromWhere(line: string, other = ""): string {
  if (line.length <= 200) return line;
  const differs = [...line].findIndex((letter, index) => letter !== other[index]);
  const from = Math.max(0, differs - 60);
  return `${from === 0 ? "" : "…"}${line.slice(from, from + 200)}`;
}
