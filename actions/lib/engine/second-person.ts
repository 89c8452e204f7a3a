import { operatorRule, type Person, permissionRule } from "../domain/command/operator-rules.ts";
import type { Environment, OperatorVerb } from "../domain/environment.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { decideRestore } from "../domain/restore-second-person.ts";
import type { TierName } from "../domain/tenant.ts";
import type { Approvals } from "../ports/approvals.ts";
import type { People } from "../ports/people.ts";

export interface AskedRun {
  readonly id: string;
  readonly url: string;
  /** Who filled in the form, and who started this attempt. */
  readonly actor: string;
  readonly startedBy: string;
}

/**
 * Login of the second person who approved this run.
 *
 * @throws OperatorError `refused-operator` or `no-second-person`
 */
export async function secondPerson(
  run: AskedRun,
  { environment, tier }: { readonly environment: Environment; readonly tier: TierName },
  { approvals, people }: { readonly approvals: Approvals; readonly people: People },
): Promise<string> {
  const approved = await approvals.of(run.id, `${environment.name}-restore`);
  const [askers, approvers] = await Promise.all([
    find([run.actor, run.startedBy], environment, people),
    find(approved, environment, people),
  ]);
  const decision = decideRestore({ environment, tier, askers, approvers });
  if (decision.decision === "allowed") return decision.confirmedBy;
  throw new OperatorError(decision.reasonCode, `${decision.because}; nothing was done`);
}

/**
 * Makes sure that everybody who asked for a run is an operator who may do this. What could not be looked up denies.
 *
 * @throws OperatorError `refused-operator`
 */
export async function askersMay(
  verb: OperatorVerb,
  run: AskedRun,
  { environment, tier }: { readonly environment: Environment; readonly tier: TierName },
  people: People,
): Promise<void> {
  const askers = await find([run.actor, run.startedBy], environment, people);
  const broken = askers
    .flatMap((person) => [permissionRule(person), operatorRule(person, { verb, environment, tier })])
    .filter(({ ok }) => !ok);
  if (broken.length === 0) return;
  throw new OperatorError("refused-operator", `${broken.map(({ why }) => why).join("; ")}; nothing was done`);
}

async function find(logins: readonly string[], { operators }: Environment, people: People): Promise<readonly Person[]> {
  const teams = [...new Set(operators.flatMap((operator) => ("team" in operator ? [operator.team] : [])))];
  return await Promise.all([...new Set(logins)].map((login) => people.find(login, teams)));
}
