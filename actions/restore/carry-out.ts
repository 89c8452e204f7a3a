import { journalKey } from "../lib/domain/operation.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { RestoreOutcome } from "../lib/domain/restore-outcome.ts";
import type { RestorePlan } from "../lib/domain/restore-plan.ts";
import type { RestoreRecord } from "../lib/domain/restore-record.ts";
import { takeLease } from "../lib/engine/lease.ts";
import {
  abortRestore,
  beginRestore,
  discardRestore,
  executeRestore,
  journalOf,
  undoRestore,
} from "../lib/engine/restore/execute-restore.ts";
import type { RestoreTarget } from "../lib/engine/restore/restore-context.ts";
import { openJournal, type RestoreJournal } from "../lib/engine/restore/restore-journal.ts";
import type { AskedRun } from "../lib/engine/second-person.ts";
import type { LeaseHolders } from "../lib/ports/lease-holders.ts";

/** Something that is to be changed, with everybody's consent. */
export interface ApprovedRestore {
  readonly mode: "execute" | "undo" | "abort" | "discard";
  readonly operation: string;
  /** Somebody named the operation, so it has to be there. */
  readonly named: boolean;
  readonly confirmedBy: string;
  readonly run: AskedRun;
  /** Looks at everything once more, for an operation that begins. */
  readonly plan: () => Promise<RestorePlan>;
}

const work = { execute: executeRestore, undo: undoRestore, abort: abortRestore, discard: discardRestore } as const;

/** Does it with the tenant's lease in hand, so that no command and no second restore works on the tenant meanwhile. */
export async function carryOut(
  approved: ApprovedRestore,
  target: RestoreTarget,
  holders: LeaseHolders,
): Promise<RestoreOutcome> {
  const { mode, operation, run } = approved;
  const { environment, tenant } = target.desired;
  const answer = await takeLease(
    {
      tenant: tenant.name,
      operation,
      purpose: `restore of ${environment.name}/${tenant.name} (${mode})`,
      holder: run.actor,
      run: run.url,
      runId: run.id,
    },
    { records: target.cell.records, holders, clock: target.clock },
  );
  if (answer.answer === "held") {
    const { purpose, holder, run: other } = answer.by;
    throw new OperatorError(
      "tenant-busy",
      `${purpose} by ${holder} works on ${tenant.name} at this moment (${other}); start this again when it is over`,
    );
  }
  try {
    const journal = await journalFor(approved, target);
    return await finished(journal, approved, { ...target, stillOurs: answer.held.check });
  } finally {
    await answer.held.release();
  }
}

async function journalFor(approved: ApprovedRestore, target: RestoreTarget): Promise<RestoreJournal> {
  const { mode, operation, named, run, confirmedBy } = approved;
  const known = named ? await journalOf(operation, target) : await openJournal(operation, target.cell.records);
  if (known === undefined) {
    if (mode !== "execute") {
      throw new OperatorError("no-operation", `say in operation which restore to ${mode}; mode list shows them`);
    }
    const begun = await beginRestore(await approved.plan(), { actor: run.actor, confirmedBy, run: run.url }, target);
    await noteBegun(begun.now(), target);
    return begun;
  }
  // The run that began it may have been lost before the journal knew of it; nothing is done that the journal does not know was begun.
  if (known.now().steps.length === 0) await noteBegun(known.now(), target);
  if (!known.now().runs.includes(run.url))
    await known.write((record) => ({ ...record, runs: [...record.runs, run.url] }));
  return known;
}

async function finished(
  journal: RestoreJournal,
  approved: ApprovedRestore,
  target: RestoreTarget & { readonly stillOurs: () => Promise<void> },
): Promise<RestoreOutcome> {
  try {
    const record = await work[approved.mode]({ ...target, journal });
    const { mode, confirmedBy, run } = approved;
    const who = { actor: run.actor, confirmedBy, run: run.url };
    await note({ record, outcome: record.state, mode, at: target.clock.now().toISOString(), who }, target);
    return { outcome: "carried-out", record };
  } catch (failure) {
    if (!(failure instanceof OperatorError)) throw failure;
    return { outcome: "stopped", record: journal.now(), failure };
  }
}

/** What the record says of its beginning, whoever writes it into the journal. */
async function noteBegun(record: RestoreRecord, target: RestoreTarget): Promise<void> {
  const { startedAt: at, startedBy: actor, confirmedBy, runs } = record;
  const who = { actor, confirmedBy, run: runs[0] ?? "" };
  await note({ record, outcome: "begun", mode: "execute", at, who }, target);
}

interface Note {
  readonly record: RestoreRecord;
  readonly outcome: string;
  readonly mode: ApprovedRestore["mode"];
  /** ISO 8601. */
  readonly at: string;
  readonly who: { readonly actor: string; readonly confirmedBy: string; readonly run: string };
}

/** One line of the journal, which nobody can change. */
async function note({ record, outcome, mode, at, who }: Note, { cell }: RestoreTarget): Promise<void> {
  const { operation, tenant, environment, what, steps } = record;
  const key = journalKey({ at, operation: `${operation}-${outcome}`, tenant });
  const entry = {
    ...{ operation, verb: "restore", mode, tenant, environment, what },
    ...{ to: record.at, ...who, at, outcome, steps },
  };
  // A run that was lost right after this has written it already.
  await cell.records.put(key, entry, { ifAbsent: true });
}
