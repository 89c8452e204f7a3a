/**
 * What a tenant costs a month, between the floor and the ceiling of everything that scales by itself. What has no known price is
 * named, never guessed. What is paid by use (traffic, requests, log volume, objects, files, backups) is not in it.
 */
import * as z from "zod";
import type { CostRange } from "./plan.ts";
import type { Tenant } from "./tenant.ts";

/** `infra/prices.json`: prices of one region, each with where it comes from and when. */
export const priceList = z.strictObject({
  region: z.string(),
  currency: z.literal("USD"),
  hoursPerMonth: z.number().positive(),
  prices: z.record(
    z.string(),
    z.strictObject({ usd: z.number().positive(), unit: z.string(), source: z.string().min(10), asOf: z.iso.date() }),
  ),
});
export type PriceList = z.infer<typeof priceList>;

/** What is paid for, in numbers that no tier gives a meaning to. */
export interface CostShape {
  readonly region: string;
  readonly services: readonly ServiceShape[];
  readonly database?: {
    readonly instanceClass: string;
    readonly multiAz: boolean;
    /** Gigabytes now, and the most storage may grow to by itself. */
    readonly storageGib: { readonly min: number; readonly max: number };
  };
  readonly redis?: { readonly nodeType: string; readonly nodes: number };
  readonly provisionedMibps: number;
  readonly loadBalancers: number;
  readonly keys: number;
  readonly secrets: number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
}

export interface ServiceShape {
  readonly name: string;
  readonly architecture: "x86" | "arm";
  /** CPU units (1024 is a vCPU) and MiB of one task. */
  readonly cpu: number;
  readonly memory: number;
  readonly tasks: { readonly min: number; readonly max: number };
  /** Tasks that are not on Spot; the others are. Infinity: none is on Spot. */
  readonly onDemand: number;
}

export interface CostLine {
  readonly what: string;
  readonly floor: number;
  readonly ceiling: number;
}

/** USD a month. */
export interface MonthlyCost extends CostRange {
  readonly lines: readonly CostLine[];
}

/**
 * The monthly cost of a shape.
 *
 * @returns lines in USD a month, their sums, and what could not be priced; with prices of another region, only that
 */
export function monthlyCost(shape: CostShape, list: PriceList): MonthlyCost {
  if (shape.region !== list.region) return { floor: 0, ceiling: 0, lines: [], unknown: [`prices in ${shape.region}`] };
  const unknown = new Set<string>();
  const price = (name: string): number => {
    const known = list.prices[name];
    if (known === undefined) unknown.add(name);
    return known?.usd ?? 0;
  };
  const hourly = (name: string): number => price(name) * list.hoursPerMonth;
  const same = (what: string, usd: number): CostLine => ({ what, floor: usd, ceiling: usd });
  const { database, redis } = shape;

  const lines = [
    ...shape.services.map((service) => serviceLine(service, hourly)),
    ...(database === undefined
      ? []
      : [
          same(
            `database ${database.instanceClass}${database.multiAz ? " with standby" : ""}`,
            hourly(`rds.${database.instanceClass}`) * (database.multiAz ? 2 : 1),
          ),
          databaseStorage(database, price),
        ]),
    ...(redis === undefined
      ? []
      : [same(`redis ${redis.nodes} × ${redis.nodeType}`, hourly(`elasticache.${redis.nodeType}`) * redis.nodes)]),
    ...(shape.provisionedMibps === 0
      ? []
      : [same(`files ${shape.provisionedMibps} MiB/s`, price("efs.throughput") * shape.provisionedMibps)]),
    // Two zones, two addresses; one capacity unit is what a quiet tenant uses.
    same(
      "load balancer",
      shape.loadBalancers * (hourly("alb.hour") + hourly("alb.capacityUnit") + 2 * hourly("vpc.publicAddress")),
    ),
    same(
      "keys, secrets, alarms, dashboard",
      shape.keys * price("kms.key") +
        shape.secrets * price("secretsmanager.secret") +
        shape.alarmMetrics * price("cloudwatch.alarmMetric") +
        shape.dashboards * price("cloudwatch.dashboard"),
    ),
  ];
  const sum = (bound: "floor" | "ceiling"): number => cents(lines.reduce((total, line) => total + line[bound], 0));
  return { floor: sum("floor"), ceiling: sum("ceiling"), lines, unknown: [...unknown].sort() };
}

/**
 * How a change moves the monthly cost: the lines that differ, with the difference at both bounds. A line that goes has a negative
 * difference. Unknown is what is unknown on either side.
 */
