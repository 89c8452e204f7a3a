/** Adopting drift: what is there → values of the tenant's file, so that git says what is true. What has no place there is named. */
import type { ServiceDesire } from "./service.ts";
import { type ObservedService, scalingDiffers } from "./service-changes.ts";

/** One value of a tenant's file as it would have to be to say what is there. */
export interface AdoptedValue {
  /** `["database", "instanceClass"]`; counts of tasks as a whole. */
  readonly path: readonly [string, ...string[]];
  readonly value: string | number | boolean | { readonly min: number; readonly max: number };
  /** What it is adopted from: `Database/DBInstanceClass`, `django`. */
  readonly from: string;
}

/** A difference that the tenant's file cannot say, and where it would belong. */
export interface Homeless {
  readonly what: string;
  readonly where: string;
}

export interface Adoption {
  readonly values: readonly AdoptedValue[];
  readonly homeless: readonly Homeless[];
}

/** A resource that differs from its stack, as drift detection tells it. */
interface Drift {
  readonly logicalId: string;
  readonly type: string;
  readonly deleted: boolean;
  readonly properties: readonly { readonly path: string; readonly actual: string }[];
}

type Read = (actual: string) => AdoptedValue["value"] | undefined;
interface Place {
  readonly path: AdoptedValue["path"];
  readonly read: Read;
}

const text: Read = (actual) => actual;
const whole: Read = (actual) => (/^\d+(\.0+)?$/.test(actual) ? Number(actual) : undefined);
const flag: Read = (actual) => (actual === "true" || actual === "false" ? actual === "true" : undefined);

/** Where the parameters of infra/tenant/tenant.yml end up, the other way round; test/domain/drift-adoption.test.ts holds the two together. */
const places: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  Database: {
    "/DBInstanceClass": { path: ["database", "instanceClass"], read: text },
    "/MultiAZ": { path: ["database", "multiAz"], read: flag },
    "/AllocatedStorage": { path: ["database", "allocatedStorageGib"], read: whole },
    "/MaxAllocatedStorage": { path: ["database", "maxAllocatedStorageGib"], read: whole },
    "/BackupRetentionPeriod": { path: ["database", "backupRetentionDays"], read: whole },
    "/EngineVersion": { path: ["database", "engineVersion"], read: text },
  },
  Redis: {
    "/CacheNodeType": { path: ["redis", "nodeType"], read: text },
    "/NumCacheClusters": { path: ["redis", "nodes"], read: whole },
  },
  FileSystem: { "/ProvisionedThroughputInMibps": { path: ["storage", "throughputMibps"], read: whole } },
  Budget: { "/Budget/BudgetLimit/Amount": { path: ["monthlyBudgetUsd"], read: whole } },
};
const logRetention: Place = { path: ["logRetentionDays"], read: whole };

/** Values and leftovers of a stack's drift. Two resources that ask for different values of one place have none. */
export function adoptStack(drifts: readonly Drift[]): Adoption {
  const found = drifts.flatMap((drift) => (drift.deleted ? [] : drift.properties.map((one) => adopted(drift, one))));
  const values = found.flatMap((one) => ("path" in one ? [one] : []));
  const torn = values.filter((one) => values.some((other) => samePlace(one, other) && one.value !== other.value));
  return {
    values: values.filter(
      (one, index) => !torn.includes(one) && values.findIndex((other) => samePlace(one, other)) === index,
    ),
    homeless: [
      ...drifts.filter(({ deleted }) => deleted).map(deletedByHand),
      ...found.flatMap((one) => ("path" in one ? [] : [one])),
      ...torn.map(({ from, value, path }) => ({
        what: `${from} is ${String(value)}, and others are not`,
        where: `${path.join(".")} of the tenant's file is one value for all of them`,
      })),
    ],
  };
}

function adopted(
  { logicalId, type }: Drift,
  { path, actual }: { readonly path: string; readonly actual: string },
): AdoptedValue | Homeless {
  const place =
    type === "AWS::Logs::LogGroup" && path === "/RetentionInDays" ? logRetention : places[logicalId]?.[path];
  const value = place?.read(actual);
  const from = `${logicalId}${path}`;
  if (place !== undefined && value !== undefined) return { path: place.path, value, from };
  return {
    what: `${from} is ${actual.length > 120 ? `${actual.slice(0, 119)}…` : actual}`,
    where: `${logicalId} in infra/tenant/tenant.yml, for all tenants at once`,
  };
}

function deletedByHand({ logicalId, type }: Drift): Homeless {
  return {
    what: `${logicalId} (${type}) was deleted`,
    where: `a file cannot say that it is gone: revert makes it again, or take it out of infra/tenant/tenant.yml for all tenants`,
  };
}

function samePlace(one: AdoptedValue, other: AdoptedValue): boolean {
  return one.path.join(".") === other.path.join(".");
}

/** Values and leftovers of a tenant's services. */
export function adoptServices(desires: readonly ServiceDesire[], observed: readonly ObservedService[]): Adoption {
  const parts = desires.map((desire) => {
    const live = observed.find(({ service }) => service.name === desire.name);
    return live === undefined ? goneService(desire) : adoptService(desire, live);
  });
  return { values: parts.flatMap(({ values }) => values), homeless: parts.flatMap(({ homeless }) => homeless) };
}

function adoptService(desire: ServiceDesire, live: ObservedService): Adoption {
  const { role, definition: wanted } = desire;
  const { service, scaling, definition } = live;
  const one = (name: string, value: AdoptedValue["value"]): AdoptedValue => ({
    path: ["services", role, name],
    value,
    from: `service ${role}`,
  });
  const count =
    scaling === undefined || scaling.suspended
      ? { min: service.desiredCount, max: service.desiredCount }
      : { min: scaling.min, max: scaling.max };
  const scaled = scalingDiffers(desire, live);
  return {
    values: [
      ...(scaled && role !== "beat" ? [one("count", count)] : []),
      ...(definition.cpu === wanted.cpu ? [] : [one("cpu", definition.cpu)]),
      ...(definition.memory === wanted.memory ? [] : [one("memory", definition.memory)]),
    ],
    homeless: [
      ...(scaled && role === "beat"
        ? [{ what: `beat has ${count.max} tasks`, where: "there is always exactly one; revert it with /retry" }]
        : []),
      ...(definition.container.image === wanted.container.image
        ? []
        : [
            {
              what: `${role} runs another image`,
              where: "release of the tenant's file is one for all services; /rollback changes it",
            },
          ]),
    ],
  };
}

function goneService({ role }: ServiceDesire): Adoption {
  return {
    values: [],
    homeless: [{ what: `service ${role} is gone`, where: "every tenant has it; revert it with /retry" }],
  };
}
