/** What a new tenant's pull request says of itself. The plan's comment says the rest. */

import type { MonthlyCost } from "../domain/cost.ts";
import type { Tenant } from "../domain/tenant.ts";
import { bullets, document, paragraph, table } from "./block.ts";
import { code, md, strong } from "./markdown.ts";
import { clip, oneLine } from "./visible.ts";

/**
 * Title and body of the pull request that adds a tenant.
 *
 * @param request.address where the tenant will be reached
 * @param request.by login of who filled the form in; undefined for the person who opens it
 */
export function provisionPull(request: {
  readonly tenant: Tenant;
  readonly cost: MonthlyCost;
  readonly address: string;
  readonly by?: string;
}): { readonly title: string; readonly body: string } {
  const { tenant, cost, address, by } = request;
  const title = clip(oneLine(`Add ${tenant.name} (${tenant.tier}, ${tenant.environment})`), 200);
  const body = document([
    paragraph(
      md`${strong(tenant.displayName)} becomes tenant ${code(tenant.name)} of tier ${tenant.tier} in ${tenant.environment}, at ${code(address)}.`,
    ),
    paragraph(
      md`Estimated cost: **${monthly(cost)}** a month; budget ${tenant.monthlyBudgetUsd} USD.${cost.unknown.length === 0 ? "" : ` Not priced: ${cost.unknown.join(", ")}.`}`,
    ),
    table(
      [md`What`, md`USD a month`],
      cost.lines.map((line) => [md`${line.what}`, md`${range(line.floor, line.ceiling)}`]),
    ),
    bullets([
      md`The plan in the comment below lists everything that will be created.`,
      md`Merging creates network, database and keys, migrates the database and starts the services.`,
      ...(by === undefined ? [] : [md`Asked for by ${by} with the provision form.`]),
    ]),
  ]);
  return { title, body };
}

/** `118 to 166 USD`, or one figure when nothing scales by itself. */
export function monthly({ floor, ceiling }: Pick<MonthlyCost, "floor" | "ceiling">): string {
  return `${range(floor, ceiling)} USD`;
}

function range(floor: number, ceiling: number): string {
  const [low, high] = [floor, ceiling].map((usd) => usd.toFixed(usd < 10 ? 2 : 0));
  return low === high ? String(low) : `${low} to ${high}`;
}
