import type { DesiredTenant } from "../../domain/desired.ts";
import { type RestoreNames, restoreNames, trialDatabaseNames } from "../../domain/restore-names.ts";
import type { RestoreFacts, RestoreRecord } from "../../domain/restore-record.ts";
import { fromOutputs, type Outputs } from "../../domain/stack-outputs.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { RestoreCell } from "../../ports/restore-cell.ts";
import type { RestoreJournal } from "./restore-journal.ts";

/** What the restore of one tenant works with. */
export interface RestoreTarget {
  readonly desired: DesiredTenant;
  /** Outputs of the tenant's stack and of the platform's. */
  readonly outputs: Outputs;
  readonly cell: RestoreCell;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** The same within one operation. */
export interface RestoreContext extends RestoreTarget {
  readonly journal: RestoreJournal;
  /** Called before every step. @throws OperatorError if somebody else has the tenant by now */
  readonly stillOurs: () => Promise<void>;
}

/** Identifier of the instance that serves the tenant: its own, or the one trials share. */
export function servingInstance({ outputs }: Pick<RestoreTarget, "outputs">): string {
  return output(outputs, "DatabaseInstanceIdentifier");
}

/** What this operation calls things. Instances are named after the tenant's stack, also the copy of a shared one. */
export function namesOf({ desired, journal }: Pick<RestoreContext, "desired" | "journal">): RestoreNames {
  return restoreNames(desired.stack.name, new Date(journal.now().startedAt));
}

/** What a trial's databases are called in this operation. */
export function trialNames({
  outputs,
  journal,
}: RestoreContext): ReturnType<typeof trialDatabaseNames> & { readonly live: string } {
  const live = output(outputs, "DatabaseName");
  return { live, ...trialDatabaseNames(live, new Date(journal.now().startedAt)) };
}

/** A fact an earlier step has found. @throws Error if it has not: the order of steps is wrong */
export function fact<Name extends keyof RestoreFacts>(
  record: RestoreRecord,
  name: Name,
): NonNullable<RestoreFacts[Name]> {
  const found = record.facts[name];
  if (found === undefined || found === null) throw new Error(`${record.operation} does not know its ${name} yet`);
  return found as NonNullable<RestoreFacts[Name]>;
}

/** @throws OperatorError `missing-output` */
export function output(outputs: Outputs, name: string): string {
  return fromOutputs("the tenant's stack", outputs, (read) => read(name));
}
