/** Names in AWS that follow from an environment alone, as the bootstrap and platform templates make them. */
import type { Environment } from "./environment.ts";

/** The kinds of work, each with a role of its own. */
export type RoleKind = "plan" | "build" | "deploy" | "ops" | "restore";

/** `arn:aws:iam::123456789012:role/mate-production-deploy` */
export function roleArn({ account, name, region }: Environment, kind: RoleKind | "cfn"): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/mate-${name}-${kind}`;
}

/** The environment's bucket: plans, what is settled, the journal, leases and long templates. */
export function recordsBucket({ name, account }: Environment): string {
  return `mate-${name}-pipeline-${account}`;
}

/** The ECS cluster all tenants of an environment share. */
export function clusterName({ name }: Pick<Environment, "name">): string {
  return `mate-${name}`;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
