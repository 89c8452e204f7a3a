/** Throws away what a restore kept: the old database after a swap, or the restored one after the swap was reversed. */
import { OperatorError } from "../../domain/operator-error.ts";
import { operationTag } from "../../domain/restore-names.ts";
import { type RestoreRecord, stepOf } from "../../domain/restore-record.ts";
import { dropDatabaseProgram } from "../../domain/restore-scripts.ts";
import { waitFor } from "../wait.ts";
import { runTrialProgram, serves } from "./database-steps.ts";
import { reach } from "./reach-instance.ts";
import { fact, namesOf, type RestoreContext, trialNames } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";

/** Whether the swap was reversed, so that what is put away is the restored database and not the old one. */
function reversed(record: RestoreRecord): boolean {
  return record.steps.some(({ step }) => step === "undo-rename-old" || step === "undo-databases");
}

/** The instance that is put away; undefined once it is gone. Never the one that serves, nor one with a name that this operation did not give. */
async function putAway(context: RestoreContext) {
  const { cell, journal } = context;
  const record = journal.now();
  const { live, kept, undone, restored } = namesOf(context);
  const { resource } = fact(record, reversed(record) ? "restored" : "old");
  const [instance, serving] = await Promise.all([cell.databases.findResource(resource), serves(context)]);
  if (instance === undefined) return undefined;
  const given = reversed(record) ? [undone, restored] : [kept];
  if (instance.id === live || instance.resource === serving.resource || !given.includes(instance.id)) {
    throw new OperatorError(
      "not-put-away",
      `${instance.id} is not what ${record.operation} put away, so it is not deleted; look at it in the RDS console`,
    );
  }
  return instance;
}

/** A last snapshot of what is going to go. The one that was taken before the swap is the old database's, to the last row. */
export const discardSnapshot: Perform = async (context) => {
  const { cell, clock, desired, journal } = context;
  const record = journal.now();
  const instance = await putAway(context);
  if (instance === undefined) return { note: "it is gone already" };
  const name = reversed(record) ? instance.id : namesOf(context).finalSnapshot;
  const tags = { "mate-tenant": desired.tenant.name, [operationTag]: record.operation };
  if ((await cell.databases.snapshot(name)) === undefined) {
    await reach(
      {
        what: `taking ${name}`,
        find: () => cell.databases.findResource(instance.resource),
        act: async ({ id }) =>
          (await cell.databases.takeSnapshot({ of: id, as: name, tags })) === "taken" ? "reached" : "not yet",
        atMostMs: 60 * 60_000,
      },
      context,
    );
  }
  const ready = await waitFor(clock, { everyMs: [10_000, 15_000, 30_000], atMostMs: 4 * 3_600_000 }, async () =>
    (await cell.databases.snapshot(name))?.ready === true ? true : undefined,
  );
  if (ready === true) return { note: `its last state is in snapshot ${name}, which stays` };
  throw new OperatorError("snapshot-slow", `${name} is not ready yet; start this operation again to go on waiting`);
};

export const discardInstance: Perform = async (context) => {
  const { cell, clock, progress } = context;
  const first = await putAway(context);
  if (first === undefined) return { note: "it is gone already" };
  const gone = await waitFor(clock, { everyMs: [5_000, 10_000, 15_000], atMostMs: 2 * 3_600_000 }, async () => {
    const instance = await putAway(context);
    if (instance === undefined) return true;
    if (instance.status === "deleting") return undefined;
    if (instance.state === "stopped" && instance.settings.protected) {
      progress.say(`${instance.id}: starting it, because RDS lifts no protection of a stopped one`);
      await cell.databases.start(instance.id);
      return undefined;
    }
    progress.say(`${instance.id}: ${instance.settings.protected ? "lifting its protection" : "removing"}`);
    if (instance.settings.protected) await cell.databases.unprotect(instance.id);
    else await cell.databases.remove(instance.id);
    return undefined;
  });
  if (gone === true) return { note: `${first.id} is gone` };
  throw new OperatorError(
    "database-slow",
    `${first.id} is still being deleted; start this operation again to go on waiting`,
  );
};

/** Of a trial: the database that was renamed away on the instance that trials share. */
export const discardDatabase: Perform = async (context, step) => {
  const { kept, undone } = trialNames(context);
  const away = stepOf(context.journal.now(), "undo-databases") === undefined ? kept : undone;
  return { note: await runTrialProgram(dropDatabaseProgram, { RESTORED_NAME: away }, { step, context }) };
};
