/** What the guide recommends for costs and a fleet does not use yet, found from its files and from two weeks of metrics. */
import type { MonthlyCost } from "./cost.ts";
import { type ServiceName, serviceNames, type Tenant } from "./tenant.ts";

/** Percent of what a service or database has, over two weeks. Undefined where CloudWatch has no data. */
export interface Usage {
  readonly average: number;
  readonly peak: number;
  /** Hours there are values of: fewer than the two weeks have, of what is new or was stopped. */
  readonly hours: number;
}

export interface TenantUsage {
  readonly cpu: Readonly<Partial<Record<ServiceName, Usage>>>;
  readonly memory: Readonly<Partial<Record<ServiceName, Usage>>>;
  readonly databaseCpu?: Usage;
}

export interface TenantCost {
  readonly tenant: Tenant;
  readonly cost: MonthlyCost;
  readonly usage: TenantUsage;
}

export interface Recommendation {
  /** Undefined for the fleet as a whole. */
  readonly tenant?: string;
  readonly kind: "budget" | "spot" | "size" | "savings-plan" | "reserved";
  readonly what: string;
}

/** Below the first and the second a size is twice what is needed; above the third it is too small. Percent. */
const idleAverage = 20;
const idlePeak = 40;
const fullPeak = 85;
/** Fargate has no smaller tasks; those of a trial and of every scheduler have this size already. */
const smallestCpu = 256;
/** Nothing is called too large before it was seen on every weekday: a hospital that began yesterday has nobody in it yet. */
const wholeWeek = 7 * 24;

/** Everything worth looking at, the fleet's first, then by tenant. */
export function recommendations(fleet: readonly TenantCost[]): readonly Recommendation[] {
  return [...savingsPlan(fleet), ...reserved(fleet), ...fleet.flatMap(ofTenant)];
}

/** What always runs is what a commitment pays for; auto scaling comes on top, and of Spot it pays for nothing (Savings Plans, FAQ). */
function savingsPlan(fleet: readonly TenantCost[]): readonly Recommendation[] {
  const floor = fleet
    .flatMap(({ tenant, cost }) => cost.lines.filter(({ what }) => what !== "celery" || !tenant.services.celery.spot))
    .filter(({ what }) => serviceNames.some((name) => name === what))
    .reduce((sum, line) => sum + line.floor, 0);
  if (floor < 100) return [];
  return [
    {
      kind: "savings-plan",
      what: `tasks of services without Spot cost at least ${Math.round(floor)} USD every month; a Compute Savings Plan of a year pays for that floor at a lower rate`,
    },
  ];
}

/** Databases and Redis nodes never stop, so each size that is there at all is there all year. */
function reserved(fleet: readonly TenantCost[]): readonly Recommendation[] {
  const counts = new Map<string, number>();
  const add = (what: string, count: number): void => void counts.set(what, (counts.get(what) ?? 0) + count);
  for (const { tenant } of fleet) {
    if (tenant.state === "suspended") continue;
    if (tenant.database.kind === "dedicated") {
      add(`${tenant.database.instanceClass}, ${tenant.database.multiAz ? "Multi-AZ" : "single"}`, 1);
    }
    if (tenant.redis.kind === "dedicated") add(tenant.redis.nodeType, tenant.redis.nodes);
  }
  return [...counts].toSorted().map(([what, count]) => ({
    kind: "reserved",
    what: `${count} × ${what} run all year; reserved instances or nodes of one to three years cost less`,
  }));
}

function ofTenant({ tenant, cost, usage }: TenantCost): readonly Recommendation[] {
  const { name } = tenant;
  if (tenant.state === "suspended") return [];
  return [
    ...(cost.ceiling > tenant.monthlyBudgetUsd
      ? [
          {
            tenant: name,
            kind: "budget" as const,
            what: `may cost ${Math.round(cost.ceiling)} USD when everything has scaled out, above its budget of ${tenant.monthlyBudgetUsd} USD`,
          },
        ]
      : []),
    ...(tenant.services.celery.spot
      ? []
      : [{ tenant: name, kind: "spot" as const, what: "workers are not on Spot: services.celery.spot: true" }]),
    ...serviceNames.flatMap((service) => sizing(tenant, service, usage)),
    ...databaseSizing(tenant, usage.databaseCpu),
  ];
}

function sizing(tenant: Tenant, service: ServiceName, { cpu, memory }: TenantUsage): readonly Recommendation[] {
  const [used, filled] = [cpu[service], memory[service]];
  const finding = (what: string): readonly Recommendation[] => [
    { tenant: tenant.name, kind: "size", what: `${service} ${what}` },
  ];
  if (filled !== undefined && filled.peak > fullPeak) {
    return finding(`fills its memory to ${Math.round(filled.peak)} %: raise services.${service}.memory`);
  }
  const half = tenant.services[service].cpu / 2;
  if (half < smallestCpu || used === undefined || filled === undefined) return [];
  const seen = Math.min(used.hours, filled.hours) >= wholeWeek;
  const idle = seen && used.average < idleAverage && used.peak < idlePeak && filled.peak < 2 * idlePeak;
  return idle
    ? finding(
        `uses ${Math.round(used.average)} % of its CPU, ${Math.round(used.peak)} % at most: half of services.${service}.cpu would do`,
      )
    : [];
}

function databaseSizing(tenant: Tenant, usage: Usage | undefined): readonly Recommendation[] {
  if (tenant.database.kind === "shared" || usage === undefined) return [];
  const { instanceClass } = tenant.database;
  if (usage.peak > 95 && usage.average > 60) {
    return [
      {
        tenant: tenant.name,
        kind: "size",
        what: `database ${instanceClass} is busy to ${Math.round(usage.average)} % on average: a larger class`,
      },
    ];
  }
  if (usage.hours < wholeWeek || usage.average >= idleAverage / 2 || usage.peak >= idlePeak) return [];
  return [
    {
      tenant: tenant.name,
      kind: "size",
      what: `database ${instanceClass} is busy to ${Math.round(usage.peak)} % at most: a smaller class would do`,
    },
  ];
}
