/** What a tenant should be, as two fingerprints and what they were made from. */
import type { Environment } from "./environment.ts";
import { releaseOf } from "./release.ts";
import { tenantFingerprint } from "./settled.ts";
import type { StackDesire } from "./stack.ts";
import type { Tenant } from "./tenant.ts";
import { servicesFingerprint } from "./tenant-services.ts";
import { stackFingerprint, type TenantTemplate, tenantStack } from "./tenant-stack.ts";

export interface DesiredTenant {
  readonly tenant: Tenant;
  readonly environment: Environment;
  readonly release: string;
  readonly stack: StackDesire;
  /** Hash of the stack's content; names its change set. */
  readonly stackFingerprint: string;
  /** Hash of everything: equal to the settled one means nothing to do. */
  readonly fingerprint: string;
}

/**
 * @param sources.platform outputs of the environment's platform stack; for a comparison of two commits any same value will do
 */
export function desiredTenant(
  tenant: Tenant,
  sources: {
    readonly environment: Environment;
    readonly template: TenantTemplate;
    readonly platform: Readonly<Record<string, string>>;
  },
): DesiredTenant {
  const stack = tenantStack(tenant, sources);
  const release = releaseOf(tenant, sources.environment);
  const ofStack = stackFingerprint(stack);
  return {
    tenant,
    environment: sources.environment,
    release,
    stack,
    stackFingerprint: ofStack,
    fingerprint: tenantFingerprint(ofStack, servicesFingerprint(tenant, sources.environment, release)),
  };
}
