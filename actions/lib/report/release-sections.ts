/** Which releases the tenants of a plan move between. */

import type { TenantPlan } from "../domain/plan.ts";
import { table } from "./block.ts";
import type { Section } from "./budget.ts";
import { names } from "./enumeration.ts";
import { type Block, code, md } from "./markdown.ts";
import { counted } from "./resource-area.ts";

/** Which releases the tenants move between, when that is more than one move. */
export function releaseSections(plans: readonly TenantPlan[]): readonly Section[] {
  const moves = Map.groupBy(plans, ({ release }) => JSON.stringify([release.from ?? "", release.to]));
  if (moves.size < 2) return [];
  const rows = [...moves.values()].toSorted((a, b) => b.length - a.length);
  const form = (most: number, named: number): readonly Block[] => [
    table(
      [md`Release`, md`Tenants`],
      rows.slice(0, most).map((same) => {
        const { from, to } = same[0]?.release ?? { to: "" };
        const move =
          from === undefined
            ? md`starts with ${code(to)}`
            : from === to
              ? md`stays ${code(to)}`
              : md`${code(from)} → ${code(to)}`;
        return [
          move,
          md`${counted(same.length, "tenant")}: ${names(
            same.map(({ tenant }) => tenant),
            named,
          )}`,
        ];
      }),
    ),
  ];
  return [{ what: "releases", priority: 600, forms: [form(rows.length, 12), form(10, 3)] }];
}
