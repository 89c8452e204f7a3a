/** Whether a person may do something: GitHub's permission and the operators of the environment, as they are looked up now. */

import type { Environment, Operator, OperatorVerb } from "../environment.ts";
import type { TierName } from "../tenant.ts";
import { broken, kept, type Rule, samePerson } from "./rule.ts";

/** The collaborator permission, from the API that answers for one person; never `author_association`, which is no permission. */
export type Permission = "admin" | "maintain" | "write" | "triage" | "read" | "none" | "lookup-failed";

export interface Person {
  readonly login: string;
  readonly permission: Permission;
  /** Slugs of the organization's teams that have them as an active member. */
  readonly teams: readonly string[] | "lookup-failed";
}

export interface Wish {
  readonly verb: OperatorVerb;
  readonly environment: Environment;
  /** Undefined for what looks at all tenants. */
  readonly tier?: TierName;
}

export function permissionRule({ login, permission }: Person): Rule {
  switch (permission) {
    case "admin":
    case "maintain":
    case "write":
      return kept("permission", `${login} has ${permission}`);
    case "triage":
    case "read":
    case "none":
      return broken("permission", `${login} has ${permission} on this repository and needs write`);
    case "lookup-failed":
      return broken("permission", `the permission of ${login} could not be looked up; try again in a minute`);
  }
}

/** One entry has to allow both the verb and the tier; two entries are never put together. */
export function operatorRule(person: Person, { verb, environment, tier }: Wish): Rule {
  const { login, teams } = person;
  const own = environment.operators.filter((operator) => isOf(operator, person));
  const wanted = tier === undefined ? verb : `${verb} on ${tier} tenants`;
  const granting = own.find((entry) => mayDo(entry, verb) && reaches(entry, tier));
  if (granting !== undefined) return kept("operator", `${nameOf(granting)} may ${wanted}`);
  if (teams === "lookup-failed") {
    return broken("operator", `the teams of ${login} could not be looked up; try again in a minute`);
  }
  if (own.length === 0) return broken("operator", `${login} is no operator of ${environment.name}`);
  return broken("operator", `${own.map(inWords).join("; ")}; not ${wanted}`);
}

function isOf(operator: Operator, { login, teams }: Person): boolean {
  if ("user" in operator) return samePerson(operator.user, login);
  return teams !== "lookup-failed" && teams.includes(operator.team);
}

function mayDo({ verbs }: Operator, verb: OperatorVerb): boolean {
  return verbs === "all" || verbs.includes(verb);
}

function reaches({ tiers }: Operator, tier: TierName | undefined): boolean {
  return tiers === "all" || tier === undefined || tiers.includes(tier);
}

function nameOf(operator: Operator): string {
  return "user" in operator ? operator.user : `team ${operator.team}`;
}

function inWords(operator: Operator): string {
  const verbs = operator.verbs === "all" ? "do everything" : operator.verbs.join(", ");
  const tiers = operator.tiers === "all" ? "" : ` on ${operator.tiers.join(" and ")} tenants`;
  return `${nameOf(operator)} may ${verbs}${tiers}`;
}
