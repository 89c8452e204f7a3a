/** Which releases the tenants of a plan move between. */

import type { TenantPlan } from "../domain/plan.ts";
import { table } from "./block.ts";
import type { Section } from "./budget.ts";
import { names } from "./enumeration.ts";
import { type Block, code, type Inline, md } from "./markdown.ts";
import { counted } from "./resource-area.ts";

/** Which releases the tenants move between, and in which wave, when that is more than one move or wave. */
export function releaseSections(plans: readonly TenantPlan[]): readonly Section[] {
  const moves = Map.groupBy(plans, ({ environment, wave, release }) =>
    JSON.stringify([environment, wave?.number ?? 0, release.from ?? "", release.to]),
  );
  if (moves.size < 2) return [];
  const waved = plans.some(({ wave }) => (wave?.of ?? 1) > 1);
  const rows = [...moves.values()].toSorted(
    waved ? (a, b) => orderOf(a) - orderOf(b) || b.length - a.length : (a, b) => b.length - a.length,
  );
  const form = (most: number, named: number): readonly Block[] => [
    table(
      [...(waved ? [md`Wave`] : []), md`Release`, md`Tenants`],
      rows.slice(0, most).map((same) => [
        ...(waved ? [waveOf(same)] : []),
        moveOf(same),
        md`${counted(same.length, "tenant")}: ${names(
          same.map(({ tenant }) => tenant),
          named,
        )}`,
      ]),
    ),
  ];
  return [{ what: "releases", priority: 600, forms: [form(rows.length, 12), form(10, 3)] }];
}

function orderOf([first]: readonly TenantPlan[]): number {
  return first?.wave?.number ?? Number.POSITIVE_INFINITY;
}

function waveOf([first]: readonly TenantPlan[]): Inline {
  if (first?.wave === undefined) return md`none`;
  return md`${first.wave.number} of ${first.wave.of} in ${first.environment}`;
}

function moveOf([first]: readonly TenantPlan[]): Inline {
  const { from, to } = first?.release ?? { to: "" };
  if (from === undefined) return md`starts with ${code(to)}`;
  return from === to ? md`stays ${code(to)}` : md`${code(from)} → ${code(to)}`;
}
