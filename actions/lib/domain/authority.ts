/**
 * Whether a command may be carried out: decided from facts that were looked up for this run, by the policy of the default branch.
 * What could not be looked up denies.
 */

import {
  type AskingComment,
  type AskingRun,
  authorRule,
  commentRules,
  type OperationState,
} from "./command/comment-rules.ts";
import { confirmationRule, dangersOf, type Facts, type Pending } from "./command/confirmation.ts";
import type { Command } from "./command/grammar.ts";
import { operatorRule, type Person, permissionRule } from "./command/operator-rules.ts";
import { broken, kept, type Rule, type RuleName, samePerson } from "./command/rule.ts";
import { type Target, targetRules } from "./command/target-rules.ts";

export interface Asked {
  readonly command: Command;
  /** Who started this run; for a first run the author of the comment. */
  readonly person: Person;
  readonly comment: AskingComment;
  readonly run: AskingRun;
  /** What the journal knows about the operation of this comment. */
  readonly operation: OperationState;
  /** Of the command; for `/confirm` and `/cancel` of the command that waits. */
  readonly target: Target;
  /** The operation that `/confirm` or `/cancel` names. */
  readonly pending?: Pending | "none" | "lookup-failed";
  readonly facts: Facts;
  readonly now: Date;
}

export type Decision =
  | { readonly decision: "allowed"; readonly rules: readonly Rule[] }
  /** Everything is in order but for a second person. */
  | {
      readonly decision: "needs-confirmation";
      /** Why, each in words. */
      readonly because: readonly string[];
      readonly rules: readonly Rule[];
    }
  | {
      readonly decision: "refused";
      /** The broken ones first, then the kept ones. */
      readonly rules: readonly Rule[];
      /** `refused-operator`: after the first broken rule. */
      readonly reasonCode: `refused-${RuleName}`;
    };

/** The decision on one command. */
export function authorize(asked: Asked): Decision {
  const rules = rulesOf(asked);
  const failed = rules.filter(({ ok }) => !ok);
  const [first] = failed;
  if (first !== undefined) {
    const rest = rules.filter(({ ok }) => ok);
    return { decision: "refused", rules: [...failed, ...rest], reasonCode: `refused-${first.rule}` };
  }
  const because = dangersOf(asked.command, asked.target.tenant, asked.facts);
  return because.length > 0 ? { decision: "needs-confirmation", because, rules } : { decision: "allowed", rules };
}

function rulesOf(asked: Asked): readonly Rule[] {
  const { command, comment, person, target, now } = asked;
  // Help tells nobody anything that is not in the documentation.
  if (command.verb === "help") return [authorRule(comment)];
  const always = [...commentRules(asked), ...personRules(asked), permissionRule(person)];
  if (command.verb !== "confirm" && command.verb !== "cancel") {
    return [...always, operatorOf(asked, command.verb), ...targetRules(command, target, now)];
  }
  const pending = asked.pending ?? "none";
  const settling = confirmationRule(command, { pending, login: person.login, now });
  if (!settling.ok || pending === "none" || pending === "lookup-failed") return [...always, settling];
  const ofTarget = targetRules(pending.command, target, now);
  if (command.verb === "cancel") {
    const own = samePerson(pending.askedBy, person.login);
    const operator = own ? kept("operator", `${person.login} asked for it`) : operatorOf(asked, "cancel");
    return [...always, operator, ...ofTarget.filter(({ rule }) => rule === "tenant"), settling];
  }
  // What was in order when it was asked for may not be any more.
  return [...always, operatorOf(asked, "confirm"), ...ofTarget, settling];
}

function operatorOf({ person, target }: Asked, verb: Exclude<Command["verb"], "help">): Rule {
  const { environment, tenant } = target;
  return operatorRule(person, { verb, environment, ...(tenant !== undefined && { tier: tenant.tier }) });
}

/** The facts have to be about the person who started the run. */
function personRules({ person, run }: Asked): readonly Rule[] {
  if (samePerson(person.login, run.startedBy)) return [];
  return [broken("re-run", `${person.login} was looked up, ${run.startedBy} started the run`)];
}
