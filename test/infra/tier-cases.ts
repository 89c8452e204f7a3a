/** What a tenant file offers, property by property: a value for each tier that has it, and what the change does there. */
import { readFileSync } from "node:fs";
import type { TenantTier } from "./templates.ts";

export interface OfferCase {
  /** Path in the tenant file, as `tenants/schema.json` has it. */
  readonly at: string;
  /** A new value for each tier that offers it. */
  readonly to: Readonly<Partial<Record<TenantTier, unknown>>>;
  /** For each tier that does not: a value, what the file is told, and where the value stands if not there alone. */
  readonly refused?: Refused;
  /** Further lines of the file that have to change with it. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Resources that are changed, among others. */
  readonly touches?: readonly string[];
  /** Resources that are replaced, which no other is; from the "Update requires" of the resource reference. */
  readonly replaces?: readonly string[];
  /** What goes with what it holds, and so has to be named in `allowDestruction`. */
  readonly destroys?: Readonly<Partial<Record<TenantTier, string>>>;
  /** Services that are rolled or scaled. */
  readonly services?: readonly ("django" | "celery" | "beat")[];
}

type Refused = Readonly<Partial<Record<TenantTier, readonly [value: unknown, told: RegExp, path?: string]>>>;

const everyone = (value: unknown): OfferCase["to"] => ({ enterprise: value, standard: value, trial: value });
const paying = (enterprise: unknown, standard: unknown): OfferCase["to"] => ({ enterprise, standard });
const notForTrials = (value: unknown): Refused => ({ trial: [value, /trial/] });

const onlyOne = (path: string): Refused => ({ trial: [{ min: 1, max: 2 }, /exactly 1/, path] });

