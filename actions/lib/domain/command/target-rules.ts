/** Whether what is asked for fits the tenant: that it is there, its state, its tier's limits, and the time. */

import type { Environment } from "../environment.ts";
import type { Tenant } from "../tenant.ts";
import type { Tier } from "../tier.ts";
import { openWindows, windowInWords } from "./freeze.ts";
import { type Command, type CommandOf, ruleOf } from "./grammar.ts";
import { broken, kept, type Rule } from "./rule.ts";
import { countInWords, scalingAsked } from "./scaling.ts";
import { writeCommand } from "./write-command.ts";

/** The tenant a command is for, with the policy of the default branch. */
export interface Target {
  readonly environment: Environment;
  /** As it is to run now, overrides included. Undefined when there is none of that name, or the command names none. */
  readonly tenant?: Tenant;
  readonly tier?: Tier;
}

/** The name a command has for its tenant. */
export function tenantOf(command: Command): string | undefined {
  return "tenant" in command ? command.tenant : undefined;
}

/** Rules of the tenant, of its limits and of the time, for a command that names a tenant; none for another. */
export function targetRules(command: Command, target: Target, now: Date): readonly Rule[] {
  const name = tenantOf(command);
  if (name === undefined) return [];
  const { environment, tenant, tier } = target;
  if (tenant === undefined || tier === undefined)
    return [broken("tenant", `${name} is not a tenant on the default branch`)];
  // The names were matched before; this is the last look before somebody else's hospital is touched.
  if (tenant.name !== name || tenant.environment !== environment.name || tenant.tier !== tier.name) {
    return [broken("tenant", `${name} is not the tenant ${tenant.name} (${tenant.tier}) of ${environment.name}`)];
  }
  return [
    kept("tenant", `${name} is a ${tier.name} tenant of ${environment.name}`),
    ...stateRules(command, tenant),
    ...(command.verb === "scale" ? [limitsRule(command, tenant, tier)] : []),
    ...(command.verb === "suspend" && command.database === "stop" ? [databaseRule(command, tenant)] : []),
    ...freezeRules(command, { environment, tenant, now }),
  ];
}

function stateRules(command: Command, { name, state }: Tenant): readonly Rule[] {
  if (command.verb !== "scale" && command.verb !== "restart" && command.verb !== "rollback") return [];
  return [
    state === "active"
      ? kept("state", `${name} is active`)
      : broken("state", `${name} is suspended: it runs nothing`, `/resume ${name}`),
  ];
}

/** An instance that several tenants share serves the others as well: it is never stopped for one. */
function databaseRule(command: CommandOf<"suspend">, { name, database }: Tenant): Rule {
  if (database.kind === "dedicated") return kept("database", `${name} has a database instance of its own`);
  const { database: _, ...without } = command;
  return broken(
    "database",
    `the database instance of ${name} serves other tenants too and is never stopped`,
    writeCommand(without),
  );
}

function limitsRule(command: CommandOf<"scale">, tenant: Tenant, { name, limits }: Tier): Rule {
  const { min, max } = limits.count;
  const { service, before, after } = scalingAsked(command, tenant.services);
  if (min === max) return broken("limits", `tier ${name} has exactly ${min} of each service and is not scaled`);
  const asked = { min: after.min, max: Math.max(after.max, after.min) };
  const inside = {
    min: Math.min(Math.max(asked.min, min), max),
    max: Math.min(Math.max(asked.max, min), max),
  };
  const instead = (count: { readonly min: number; readonly max: number }): string =>
    writeCommand({
      ...command,
      count: typeof command.count === "number" && before.min === before.max ? count.min : count,
    });
  if (inside.min !== asked.min || inside.max !== asked.max) {
    return broken("limits", `${countInWords(asked)} is outside the ${min} to ${max} of tier ${name}`, instead(inside));
  }
  if (after.min > after.max) {
    return broken(
      "limits",
      `auto scaling of ${service} ends at ${after.max}; to raise that as well, say both numbers`,
      instead({ min: after.min, max }),
    );
  }
  return kept("limits", `${service} ${countInWords(after)} is within the ${min} to ${max} of tier ${name}`);
}

function freezeRules(
  command: Command,
  { environment, tenant, now }: { readonly environment: Environment; readonly tenant: Tenant; readonly now: Date },
): readonly Rule[] {
  if (ruleOf(command.verb).effect !== "acts") return [];
  const [window] = openWindows(environment.freezeWindows, { now, tier: tenant.tier });
  if (window === undefined) return [kept("freeze", "no freeze window is open")];
  const reason = "reason" in command ? command.reason : undefined;
  return [
    reason === undefined
      ? broken("freeze", `${windowInWords(window)} is open; it takes a reason: add because and why`)
      : kept("freeze", `${windowInWords(window)} is open, broken because ${reason}`),
  ];
}
