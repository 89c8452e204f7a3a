/** What the estimate counts is what the template makes: nothing that is paid for every month by the piece is forgotten. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { costShape, monthlyCost, priceList } from "../../actions/lib/domain/cost.ts";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { repositoryWith } from "../fixtures/tenants/repository.ts";
import { tenantDocument, tenantTiers } from "./templates.ts";

const { tenants } = readRepository(repositoryWith({}));
const prices = priceList.parse(JSON.parse(readFileSync(new URL("../../infra/prices.json", import.meta.url), "utf8")));

test.for(tenantTiers)("of a tenant of the %s tier: keys, secrets, alarms, dashboard, load balancer", (tier) => {
  const resources = Object.values(section(tenantDocument(tier), "Resources")) as unknown as readonly {
    readonly Type: string;
    readonly Properties: Section;
  }[];
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  const tenant = [...tenants.values()].find((one) => one.tenant.tier === tier)?.tenant;
  if (tenant === undefined) throw new Error(`the repository has no ${tier} tenant`);

  // An alarm over an expression is paid for by the metrics in it; RDS keeps the master password in a secret of its own.
  const metrics = of("AWS::CloudWatch::Alarm").map(({ Properties: { Metrics } }) =>
    Array.isArray(Metrics) ? Metrics.filter((metric) => (metric as Section).MetricStat !== undefined).length : 1,
  );
  expect(costShape(tenant, { region: "us-east-1", architecture: "x86" })).toMatchObject({
    keys: of("AWS::KMS::Key").length,
    secrets: of("AWS::SecretsManager::Secret").length + of("AWS::RDS::DBInstance").length,
    alarmMetrics: metrics.reduce((sum, one) => sum + one, 0),
    dashboards: of("AWS::CloudWatch::Dashboard").length,
    loadBalancers: of("AWS::ElasticLoadBalancingV2::LoadBalancer").length,
  });
});

test("a region without prices is unknown, and costs nothing that could be taken for an answer", () => {
  const [tenant] = [...tenants.values()];
  if (tenant === undefined) throw new Error("the repository has tenants");

  const cost = monthlyCost(costShape(tenant.tenant, { region: "eu-central-1", architecture: "x86" }), prices);

  expect(cost).toMatchObject({ lines: [], unknown: ["prices in eu-central-1"] });
});
