import type { AskingRun } from "../lib/domain/command/comment-rules.ts";
import type { Command } from "../lib/domain/command/grammar.ts";
import { type Target, tenantOf } from "../lib/domain/command/target-rules.ts";
import type { Environment, Operator } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { Tenant, TierName } from "../lib/domain/tenant.ts";
import type { Tier } from "../lib/domain/tier.ts";
import type { Declarations } from "../lib/ports/declarations.ts";

/** A new comment, and the run that answers it. */
export interface CommandRequest {
  readonly comment: {
    readonly id: number;
    readonly body: string;
    readonly createdAt: string;
    readonly author: string;
    readonly authorType: string;
    /** The GitHub App that wrote it in the author's name. */
    readonly via?: string;
    readonly pull: number;
  };
  readonly run: AskingRun & { readonly url: string; readonly id: string };
  /** Commit of the default branch whose policy holds. */
  readonly commit: string;
  readonly policy: Policy;
}

/** Who may do what, on the default branch. */
export interface Policy {
  readonly declarations: Declarations;
  readonly tiers: ReadonlyMap<TierName, Tier>;
}

/** Names a comment can name. */
export function knownTenants({ declarations }: Policy): readonly string[] {
  return [...declarations.tenants.keys()];
}

/** Environments that have tenants, in the order of their files. */
export function environmentsInUse({ declarations }: Policy): readonly Environment[] {
  const used = new Set([...declarations.tenants.values()].map(({ tenant }) => tenant.environment));
  return [...declarations.environments.values()].filter(({ name }) => used.has(name));
}

/** What a command is for: its tenant as it is to run now, with its tier, in its environment. */
export function targetOf(command: Command, environment: Environment, policy: Policy, now?: Tenant): Target {
  const tenant = now ?? policy.declarations.tenants.get(tenantOf(command) ?? "")?.tenant;
  if (tenant === undefined) return { environment };
  const tier = policy.tiers.get(tenant.tier);
  return { environment, tenant, ...(tier !== undefined && { tier }) };
}

/** The environment a command's tenant is in; for a command without a tenant undefined. */
export function environmentOf(command: Command, { declarations }: Policy): Environment | undefined {
  const tenant = declarations.tenants.get(tenantOf(command) ?? "")?.tenant;
  return tenant === undefined ? undefined : declarations.environments.get(tenant.environment);
}

/** An environment by name. */
export function environmentNamed(name: string, { declarations }: Policy): Environment {
  const environment = declarations.environments.get(name);
  if (environment !== undefined) return environment;
  throw new OperatorError("unknown-environment", `the default branch has no environment ${name}`);
}

/** Teams the policy of some environments speaks of: those that have to be looked up. */
export function teamsIn(environments: readonly Environment[]): readonly string[] {
  const team = (operator: Operator): readonly string[] => ("team" in operator ? [operator.team] : []);
  return [...new Set(environments.flatMap(({ operators }) => operators.flatMap(team)))];
}
