/**
 * What no file can know alone: two tenants with one address, a canary that does not exist, an environment that is full.
 */

import type { Environment } from "./environment.ts";
import { type Finding, finding } from "./schema.ts";
import { closest } from "./spelling.ts";
import type { TenantFile } from "./tenant-file.ts";

/** A finding together with the tenant or the environment whose file it is about. */
export type FleetFinding =
  | { readonly tenant: string; readonly finding: Finding }
  | { readonly environment: string; readonly finding: Finding };

export interface Fleet {
  /** Every file whose form is right, whatever else is wrong with it. */
  readonly tenants: readonly TenantFile[];
  readonly environments: readonly Environment[];
  /** Names of tenants whose files cannot be read at all: nothing is said about them here. */
  readonly unreadable: readonly string[];
}

/** Everything wrong between files. */
export function fleetFindings({ tenants, environments, unreadable }: Fleet): readonly FleetFinding[] {
  const inEach = environments.flatMap((environment): readonly FleetFinding[] => {
    const inside = tenants.filter((tenant) => tenant.environment === environment.name);
    return [
      ...longAddresses(inside, environment),
      ...redisClashes(inside),
      ...foreignSecrets(inside, environment),
      ...unknownCanaries([...inside.map(({ name }) => name), ...unreadable], environment),
      ...overflow(inside.length, environment),
      ...confusingNames(environment, environments),
    ];
  });
  return [...inEach, ...addressClashes(tenants, environments)];
}

/** Environments may share a domain, and one's domain may lie below another's: addresses are compared, not their first parts. */
function addressClashes(tenants: readonly TenantFile[], environments: readonly Environment[]): readonly FleetFinding[] {
  const domains = new Map(environments.map(({ name, domain }) => [name, domain]));
  const owners = new Map<string, string>();
  // An address that is a tenant's own name is that tenant's.
  const namesFirst = tenants.toSorted((a, b) => Number(a.subdomain !== undefined) - Number(b.subdomain !== undefined));
  return namesFirst.flatMap(({ name, subdomain, environment }): readonly FleetFinding[] => {
    const domain = domains.get(environment);
    if (domain === undefined) return [];
    const host = subdomain ?? name;
    const address = `${host}.${domain}`;
    const owner = owners.get(address);
    const other = environments.find((one) => one.domain === address || one.domain.endsWith(`.${address}`));
    if (owner === undefined) owners.set(address, name);
    if (owner === undefined && other === undefined) return [];
    const message =
      owner === undefined
        ? `subdomain ${host} makes ${address}, which environment ${other?.name} has its tenants under; choose another`
        : `subdomain ${host} already belongs to tenant ${owner}; choose another`;
    return [{ tenant: name, finding: finding([subdomain === undefined ? "name" : "subdomain"], message) }];
  });
}

/** The name that a certificate of ACM is for (ACM API reference, RequestCertificate, DomainName; RFC 5280). */
const longestAddress = 64;

function longAddresses(tenants: readonly TenantFile[], { name, domain }: Environment): readonly FleetFinding[] {
  const longest = longestAddress - `.${domain}`.length;
  return tenants.flatMap((tenant): readonly FleetFinding[] => {
    const host = tenant.subdomain ?? tenant.name;
    if (host.length <= longest) return [];
    const message = `subdomain ${host} has ${host.length} characters and may have ${longest} in environment ${name}: a certificate's name ends at ${longestAddress}, with .${domain}`;
    return [
      { tenant: tenant.name, finding: finding([tenant.subdomain === undefined ? "name" : "subdomain"], message) },
    ];
  });
}

function redisClashes(tenants: readonly TenantFile[]): readonly FleetFinding[] {
  const taken = new Set(tenants.map(({ redis }) => redis?.index));
  const free = Array.from({ length: 256 }, (_, index) => index).find((index) => !taken.has(index));
  const owners = new Map<number, string>();
  return tenants.flatMap(({ name, redis }): readonly FleetFinding[] => {
    const index = redis?.index;
    if (index === undefined) return [];
    const owner = owners.get(index);
    if (owner === undefined) {
      owners.set(index, name);
      return [];
    }
    const next = free === undefined ? "all 256 are taken: use another environment" : `the next free one is ${free}`;
    return [
      {
        tenant: name,
        finding: finding(["redis", "index"], `redis index ${index} already belongs to tenant ${owner}`, next),
      },
    ];
  });
}

function foreignSecrets(
  tenants: readonly TenantFile[],
  { account, region, name }: Environment,
): readonly FleetFinding[] {
  return tenants.flatMap((tenant): readonly FleetFinding[] => {
    if (tenant.sso?.type !== "oidc") return [];
    const [, , , secretRegion, secretAccount, , secret = ""] = tenant.sso.clientSecretArn.split(":");
    const at = (message: string): FleetFinding => ({
      tenant: tenant.name,
      finding: finding(["sso", "clientSecretArn"], message),
    });
    if (secretRegion !== region || secretAccount !== account) {
      return [
        at(
          `clientSecretArn is in account ${secretAccount} ${secretRegion}, but environment ${name} is account ${account} ${region}`,
        ),
      ];
    }
    // Copied from a neighbour's file it would hand the neighbour's secret to this tenant's provider; any other cannot be read.
    const own = `mate/${name}/${tenant.name}/`;
    if (secret.startsWith(own)) return [];
    return [at(`clientSecretArn is secret ${secret}, and that of ${tenant.name} is called ${own}oidc`)];
  });
}

function unknownCanaries(names: readonly string[], { name, rollout }: Environment): readonly FleetFinding[] {
  return rollout.canaries.flatMap((canary, position): readonly FleetFinding[] => {
    const path = ["rollout", "canaries", position];
    if (rollout.canaries.indexOf(canary) < position) {
      return [{ environment: name, finding: finding(path, `canary ${canary} is listed twice`) }];
    }
    if (names.includes(canary)) return [];
    const near = closest(canary, names);
    const hint = near === undefined ? undefined : `did you mean ${near}?`;
    return [
      { environment: name, finding: finding(path, `canary ${canary} is not a tenant of environment ${name}`, hint) },
    ];
  });
}

function overflow(count: number, { name, limits }: Environment): readonly FleetFinding[] {
  if (count <= limits.tenants) return [];
  const message = `environment ${name} has room for ${limits.tenants} tenants and would have ${count}; add another environment file or raise the account's quotas and this limit`;
  return [{ environment: name, finding: finding(["limits", "tenants"], message) }];
}

/** Stack `mate-a-eu-west` must not be both tenant `a` in `eu-west` and tenant `a-eu` in `west`. */
function confusingNames({ name }: Environment, environments: readonly Environment[]): readonly FleetFinding[] {
  const shorter = environments.find((other) => name.endsWith(`-${other.name}`));
  if (shorter === undefined) return [];
  const message = `environment ${name} ends with the name of environment ${shorter.name}, so stack names would be ambiguous; rename one`;
  return [{ environment: name, finding: finding(["name"], message) }];
}