/** In this order they can be made one after the other: storage never shrinks, an engine never goes back. */
export const offers: readonly OfferCase[] = [
  { at: "displayName", to: everyone("Saint Mary's, East Wing"), touches: ["Dashboard"] },
  { at: "contact", to: everyone("it@saint-marys.org"), touches: ["Dashboard"] },
  { at: "monthlyBudgetUsd", to: everyone(640), touches: ["Budget"] },
  { at: "logRetentionDays", to: everyone(400), touches: ["DjangoLogs", "CeleryLogs", "BeatLogs", "MigrateLogs"] },
  {
    at: "subdomain",
    to: { enterprise: "alpha", standard: "beta", trial: "gamma" },
    touches: ["Certificate", "DnsRecord", "UserPoolClient"],
    replaces: ["Certificate", "DnsRecord"],
  },
  {
    at: "tags",
    to: everyone({ "cost-center": "HA-4711" }),
    touches: ["Key", "DataBucket", "LoadBalancer", "DjangoLogs"],
  },
  {
    at: "database.instanceClass",
    to: paying("db.m6g.large", "db.t4g.large"),
    refused: notForTrials("db.t4g.micro"),
    touches: ["Database"],
  },
  {
    at: "database.multiAz",
    to: {},
    refused: { enterprise: [false, /multiAz/], standard: [true, /multiAz/], trial: [true, /trial/] },
  },
  {
    at: "database.maxAllocatedStorageGib",
    to: paying(1500, 400),
    refused: notForTrials(400),
    touches: ["Database"],
  },
  { at: "database.allocatedStorageGib", to: paying(240, 80), refused: notForTrials(80), touches: ["Database"] },
  { at: "database.backupRetentionDays", to: paying(35, 21), refused: notForTrials(7), touches: ["Database"] },
  { at: "database.engineVersion", to: paying("17.10", "17.10"), refused: notForTrials("17.10"), touches: ["Database"] },
  {
    at: "redis.nodeType",
    to: paying("cache.r7g.large", "cache.t4g.medium"),
    refused: notForTrials("cache.t4g.small"),
    touches: ["Redis"],
  },
  {
    at: "redis.nodes",
    to: { enterprise: 3 },
    refused: { standard: [2, /standard/], trial: [2, /trial/] },
    touches: ["Redis"],
  },
  {
    at: "redis.index",
    to: {},
    refused: { enterprise: [1, /index/], standard: [1, /index/], trial: [7, /cannot be changed from 3 to 7/] },
  },
  {
    at: "storage.throughputMibps",
    to: { enterprise: 20 },
    refused: { standard: [20, /standard/], trial: [20, /trial/] },
    touches: ["FileSystem"],
  },
  {
    at: "sso.metadataUrl",
    to: { enterprise: "https://idp.hospitala.com/v2/metadata" },
    with: { "sso.type": "saml" },
    touches: ["SamlProvider"],
  },
  { at: "sso.issuer", to: { standard: "https://login.clinic-b.org/realms/all" }, touches: ["OidcProvider"] },
  { at: "sso.clientId", to: { standard: "mate-2" }, touches: ["OidcProvider"] },
  {
    at: "sso.clientSecretArn",
    to: { standard: "{second secret}" },
    touches: ["OidcProvider"],
  },
  {
    at: "sso.type",
    to: { enterprise: "none", standard: "none" },
    refused: { trial: [{ type: "saml", metadataUrl: "https://idp.practice-c.net/" }, /not part of tier trial/, "sso"] },
    with: Object.fromEntries(
      ["sso.metadataUrl", "sso.issuer", "sso.clientId", "sso.clientSecretArn"].map((path) => [path, undefined]),
    ),
    destroys: { enterprise: "SamlProvider", standard: "OidcProvider" },
    touches: ["UserPoolClient"],
  },
  {
    at: "services.django.count.min",
    to: paying(3, 2),
    refused: onlyOne("services.django.count"),
    services: ["django"],
  },
  {
    at: "services.django.count.max",
    to: paying(9, 4),
    refused: onlyOne("services.django.count"),
    services: ["django"],
  },
  {
    at: "services.celery.count.min",
    to: paying(3, 2),
    refused: onlyOne("services.celery.count"),
    services: ["celery"],
  },
  {
    at: "services.celery.count.max",
    to: paying(9, 4),
    refused: onlyOne("services.celery.count"),
    services: ["celery"],
  },
  {
    at: "services.django.cpu",
    to: { enterprise: 2048, standard: 1024, trial: 512 },
    with: { "services.django.memory": { enterprise: 4096, standard: 2048, trial: 1024 } },
    services: ["django"],
  },
  {
    at: "services.django.memory",
    to: { enterprise: 5120, standard: 3072 },
    refused: { trial: [2048, /outside/] },
    services: ["django"],
  },
  {
    at: "services.celery.cpu",
    to: { enterprise: 2048, standard: 1024, trial: 512 },
    with: { "services.celery.memory": { enterprise: 4096, standard: 2048, trial: 1024 } },
    services: ["celery"],
  },
  {
    at: "services.celery.memory",
    to: { enterprise: 5120, standard: 3072 },
    refused: { trial: [2048, /outside/] },
    services: ["celery"],
  },
  { at: "services.celery.spot", to: everyone(false), services: ["celery"] },
  {
    at: "services.beat.cpu",
    to: everyone(512),
    with: { "services.beat.memory": everyone(1024) },
    services: ["beat"],
  },
  {
    at: "services.beat.memory",
    to: { enterprise: 2048, standard: 2048 },
    refused: { trial: [2048, /outside/] },
    services: ["beat"],
  },
  { at: "release", to: everyone("v1.5.0"), services: ["celery", "django", "beat"] },
];

/** Properties that are no change of a tenant that is there, and where they are shown. */
export const elsewhere: Readonly<Record<string, string>> = {
  name: "another name is another tenant",
  environment: "refused: the data would stay behind",
  tier: "tier-move.test.ts, and refused from and to trial",
  state: "suspended and resumed below",
  allowDestruction: "changes nothing by itself; it lets a plan through",
};

/** Everything the tenant file's schema has, as dotted paths. */
export function offeredPaths(): readonly string[] {
  const text = readFileSync(new URL("../../tenants/schema.json", import.meta.url), "utf8");
  return [...new Set(leaves(JSON.parse(text) as Node, []))].toSorted();
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

function leaves(node: Node, path: readonly string[]): readonly string[] {
  const inside = Object.entries(node.properties ?? {}).flatMap(([name, below]) => {
    const found = leaves(below, [...path, name]);
    return found.length > 0 ? found : [[...path, name].join(".")];
  });
  return [...inside, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((one) => leaves(one, path))];
}
