import type { Person } from "../lib/domain/command/operator-rules.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { decideRestore } from "../lib/domain/restore-second-person.ts";
import type { TierName } from "../lib/domain/tenant.ts";
import type { Approvals } from "../lib/ports/approvals.ts";
import type { People } from "../lib/ports/people.ts";

export interface RestoreRun {
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
  run: RestoreRun,
  { environment, tier }: { readonly environment: Environment; readonly tier: TierName },
  { approvals, people }: { readonly approvals: Approvals; readonly people: People },
): Promise<string> {
  const approved = await approvals.of(run.id, `${environment.name}-restore`);
  const teams = [...new Set(environment.operators.flatMap((operator) => ("team" in operator ? [operator.team] : [])))];
  const find = (logins: readonly string[]): Promise<readonly Person[]> =>
    Promise.all([...new Set(logins)].map((login) => people.find(login, teams)));
  const [askers, approvers] = await Promise.all([find([run.actor, run.startedBy]), find(approved)]);
  const decision = decideRestore({ environment, tier, askers, approvers });
  if (decision.decision === "allowed") return decision.confirmedBy;
  throw new OperatorError(decision.reasonCode, `${decision.because}; nothing was done`);
}
