import { describe, expect, test } from "vitest";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { repositoryWith } from "../fixtures/tenants/repository.ts";
import { metricsOf } from "./dashboard-metrics.ts";
import { dashboardPicture } from "./dashboard-picture.ts";
import { resolved } from "./role-policies.ts";
import { specialised, type TenantTier, tenantDocument, tenantTiers } from "./templates.ts";

interface Metric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Widget = {
  readonly type: string;
  readonly properties: {
    readonly metrics?: readonly (readonly unknown[])[];
    readonly markdown?: string;
    readonly query?: string;
  };
};

function dashboard(tier: TenantTier, values = {}): string {
  const document = tenantDocument(tier, values);
  const { Properties } = section(document, "Resources").Dashboard as { readonly Properties: Section };
  return String(resolved(Properties.DashboardBody ?? "", document));
}

function widgets(tier: TenantTier, values = {}): readonly Widget[] {
  return (JSON.parse(dashboard(tier, values)) as { readonly widgets: readonly Widget[] }).widgets;
}

function metrics(tier: TenantTier): readonly Metric[] {
  return widgets(tier).flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap((row) => {
      const { name, of } = metricsOf(row);
      return of.map((dimensions) => ({ name, dimensions }));
    }),
  );
}

const stems: Readonly<Record<TenantTier, string>> = {
  enterprise: "mate-hospital-a-production",
  standard: "mate-clinic-b-production",
  trial: "mate-trial-c-production",
};

describe.for(tenantTiers)("the dashboard of the %s tier", (tier) => {
  const stem = stems[tier];
  const service = { ClusterName: "mate-production", ServiceName: `${stem}-django` };
  const balancer = { LoadBalancer: "app/mate-LoadB-1A2B3C/0123456789abcdef" };
  const shared = tier === "trial" ? "mate-trial-production" : stem;
  const database = { DBInstanceIdentifier: shared };
  const redis = { CacheClusterId: `${shared}-001` };

  // The operator's list of key metrics to monitor.
  test.for<readonly [string, string, Metric["dimensions"]]>([
    ["ECS CPU utilization", "AWS/ECS CPUUtilization", service],
    ["ECS memory utilization", "AWS/ECS MemoryUtilization", service],
    ["task count", "ECS/ContainerInsights RunningTaskCount", service],
    ["request count", "AWS/ApplicationELB RequestCount", balancer],
    ["request latency", "AWS/ApplicationELB TargetResponseTime", balancer],
    ["RDS CPU utilization", "AWS/RDS CPUUtilization", database],
    ["database connections", "AWS/RDS DatabaseConnections", database],
    ["storage space", "AWS/RDS FreeStorageSpace", database],
    ["read IOPS", "AWS/RDS ReadIOPS", database],
    ["write IOPS", "AWS/RDS WriteIOPS", database],
    ["ElastiCache CPU utilization", "AWS/ElastiCache CPUUtilization", redis],
    ["memory usage", "AWS/ElastiCache DatabaseMemoryUsagePercentage", redis],
    ["cache hits", "AWS/ElastiCache CacheHits", redis],
    ["cache misses", "AWS/ElastiCache CacheMisses", redis],
    ["network in", "AWS/ElastiCache NetworkBytesIn", redis],
    ["network out", "AWS/ElastiCache NetworkBytesOut", redis],
  ])("shows %s", ([, name, dimensions]) => {
    expect(metrics(tier)).toContainEqual({ name, dimensions });
  });

  test("searches the tenant's own logs", () => {
    const [log] = widgets(tier).filter(({ type }) => type === "log");

    expect(log?.properties.query).toContain(`SOURCE '/ecs/${stem}/django'`);
  });
});

test("the picture of the dashboard in infra/ is drawn from the template, every metric with what it is measured of", async () => {
  const picture = dashboardPicture(dashboard("enterprise"));

  for (const { name, of } of widgets("enterprise").flatMap(({ properties }) =>
    (properties.metrics ?? []).map(metricsOf),
  )) {
    expect(picture).toContain(name);
    // Of many nodes, the first and the last.
    for (const value of Object.values({ ...of[0], last: Object.values(of.at(-1) ?? {})[0] }))
      expect(picture).toContain(value);
  }
  // One that is stale is drawn anew with --update=all.
  await expect(picture).toMatchFileSnapshot("../../infra/dashboard.svg");
});

test("a name with accents, apostrophes and slashes stays a readable dashboard", () => {
  const [title] = widgets("standard", { DisplayName: "Hôpital de l'Été / St Mary’s (North) & Sons" });

  expect(title?.properties.markdown).toContain("# Hôpital de l'Été / St Mary’s (North) & Sons\n");
});

describe.for(tenantTiers)("whichever node of the %s tier's Redis serves after a failover", (tier) => {
  const limits = readRepository(repositoryWith({})).tiers.get(tier)?.tier.limits;
  const most = limits?.redisNodes?.max ?? 1;
  const group = tier === "trial" ? "mate-trial-production" : stems[tier];
  const nodes = Array.from({ length: most }, (_, index) => ({ CacheClusterId: `${group}-00${index + 1}` }));

  test("the dashboard shows it", () => {
    const shown = metrics(tier).filter(({ name }) => name === "AWS/ElastiCache CPUUtilization");

    expect(shown.map(({ dimensions }) => dimensions)).toEqual(expect.arrayContaining(nodes));
  });

  test.skipIf(tier === "trial")("the alarm watches its memory", () => {
    const { Properties } = section(tenantDocument(tier), "Resources").RedisMemoryNearlyFull as {
      readonly Properties: { readonly Metrics: readonly { readonly Id: string; readonly MetricStat: unknown }[] };
    };
    const [watched, ...measured] = Properties.Metrics;
    const dimensions = measured.map(({ MetricStat }) => {
      const { Metric } = MetricStat as { readonly Metric: { readonly Dimensions: readonly Section[] } };
      return { CacheClusterId: Metric.Dimensions[0]?.Value };
    });

    expect(dimensions).toEqual(expect.arrayContaining(nodes));
    expect(watched).toMatchObject({
      Expression: `MAX([${measured.map(({ Id }) => Id).join(", ")}])`,
      ReturnData: true,
    });
  });
});

test.for(specialised)("$name: every alarm tells somebody", ({ document }) => {
  for (const [id, resource] of Object.entries(section(document, "Resources"))) {
    const { Type, Properties } = resource as Section & { readonly Properties: Section };
    if (Type === "AWS::CloudWatch::Alarm") expect(Properties.AlarmActions, id).toHaveLength(1);
  }
});

test("the billing alarm watches a metric that exists", () => {
  const platform = specialised.find(({ name }) => name === "platform/platform");
  const { Properties } = section(platform?.document ?? {}, "Resources").BillingAlarm as {
    readonly Properties: Section;
  };

  expect(Properties).toMatchObject({
    Namespace: "AWS/Billing",
    MetricName: "EstimatedCharges",
    Dimensions: [{ Name: "Currency", Value: "USD" }],
    EvaluationPeriods: 1,
    Threshold: 1000,
  });
});
