/** What needs a second person, and whether the one who confirms may. */

import type { Tenant } from "../tenant.ts";
import { type Command, type Danger, ruleOf } from "./grammar.ts";
import { broken, kept, minutesBetween, patience, type Rule, samePerson } from "./rule.ts";

/** What has to be looked up to know how dangerous a command is. What is not known counts as dangerous. */
export interface Facts {
  /** Whether the release that runs has migrations that the one to go back to does not know. */
  readonly migrationBetween: "yes" | "no" | "unknown";
  /** Whether the holder of the tenant's lease still gives signs of life. */
  readonly holder: "alive" | "gone" | "unknown";
}

/** An operation that waits for its confirmation. */
export interface Pending {
  readonly operation: string;
  readonly command: Command;
  readonly askedBy: string;
  /** ISO 8601. */
  readonly askedAt: string;
}

/** Why this command needs a second person, each in words; none when it does not. */
export function dangersOf(command: Command, tenant: Tenant | undefined, facts: Facts): readonly string[] {
  return ruleOf(command.verb).confirmedWhen.flatMap((danger) => inWords(danger, tenant, facts) ?? []);
}

/** Until when an operation can be confirmed. */
export function confirmableUntil({ askedAt }: Pick<Pending, "askedAt">): Date {
  return new Date(Date.parse(askedAt) + patience * 60_000);
}

/** Whether `login` may confirm or cancel what waits. */
export function confirmationRule(
  { verb, operation }: { readonly verb: "confirm" | "cancel"; readonly operation: string },
  {
    pending,
    login,
    now,
  }: { readonly pending: Pending | "none" | "lookup-failed"; readonly login: string; readonly now: Date },
): Rule {
  if (pending === "lookup-failed")
    return broken("confirmation", `${operation} could not be looked up; try again in a minute`);
  if (pending === "none" || pending.operation !== operation) {
    return broken("confirmation", `${operation} is not waiting: it was confirmed, cancelled, or never was`);
  }
  const { askedBy, askedAt } = pending;
  if (verb === "cancel") return kept("confirmation", `${operation} of ${askedBy} is waiting`);
  const age = minutesBetween(askedAt, now);
  if (age === undefined || age >= patience) {
    return broken("confirmation", `${operation} was asked for more than ${patience} minutes ago; ask again`);
  }
  return samePerson(askedBy, login)
    ? broken("confirmation", `${login} asked for it; a second person has to confirm`)
    : kept("confirmation", `asked for by ${askedBy}, confirmed by ${login}`);
}

function inWords(danger: Danger, tenant: Tenant | undefined, facts: Facts): string | undefined {
  switch (danger) {
    case "enterprise tenant":
      // One that is suspended already has nothing to lose.
      return tenant?.tier === "enterprise" && tenant.state === "active"
        ? `${tenant.name} is an enterprise tenant`
        : undefined;
    case "across a migration":
      return {
        yes: "it goes back across a migration",
        no: undefined,
        unknown: "whether it goes back across a migration is not known",
      }[facts.migrationBetween];
    case "holder is alive":
      return {
        alive: "the holder of the lease is alive",
        gone: undefined,
        unknown: "whether the holder of the lease is alive is not known",
      }[facts.holder];
  }
}
