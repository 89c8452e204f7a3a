/** The stack a tenant should have, from its file, its environment and what the platform stack offers. */
import type { Environment } from "./environment.ts";
import { fingerprint } from "./fingerprint.ts";
import type { StackDesire } from "./stack.ts";
import type { Tenant } from "./tenant.ts";

/** Name of everything in AWS that belongs to one tenant: `mate-hospital-a-production`. */
export function tenantStackName(tenant: Pick<Tenant, "name" | "environment">): string {
  return `mate-${tenant.name}-${tenant.environment}`;
}

/** Name of the stack that an environment's tenants share: `mate-platform-production`. */
export function platformStackName(environment: Pick<Environment, "name">): string {
  return `mate-platform-${environment.name}`;
}

/** The tenant template: its text, and the parameters it declares, in order, with their defaults. */
export interface TenantTemplate {
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly default?: string }[];
}

/**
 * The stack a tenant should have. Of the tenant's own values and of the platform's outputs, those are passed that the template
 * declares as parameters; a value the template does not know is no error, because the template decides what it needs. Every
 * other parameter is passed with its default, never left out: what was not said would be whatever was said last, or by others.
 *
 * @param sources.platform outputs of the environment's platform stack
 */
export function tenantStack(
  tenant: Tenant,
  sources: {
    readonly environment: Environment;
    readonly template: TenantTemplate;
    readonly platform: Readonly<Record<string, string>>;
  },
): StackDesire {
  const offered: Readonly<Record<string, string>> = {
    ...sources.platform,
    DomainName: sources.environment.domain,
    ...ownParameters(tenant),
  };
  return {
    name: tenantStackName(tenant),
    template: sources.template.text,
    parameters: Object.fromEntries(
      sources.template.parameters.flatMap(({ name, default: fallback }) => {
        const value = offered[name] ?? fallback;
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    tags: {
      ...tenant.tags,
      app: "mate",
      "mate-tenant": tenant.name,
      environment: tenant.environment,
      tier: tenant.tier,
      "data-classification": "phi",
      "managed-by": "mate-tenant-delivery",
    },
  };
}

/** Hash of all a stack is made from. It names the change set, so that what was reviewed is found again. */
export function stackFingerprint(desire: StackDesire): string {
  return fingerprint(desire);
}

function ownParameters(tenant: Tenant): Readonly<Record<string, string>> {
  const { database, redis, storage, sso } = tenant;
  return {
    Tenant: tenant.name,
    DisplayName: tenant.displayName,
    Environment: tenant.environment,
    Tier: tenant.tier,
    Subdomain: tenant.subdomain,
    Contact: tenant.contact,
    MonthlyBudgetUsd: String(tenant.monthlyBudgetUsd),
    LogRetentionDays: String(tenant.logRetentionDays),
    SsoType: sso.type,
    ...(sso.type === "saml" && { SamlMetadataUrl: sso.metadataUrl }),
    ...(sso.type === "oidc" && {
      OidcIssuer: sso.issuer,
      OidcClientId: sso.clientId,
      OidcClientSecretArn: sso.clientSecretArn,
    }),
    ...(database.kind === "dedicated" && {
      DatabaseInstanceClass: database.instanceClass,
      DatabaseAllocatedStorage: String(database.allocatedStorageGib),
      DatabaseMaxAllocatedStorage: String(database.maxAllocatedStorageGib),
      DatabaseBackupRetentionDays: String(database.backupRetentionDays),
      DatabaseEngineVersion: database.engineVersion,
      DatabaseMultiAz: String(database.multiAz),
    }),
    ...(redis.kind === "dedicated"
      ? { RedisNodeType: redis.nodeType, RedisNodes: String(redis.nodes) }
      : { RedisIndex: String(redis.index) }),
    ...(storage.kind === "provisioned" && { FileSystemThroughputMibps: String(storage.throughputMibps) }),
  };
}
