/** The swap of a trial's own database on the instance that trials share. The instance, and every other database on it, stays as it is. */

import { stepOf } from "../../domain/restore-record.ts";
import { copyDatabaseProgram, dropDatabaseProgram, swapDatabasesProgram } from "../../domain/restore-scripts.ts";
import { runTrialProgram } from "./database-steps.ts";
import { removeScratch } from "./remove-scratch.ts";
import { fact, type RestoreContext, trialNames } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";

export const copyDatabase: Perform = async (context, step) => {
  const { live, restored } = trialNames(context);
  const copy = fact(context.journal.now(), "restored");
  const environment = { DATABASE_NAME: live, RESTORED_NAME: restored, COPY_HOST: copy.host ?? "" };
  return { note: await runTrialProgram(copyDatabaseProgram, environment, { step, context }) };
};

export const swapDatabases: Perform = async (context, step) => {
  const { live, restored, kept } = trialNames(context);
  const environment = { DATABASE_NAME: live, NEXT_NAME: restored, AWAY_NAME: kept };
  return { note: await runTrialProgram(swapDatabasesProgram, environment, { step, context }) };
};

export const undoDatabases: Perform = async (context, step) => {
  const { live, kept, undone } = trialNames(context);
  const environment = { DATABASE_NAME: live, NEXT_NAME: kept, AWAY_NAME: undone };
  return { note: await runTrialProgram(swapDatabasesProgram, environment, { step, context }) };
};

export const removeCopy: Perform = async (context) => ({ note: await removeScratch(context) });

/** Removes the copy that never came to serve. */
export async function dropRestoredDatabase(context: RestoreContext): Promise<void> {
  const step = stepOf(context.journal.now(), "copy-database");
  if (step === undefined) return;
  // A task of its own, not the copying one again.
  const { task: _, ...own } = { ...step, attempt: step.attempt + 1000 };
  const { restored } = trialNames(context);
  context.progress.say(await runTrialProgram(dropDatabaseProgram, { RESTORED_NAME: restored }, { step: own, context }));
}
