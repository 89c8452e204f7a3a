/** Whether a restore may be carried out: decided from who started it and who approved it. What could not be looked up denies. */
import { operatorRule, type Person, permissionRule } from "./command/operator-rules.ts";
import { samePerson } from "./command/rule.ts";
import type { Environment } from "./environment.ts";
import type { TierName } from "./tenant.ts";

export interface RestoreAuthority {
  readonly environment: Environment;
  readonly tier: TierName;
  /** Who filled in the form, and who started this attempt of its run: often the same. */
  readonly askers: readonly Person[];
  /** Those who approved the job's GitHub environment for this run. */
  readonly approvers: readonly Person[];
}

export type RestoreDecision =
  | { readonly decision: "allowed"; readonly confirmedBy: string }
  | {
      readonly decision: "refused";
      readonly reasonCode: "refused-operator" | "no-second-person";
      readonly because: string;
    };

/**
 * Everybody who asked has to be an operator who may restore, and one such operator who did not ask has to have approved. GitHub's protection
 * of the environment holds the job back; this makes sure that the protection was there, and that it was not the asker's own approval.
 */
export function decideRestore(authority: RestoreAuthority): RestoreDecision {
  const { askers, approvers, environment } = authority;
  const broken = askers.flatMap((person) => brokenRules(person, authority));
  if (broken.length > 0) return { decision: "refused", reasonCode: "refused-operator", because: broken.join("; ") };
  const others = approvers.filter(({ login }) => !askers.some((asker) => samePerson(asker.login, login)));
  const confirming = others.find((person) => brokenRules(person, authority).length === 0);
  if (confirming !== undefined) return { decision: "allowed", confirmedBy: confirming.login };
  return {
    decision: "refused",
    reasonCode: "no-second-person",
    because:
      approvers.length === 0
        ? `nobody approved this run; the GitHub environment ${environment.name}-restore needs required reviewers, and self-review forbidden`
        : others.length === 0
          ? `only ${approvers.map(({ login }) => login).join(", ")} approved, who asked for it; a second person has to`
          : others.flatMap((person) => brokenRules(person, authority)).join("; "),
  };
}

function brokenRules(person: Person, { environment, tier }: RestoreAuthority): readonly string[] {
  return [permissionRule(person), operatorRule(person, { verb: "restore", environment, tier })]
    .filter(({ ok }) => !ok)
    .map(({ why }) => why);
}
