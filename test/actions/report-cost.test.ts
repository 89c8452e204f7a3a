import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellUtilization } from "../../actions/lib/adapters/aws/metrics-usage.ts";
import { toDeclarations } from "../../actions/lib/adapters/files/declarations.ts";
import { itemisedPrices } from "../../actions/lib/adapters/files/prices.ts";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { costWriting } from "../../actions/lib/report/cost-report.ts";
import { costLabel, reportCost } from "../../actions/report-cost/report-cost.ts";
import { putValue } from "../bed/aws/services/cloudwatch/metrics.ts";
import { type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { repositoryWith, sourceFile } from "../fixtures/tenants/repository.ts";
import { connectionTo, keptIssues } from "../fixtures/watched-cell.ts";

const top = new URL("../../", import.meta.url);
const template = readFileSync(new URL("infra/tenant/tenant.yml", top), "utf8");
const declarations = toDeclarations(
  readRepository([...repositoryWith({}), sourceFile("infra/tenant/tenant.yml", template)]),
);
const { issues, all } = keptIssues();
let stage: Rehearsal;

beforeAll(async () => {
  stage = await startRehearsal();
  // A value is of the whole hour before it.
  const now = stage.aws.world.clock.now();
  const put = (service: string, name: string, values: readonly number[]): void => {
    const dimensions = [
      { Name: "ClusterName", Value: "mate-production" },
      { Name: "ServiceName", Value: `mate-${service}` },
    ];
    for (const [index, value] of values.entries()) {
      const at = now - (values.length - index) * 3_600_000;
      const metric = { namespace: "AWS/ECS", name, dimensions, at, values: [value] };
      putValue(stage.aws.world, stage.root, metric);
    }
  };
  const week = (...values: readonly number[]) => Array.from({ length: 8 * 24 }, (_, hour) => values[hour % 3] ?? 0);
  put("hospital-a-production-django", "CPUUtilization", week(5, 8, 20));
  put("hospital-a-production-django", "MemoryUtilization", week(30, 31, 35));
  // Began this morning: nobody is in it yet.
  put("clinic-b-production-django", "CPUUtilization", [1, 2, 3]);
  put("clinic-b-production-django", "MemoryUtilization", [30, 31, 35]);
  put("clinic-b-production-celery", "CPUUtilization", [50, 80, 90]);
  put("clinic-b-production-celery", "MemoryUtilization", [70, 92, 80]);
});
afterAll(() => stage.stop());

async function month() {
  const { clock } = stage.aws.world;
  return await reportCost(declarations, {
    cells: (environment) => ({ utilization: cellUtilization(connectionTo(stage, environment)) }),
    cost: await itemisedPrices(top.pathname),
    issues,
    write: costWriting("https://github.com/mate-health/tenants/actions/runs/1"),
    clock: { now: () => new Date(clock.now()), sleep: (milliseconds) => clock.sleep(milliseconds) },
  });
}

describe("the monthly report", () => {
  test("finds what is oversized and what is too small in two weeks of metrics, and what is not used at all", async () => {
    const { recommendations } = await month();

    const of = (tenant: string | undefined) =>
      recommendations.filter((one) => one.tenant === tenant).map(({ what }) => what);
    expect(of("hospital-a")).toEqual([
      "may cost 1513 USD when everything has scaled out, above its budget of 1500 USD",
      "django uses 11 % of its CPU, 20 % at most: half of services.django.cpu would do",
    ]);
    expect(of("clinic-b")).toContain("celery fills its memory to 92 %: raise services.celery.memory");
    expect(of("clinic-b").filter((what) => what.startsWith("django"))).toEqual([]);
    expect(of("trial-c")).toEqual([]);
    expect(of(undefined)).toEqual([
      expect.stringMatching(
        /^tasks of services without Spot cost at least \d+ USD every month; a Compute Savings Plan/,
      ),
      expect.stringMatching(/^2 × cache\.m7g\.large/),
      expect.stringMatching(/^1 × cache\.t4g\.small/),
      expect.stringMatching(/^1 × db\.m7g\.large, Multi-AZ/),
      expect.stringMatching(/^1 × db\.t4g\.medium, single/),
    ]);
  });

  test("asks nobody to commit to what runs on Spot: a Savings Plan pays for none of it", async () => {
    const { recommendations, tenants } = await month();

    const spotless = tenants.flatMap(({ cost }) => cost.lines.filter(({ what }) => ["django", "beat"].includes(what)));
    const floor = Math.round(spotless.reduce((sum, line) => sum + line.floor, 0));
    expect(tenants.every(({ tenant }) => tenant.services.celery.spot)).toBe(true);
    expect(recommendations[0]?.what).toContain(` cost at least ${floor} USD every month`);
  });

  test("stands in one issue that is rewritten, with every tenant and its budget", async () => {
    await month();

    expect([...all.values()].map(({ label, state }) => [label, state])).toEqual([[costLabel, "open"]]);
    const [issue] = all.values();
    expect(issue?.title).toMatch(/^Costs of \d{4}-\d{2}$/);
    expect(issue?.body).toMatch(/ USD a month\*\*, with budgets of [\d,]+ USD together/);
    expect(issue?.body).toContain("| USD a month | Budget, USD |");
    for (const name of ["hospital-a", "clinic-b", "trial-c"]) expect(issue?.body).toContain(`| \`${name}\` |`);
  });
});
