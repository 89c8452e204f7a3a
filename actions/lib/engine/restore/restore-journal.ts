/** The record of a restore as it is written: before and after every step, never over somebody else's version. */
import { OperatorError } from "../../domain/operator-error.ts";
import { type RestoreRecord, restoreKey, restoreRecord, sameRecord } from "../../domain/restore-record.ts";
import type { Records } from "../../ports/records.ts";

export interface RestoreJournal {
  /** The record as it was last written. */
  now(): RestoreRecord;
  /**
   * Writes the record as `change` makes it.
   *
   * @throws OperatorError `restore-elsewhere` if another run writes the same record
   */
  write(change: (record: RestoreRecord) => RestoreRecord): Promise<RestoreRecord>;
}

/** The journal of an operation that was begun before, or undefined. */
export async function openJournal(operation: string, records: Records): Promise<RestoreJournal | undefined> {
  const stored = await records.get(restoreKey(operation));
  return stored === undefined ? undefined : journalOf(toRecord(stored.value), stored.tag, records);
}

/** Writes the first version of a record. One that is the same already was written by this run's own lost call. */
export async function beginJournal(record: RestoreRecord, records: Records): Promise<RestoreJournal> {
  const written = await put(record, { ifAbsent: true }, records);
  return journalOf(record, written, records);
}

export function toRecord(value: unknown): RestoreRecord {
  return restoreRecord.parse(value) as RestoreRecord;
}

function journalOf(first: RestoreRecord, firstTag: string, records: Records): RestoreJournal {
  let record = first;
  let tag = firstTag;
  return {
    now: () => record,
    write: async (change) => {
      const next = change(record);
      tag = await put(next, { ifTag: tag }, records);
      record = next;
      return next;
    },
  };
}

async function put(
  record: RestoreRecord,
  condition: { readonly ifAbsent: true } | { readonly ifTag: string },
  records: Records,
): Promise<string> {
  const key = restoreKey(record.operation);
  const written = await records.put(key, record, condition);
  if (written !== undefined) return written;
  // The condition also fails when this very write came through and only its answer was lost.
  const stored = await records.get(key);
  if (stored !== undefined && sameRecord(stored.value, record)) return stored.tag;
  throw new OperatorError(
    "restore-elsewhere",
    `another run works on ${record.operation} at this moment; look at ${record.runs.join(" and ")}, and start it again when that is over`,
  );
}
