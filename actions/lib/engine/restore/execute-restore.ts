/** Begins, goes on with, throws away and reverses a restore. */
import { OperatorError } from "../../domain/operator-error.ts";
import { type RestorePlan, refusals } from "../../domain/restore-plan.ts";
import { type RestoreRecord, stepOf } from "../../domain/restore-record.ts";
import { discardSteps, pointOfNoReturn, restoreSteps, undoSteps } from "../../domain/restore-steps.ts";
import { serves } from "./database-steps.ts";
import { performers } from "./performers.ts";
import { mustNotBeRefused } from "./plan-restore.ts";
import { removeScratch } from "./remove-scratch.ts";
import { namesOf, type RestoreContext, type RestoreTarget } from "./restore-context.ts";
import { holdTenant, letTenantGo } from "./restore-holder.ts";
import { beginJournal, openJournal, type RestoreJournal } from "./restore-journal.ts";
import { runSteps } from "./run-steps.ts";
import { stopAgain, stoppedNow } from "./stopped-database.ts";
import { resume } from "./tenant-steps.ts";
import { dropRestoredDatabase } from "./trial-steps.ts";

/** Who does it, as it is written down. */
export interface Doer {
  readonly actor: string;
  readonly confirmedBy: string;
  readonly run: string;
}

/** Writes down what is going to be done. Nothing of the tenant is touched yet. */
export async function beginRestore(plan: RestorePlan, doer: Doer, target: RestoreTarget): Promise<RestoreJournal> {
  mustNotBeRefused(refusals(plan));
  const { cell, clock } = target;
  const serving = plan.what === "files" ? undefined : await serves(target);
  await holdTenant(plan.tenant, plan.operation, cell.records);
  const { operation, tenant, environment, kind, what, source, stopped } = plan;
  return await beginJournal(
    {
      ...{ operation, tenant, environment, kind, what },
      ...(source !== undefined && { source }),
      ...(stopped !== undefined && { stopped }),
      at: plan.at.toISOString(),
      startedAt: clock.now().toISOString(),
      startedBy: doer.actor,
      confirmedBy: doer.confirmedBy,
      runs: [doer.run],
      state: "running",
      steps: [],
      facts:
        serving === undefined || kind === "shared"
          ? {}
          : {
              old: {
                resource: serving.resource,
                ...(serving.host !== undefined && { host: serving.host }),
                ...(serving.secret !== undefined && { secret: serving.secret }),
              },
            },
    },
    cell.records,
  );
}

/** The journal of an operation somebody names. @throws OperatorError `unknown-operation` */
export async function journalOf(operation: string, { cell, desired }: RestoreTarget): Promise<RestoreJournal> {
  const journal = await openJournal(operation, cell.records);
  if (journal?.now().tenant === desired.tenant.name) return journal;
  throw new OperatorError(
    "unknown-operation",
    `${desired.tenant.name} has no restore ${operation}; mode list shows those it has`,
  );
}

/** Goes through the steps that are not done yet. */
export async function executeRestore(context: RestoreContext): Promise<RestoreRecord> {
  const { journal } = context;
  const record = journal.now();
  if (record.state === "done") return await over(context);
  expectState(record, ["running"], "cannot be gone on with");
  await runSteps(restoreSteps(record.what, record.kind, record.stopped), context, performers);
  return await end("done", context);
}

/**
 * Throws away what was restored and starts the tenant again if it was stopped. Only before the swap.
 */
export async function abortRestore(context: RestoreContext): Promise<RestoreRecord> {
  const { journal, progress } = context;
  const record = journal.now();
  if (record.state === "aborted") return await over(context);
  expectState(record, ["running"], "cannot be aborted");
  if (stepOf(record, pointOfNoReturn[record.kind]) !== undefined) {
    throw new OperatorError(
      "swap-begun",
      `${record.operation} has begun to swap the databases; use undo, which keeps both`,
    );
  }
  await context.stillOurs();
  if (record.facts.services !== undefined) await resume(undefined, context);
  if (record.kind === "shared" && stepOf(record, "copy-database") !== undefined) await dropRestoredDatabase(context);
  if (stepOf(record, "start-database") !== undefined && record.stopped === "with its tenant") {
    progress.say(await stopAgain(context));
  }
  if (record.what !== "files") progress.say(await removeScratch(context));
  return await end("aborted", context);
}

/** Reverses the swap. What was written since is kept in the instance, or the database, that goes out of service. */
export async function undoRestore(context: RestoreContext): Promise<RestoreRecord> {
  const { journal } = context;
  const record = journal.now();
  if (record.state === "undone") return await over(context);
  expectState(record, ["running", "done", "undoing"], "cannot be undone");
  if (record.what === "files") {
    throw new OperatorError(
      "nothing-to-undo",
      "files are undone by restoring them to a moment just before this operation: every version is still there",
    );
  }
  if (stepOf(record, pointOfNoReturn[record.kind]) === undefined) {
    throw new OperatorError("not-swapped", `${record.operation} has not begun to swap the databases; use abort`);
  }
  if (record.kind === "dedicated") await expectOwnToServe(context);
  await holdTenant(record.tenant, record.operation, context.cell.records);
  if (record.state !== "undoing") {
    const stopped = await stoppedNow(context);
    await journal.write(({ stopped: _, ...one }) => ({
      ...one,
      state: "undoing",
      ...(stopped !== undefined && { stopped }),
    }));
  }
  await runSteps(undoSteps(journal.now()), context, performers);
  return await end("undone", context);
}

/**
 * Throws away what is put away: the old database of a restore that is done, or the restored one of a restore that was undone. Nothing can be
 * undone after it; what is left is a last snapshot of an instance.
 */
export async function discardRestore(context: RestoreContext): Promise<RestoreRecord> {
  const { journal } = context;
  const record = journal.now();
  if (record.state === "discarded") return await over(context);
  expectState(record, ["done", "undone", "discarding"], "has put nothing away that could be discarded");
  if (record.what === "files" || stepOf(record, pointOfNoReturn[record.kind]) === undefined) {
    throw new OperatorError("nothing-to-discard", `${record.operation} has put no database away`);
  }
  await holdTenant(record.tenant, record.operation, context.cell.records);
  if (record.state !== "discarding") await journal.write((one) => ({ ...one, state: "discarding" }));
  await runSteps(discardSteps(record.kind), context, performers);
  return await end("discarded", context);
}

/** Neither instance of this operation serves any more if another restore came after it. */
async function expectOwnToServe(context: RestoreContext): Promise<void> {
  const { live } = namesOf(context);
  const { operation, facts } = context.journal.now();
  const serving = await context.cell.databases.find(live);
  const own = [facts.old?.resource, facts.restored?.resource];
  if (serving === undefined || own.includes(serving.resource)) return;
  throw new OperatorError(
    "restored-since",
    `${live} was restored again since ${operation}; undo the later operation first`,
  );
}

async function end(state: RestoreRecord["state"], context: RestoreContext): Promise<RestoreRecord> {
  await context.journal.write((one) => ({ ...one, state }));
  return await over(context);
}

/** Also for an operation that was over already: its run may have been lost between the two. */
async function over({ cell, journal }: RestoreContext): Promise<RestoreRecord> {
  const record = journal.now();
  await letTenantGo(record.tenant, record.operation, cell.records);
  return record;
}

function expectState(record: RestoreRecord, states: readonly RestoreRecord["state"][], what: string): void {
  if (states.includes(record.state)) return;
  throw new OperatorError("operation-over", `${record.operation} is ${record.state} and ${what}`);
}
