/**
 * What a tenant may be called. The name becomes part of a dozen AWS names, so the tightest of them decides.
 */

import { show } from "./wording.ts";

/** One letter, then letters and digits with single hyphens between them. Length is checked apart, so that the message can say which. */
export const namePattern = /^[a-z](-?[a-z0-9])+$/;
export const nameLength = { min: 3, max: 24 } as const;

/**
 * Words that already mean something in the names around a tenant's: stacks (`mate-roles-<env>`), databases (`mate-trial-<env>`), secrets
 * and roles (`mate/<env>/platform/`), and what commands call something other than a tenant.
 */
export const reservedNames: readonly string[] = [
  "base",
  "plan",
  "shared",
  "trial",
  "bootstrap",
  "roles",
  "platform",
  "pipeline",
  "artifacts",
  "restored",
  "build",
  "deploy",
  "ops",
  "restore",
  "cfn",
  "all",
  // `/scale django 4` has lost its tenant, and must not find one.
  "django",
  "celery",
  "beat",
];

/** Host names the platform keeps for itself. */
export const reservedSubdomains: readonly string[] = ["www", "api", "auth", "login", "admin"];

/** What an ElastiCache replication group id may have; ours is `mate-<name>-<environment>`. */
const replicationGroupId = 40;

/**
 * Why `name` cannot be a tenant's name in `environment`, or `undefined` when it can.
 * No environment's name may be a part of it: `a-production-b` would match the permissions of tenant `a` in
 * `production` (`mate-a-production-*`).
 * Sources: ElastiCache CreateReplicationGroup (id of 1 to 40 characters, no double or final hyphen);
 * Cognito CreateIdentityProvider (name of at least 3 characters).
 */
export function nameComplaint(
  name: string,
  { environment, environments }: { readonly environment: string; readonly environments: readonly string[] },
): string | undefined {
  const longest = Math.min(nameLength.max, replicationGroupId - `mate--${environment}`.length);
  if (name.length < nameLength.min) {
    return `name ${show(name)} is too short: it needs ${nameLength.min} to ${longest} characters, because Cognito refuses shorter names of identity providers`;
  }
  if (name.length > longest) {
    return `name ${show(name)} has ${name.length} characters and may have ${longest}: mate-<name>-${environment} is the id of an ElastiCache replication group, which ends at ${replicationGroupId}`;
  }
  if (!namePattern.test(name)) {
    return `name ${show(name)} must start with a letter and have lowercase letters and digits with single hyphens between them, because it becomes the id of an ElastiCache replication group`;
  }
  if (reservedNames.includes(name)) {
    return `name ${show(name)} is reserved for the platform's own resources; choose another, for example ${name}-clinic`;
  }
  const clash = environments.find((other) => `-${name}-`.includes(`-${other}-`));
  if (clash !== undefined) {
    return `name ${show(name)} contains the environment name ${clash}, so permissions of another tenant would reach it; leave that part out`;
  }
  return undefined;
}
