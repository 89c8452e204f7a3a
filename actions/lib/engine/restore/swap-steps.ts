/** The swap of two dedicated instances by their names, and its reverse: identifier and endpoint stay, so nothing else has to know. */
import { OperatorError } from "../../domain/operator-error.ts";
import { operationTag } from "../../domain/restore-names.ts";
import type { RestoreRecord } from "../../domain/restore-record.ts";
import { waitFor } from "../wait.ts";
import { reach, reachName } from "./reach-instance.ts";
import { fact, namesOf, type RestoreContext } from "./restore-context.ts";
import type { Perform } from "./run-steps.ts";
import { serveWith } from "./serving-secret.ts";

/** The last state of the instance that is about to be renamed away, when nothing writes to it any more. */
export const finalSnapshot: Perform = async (context) => {
  const { cell, clock, desired, journal } = context;
  const record = journal.now();
  const { finalSnapshot: name } = namesOf(context);
  const { resource } = fact(record, "old");
  await reach(
    {
      what: `taking ${name}`,
      find: () => cell.databases.findResource(resource),
      act: async ({ id }) => {
        const tags = { "mate-tenant": desired.tenant.name, [operationTag]: record.operation };
        return (await cell.databases.takeSnapshot({ of: id, as: name, tags })) === "taken" ? "reached" : "not yet";
      },
      atMostMs: 60 * 60_000,
    },
    context,
  );
  const ready = await waitFor(clock, { everyMs: [10_000, 15_000, 30_000], atMostMs: 4 * 3_600_000 }, async () =>
    (await cell.databases.snapshot(name))?.ready === true ? true : undefined,
  );
  if (ready === true) return { note: `${name} is there` };
  throw new OperatorError("snapshot-slow", `${name} is not ready yet; start this operation again to go on waiting`);
};

export const renameOld: Perform = async (context) => {
  const { kept } = namesOf(context);
  const old = fact(context.journal.now(), "old");
  await reachName({ resource: old.resource, name: kept, protect: await isProtected(old.resource, context) }, context);
  return { note: `the old database is ${kept} and stays` };
};

export const renameNew: Perform = async (context) => {
  const { live } = namesOf(context);
  const { old, restored } = both(context.journal.now());
  // As protected as the one whose place it takes.
  const protect = await isProtected(old.resource, context);
  const serving = await reachName({ resource: restored.resource, name: live, protect }, context);
  sameEndpoint(serving.host, old.host);
  await serveWith({ before: old.secret, now: restored.secret }, context);
  return { note: `${live} is the restored database, at the same endpoint` };
};

export const undoRenameNew: Perform = async (context) => {
  const { live, undone } = namesOf(context);
  const { old, restored } = both(context.journal.now());
  const there = await context.cell.databases.findResource(restored.resource);
  if (there === undefined) return { note: "the restored database is gone already" };
  // Cut off between the two renames it never had the name.
  if (there.id !== live && there.state === "ready" && there.id !== undone) return { note: `${there.id} never served` };
  const protect = await isProtected(old.resource, context);
  await reachName({ resource: restored.resource, name: undone, protect }, context);
  return { note: `the restored database is ${undone} and stays` };
};

export const undoRenameOld: Perform = async (context) => {
  const { live } = namesOf(context);
  const { old, restored } = both(context.journal.now());
  const protect = await isProtected(old.resource, context);
  const serving = await reachName({ resource: old.resource, name: live, protect }, context);
  sameEndpoint(serving.host, old.host);
  await serveWith({ before: restored.secret, now: old.secret }, context);
  return { note: `${live} is the old database again, at the same endpoint` };
};

function both(record: RestoreRecord) {
  return { old: fact(record, "old"), restored: fact(record, "restored") };
}

async function isProtected(resource: string, { cell }: RestoreContext): Promise<boolean> {
  const old = await cell.databases.findResource(resource);
  if (old === undefined) throw new OperatorError("database-gone", `the instance ${resource} is gone`);
  return old.settings.protected;
}

/** The endpoint is made of the identifier, so this cannot be otherwise; if it ever is, nobody may be sent to it. */
function sameEndpoint(now: string | undefined, before: string | undefined): void {
  if (before === undefined || now === before) return;
  throw new OperatorError("endpoint-moved", `the database is at ${now} now and was at ${before}; undo this operation`);
}

/** Whether CloudFormation still takes the database for the one it made. */
export const checkStack: Perform = async (context) => {
  const { cell, clock, desired } = context;
  const { name } = desired.stack;
  const resources = await cell.stacks.resources(name);
  const database = resources.find(({ type }) => type === "AWS::RDS::DBInstance");
  if (database === undefined) throw new OperatorError("no-stack", `stack ${name} has no database`);
  const comparison = await cell.databases.startComparing(name, database.logicalId);
  const differences = await waitFor(clock, { everyMs: [3_000, 5_000], atMostMs: 15 * 60_000 }, () =>
    cell.databases.differences(comparison, name, database.logicalId),
  );
  if (differences === undefined) {
    throw new OperatorError(
      "drift-not-known",
      `CloudFormation did not end comparing ${name} in time; start this operation again`,
    );
  }
  const drift = differences.map(({ property, expected, actual }) => `${property}: ${expected} → ${actual}`);
  return {
    note: drift.length === 0 ? "the stack has no drift" : `the database differs from its stack: ${drift.join("; ")}`,
    facts: { drift },
  };
};
