/** The monthly cost report: what each tenant costs, and what the fleet could save. */
import type { Recommendation, TenantCost } from "../domain/recommendation.ts";
import { bullets, heading, marker, paragraph, table } from "./block.ts";
import { limits, render } from "./budget.ts";
import { code, link, md, small } from "./markdown.ts";

export interface CostReportInput {
  /** `2026-11` */
  readonly month: string;
  readonly tenants: readonly TenantCost[];
  readonly recommendations: readonly Recommendation[];
}

/** Title and body of the issue; `limit` in bytes, a comment's if left out. */
export function costReport(
  { month, tenants, recommendations }: CostReportInput,
  run: string,
  limit: number = limits.comment,
): { readonly title: string; readonly body: string } {
  const sum = (bound: "floor" | "ceiling"): number =>
    Math.round(tenants.reduce((total, one) => total + one.cost[bound], 0));
  const budget = tenants.reduce((total, { tenant }) => total + tenant.monthlyBudgetUsd, 0);
  const unknown = [...new Set(tenants.flatMap(({ cost }) => cost.unknown))];
  const ofFleet = recommendations.filter(({ tenant }) => tenant === undefined);
  const ofTenants = recommendations.filter(({ tenant }) => tenant !== undefined);
  const dearest = tenants.toSorted((a, b) => b.cost.ceiling - a.cost.ceiling);
  const rows = (most: number) =>
    table(
      [md`Tenant`, md`Tier`, md`USD a month`, md`Budget, USD`],
      dearest
        .slice(0, most)
        .map(({ tenant, cost }) => [
          code(tenant.name),
          md`${tenant.tier}${tenant.state === "suspended" ? " (suspended)" : ""}`,
          md`${Math.round(cost.floor)} to ${Math.round(cost.ceiling)}`,
          md`${tenant.monthlyBudgetUsd}`,
        ]),
    );
  const advice = (most: number) => [
    heading(3, md`By tenant`),
    bullets(ofTenants.slice(0, most).map(({ tenant = "", what }) => md`${code(tenant)}: ${what}`)),
    ...(ofTenants.length > most ? [paragraph(md`and ${ofTenants.length - most} more`)] : []),
  ];
  const body = render(
    {
      head: [
        paragraph(
          md`**${tenants.length} tenants cost ${sum("floor")} to ${sum("ceiling")} USD a month**, with budgets of ${budget} USD together.`,
        ),
        paragraph(
          md`Estimated from their files and ${code("infra/prices.json")}; what is paid by use (traffic, requests, logs, objects, backups) comes on top.${unknown.length === 0 ? "" : ` Not priced: ${unknown.join(", ")}.`}`,
        ),
        heading(3, md`For the whole fleet`),
        bullets([
          ...ofFleet.map(({ what }) => md`${what}`),
          md`In use already: auto scaling between two numbers of tasks, and S3 Intelligent-Tiering for every tenant's objects.`,
        ]),
      ],
      sections: [
        ...(ofTenants.length === 0
          ? []
          : [{ what: "advice", priority: 600, forms: [advice(ofTenants.length), advice(50), advice(5)] }]),
        { what: "tenants", priority: 500, forms: [[rows(tenants.length)], [rows(100)], [rows(10)]] },
      ],
      foot: [paragraph(small(md`Written by ${link("a run", run)}, once a month.`)), marker(["mate:cost"])],
      shortened: () => [paragraph(md`Shortened here; ${link("the run", run)} has it all.`)],
    },
    limit,
  );
  return { title: `Costs of ${month}`, body };
}

/** The same for whoever writes the issue of one run. */
export function costWriting(run: string): (report: CostReportInput) => ReturnType<typeof costReport> {
  return (report) => costReport(report, run);
}