export function costChange(before: MonthlyCost | undefined, after: MonthlyCost | undefined): MonthlyCost {
  const none: MonthlyCost = { floor: 0, ceiling: 0, lines: [], unknown: [] };
  const [from, to] = [before ?? none, after ?? none];
  const at = (cost: MonthlyCost, what: string): CostLine =>
    cost.lines.find((line) => line.what === what) ?? { what, floor: 0, ceiling: 0 };
  const names = [...new Set([...from.lines, ...to.lines].map(({ what }) => what))];
  const lines = names
    .map((what) => ({
      what,
      floor: cents(at(to, what).floor - at(from, what).floor),
      ceiling: cents(at(to, what).ceiling - at(from, what).ceiling),
    }))
    .filter(({ floor, ceiling }) => floor !== 0 || ceiling !== 0);
  return {
    floor: cents(to.floor - from.floor),
    ceiling: cents(to.ceiling - from.ceiling),
    lines,
    unknown: [...new Set([...from.unknown, ...to.unknown])].sort(),
  };
}

/** What a tenant pays for: its services as far as it is active, and what its stack holds (`infra/tenant/tenant.yml`). */
export function costShape(
  tenant: Tenant,
  where: { readonly region: string; readonly architecture: ServiceShape["architecture"] },
): CostShape {
  const { database, redis, storage, tier } = tenant;
  const { django, celery, beat } = tenant.services;
  const running = (min: number, max: number): ServiceShape["tasks"] =>
    tenant.state === "suspended" ? { min: 0, max: 0 } : { min, max };
  // Spot guarantees nothing, so a paying tenant keeps one worker on demand.
  const workersOnDemand = !celery.spot ? Number.POSITIVE_INFINITY : tier === "trial" ? 0 : 1;
  const service = (
    name: string,
    size: { readonly cpu: number; readonly memory: number },
    scale: Pick<ServiceShape, "tasks" | "onDemand">,
  ): ServiceShape => ({ name, architecture: where.architecture, cpu: size.cpu, memory: size.memory, ...scale });
  const always = Number.POSITIVE_INFINITY;
  return {
    region: where.region,
    services: [
      service("django", django, { tasks: running(django.count.min, django.count.max), onDemand: always }),
      service("celery", celery, { tasks: running(celery.count.min, celery.count.max), onDemand: workersOnDemand }),
      service("beat", beat, { tasks: running(1, 1), onDemand: always }),
    ],
    ...(database.kind === "dedicated" && {
      database: {
        instanceClass: database.instanceClass,
        multiAz: database.multiAz,
        storageGib: { min: database.allocatedStorageGib, max: database.maxAllocatedStorageGib },
      },
    }),
    ...(redis.kind === "dedicated" && { redis: { nodeType: redis.nodeType, nodes: redis.nodes } }),
    provisionedMibps: storage.kind === "provisioned" ? storage.throughputMibps : 0,
    loadBalancers: 1,
    keys: 1,
    // Django's and the database's; a Redis of one's own has a third.
    secrets: redis.kind === "dedicated" ? 3 : 2,
    // An alarm over an expression is charged for each metric in it: of Redis, one for each node it may have or have had.
    alarmMetrics: database.kind !== "dedicated" ? 5 : tenant.tier === "enterprise" ? 13 : 9,
    dashboards: 1,
  };
}

function serviceLine(service: ServiceShape, hourly: (name: string) => number): CostLine {
  const one = (kind: "" | ".spot"): number => {
    const price = `fargate.${service.architecture}${kind}`;
    return (service.cpu / 1024) * hourly(`${price}.vcpu`) + (service.memory / 1024) * hourly(`${price}.memory`);
  };
  const of = (tasks: number): number => {
    const onDemand = Math.min(tasks, service.onDemand);
    return (onDemand === 0 ? 0 : onDemand * one("")) + (tasks > onDemand ? (tasks - onDemand) * one(".spot") : 0);
  };
  return { what: service.name, floor: of(service.tasks.min), ceiling: of(service.tasks.max) };
}

function databaseStorage(
  { multiAz, storageGib }: NonNullable<CostShape["database"]>,
  price: (name: string) => number,
): CostLine {
  const gigabyte = price(multiAz ? "rds.multiAzStorage" : "rds.storage");
  return { what: "database storage", floor: gigabyte * storageGib.min, ceiling: gigabyte * storageGib.max };
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
