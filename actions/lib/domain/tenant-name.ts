/**
 * What a tenant may be called. The name becomes part of a dozen AWS names, so the tightest of them decides.
 */

import { show } from "./schema.ts";

/** One letter, then letters and digits with single hyphens between them. Length is checked apart, so that the message can say which. */
export const namePattern = /^[a-z](-?[a-z0-9])+$/;
export const nameLength = { min: 3, max: 24 } as const;

/** Words that already mean something in the names around a tenant's (`mate-<env>-plan`, `mate-<env>-trial`, …). */
export const reservedNames: readonly string[] = [
  "base",
  "plan",
  "shared",
  "trial",
  "bootstrap",
  "platform",
  "artifacts",
  "restored",
  "build",
  "deploy",
  "ops",
  "restore",
  "cfn",
  "all",
];

/** Host names the platform keeps for itself. */
export const reservedSubdomains: readonly string[] = ["www", "api", "auth", "login", "admin"];

/**
 * Why `name` cannot be a tenant's name, or `undefined` when it can.
 * An environment's name may not be one of its hyphen-separated parts: `a-production-b` would match the
 * permissions of tenant `a` in `production` (`mate-a-production-*`).
 * Sources: ElastiCache replication group id 40 characters, without double or final hyphens (24 + `mate-` + `-production`);
 * Cognito identity provider name at least 3 characters.
 */
export function nameComplaint(name: string, environments: readonly string[]): string | undefined {
  if (name.length < nameLength.min) {
    return `name ${show(name)} is too short: it needs ${nameLength.min} to ${nameLength.max} characters, because Cognito refuses shorter names of identity providers`;
  }
  if (name.length > nameLength.max) {
    return `name ${show(name)} has ${name.length} characters and may have ${nameLength.max}, because mate-<name>-production is the id of an ElastiCache replication group, which ends at 40`;
  }
  if (!namePattern.test(name)) {
    return `name ${show(name)} must be lowercase letters and digits with single hyphens between them, starting with a letter, because it becomes the id of an ElastiCache replication group`;
  }
  if (reservedNames.includes(name)) {
    return `name ${show(name)} is reserved for the platform's own resources; choose another, for example ${name}-clinic`;
  }
  const clash = name.split("-").find((part) => environments.includes(part));
  if (clash !== undefined) {
    return `name ${show(name)} contains the environment name ${clash}: permissions for mate-<tenant>-${clash}-* would reach another tenant; leave that part out`;
  }
  return undefined;
}
