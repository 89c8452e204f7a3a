import type { OperationState } from "../../domain/command/comment-rules.ts";
import {
  type JournalEntry,
  journalKey,
  type Operation,
  operationKey,
  operationRecord,
  stateOf,
} from "../../domain/operation.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Records } from "../../ports/records.ts";

/** An operation as it is stored, with the version it was read at. */
export interface StoredOperation {
  readonly operation?: Operation;
  readonly tag?: string;
  readonly state: OperationState;
}

/** The record of an operation. A look-up that fails is an answer: it denies. */
export async function findOperation(id: string, records: Pick<Records, "get">): Promise<StoredOperation> {
  try {
    const stored = await records.get(operationKey(id));
    if (stored === undefined) return { state: "new" };
    // Endings are only shown again, never acted on.
    const operation = operationRecord.parse(stored.value) as Operation;
    return { operation, tag: stored.tag, state: stateOf(operation) };
  } catch (error) {
    // Reading is all that happened so far, so whatever went wrong, nothing is begun.
    if (error instanceof Error) return { state: "lookup-failed" };
    throw error;
  }
}

/**
 * Writes an operation over the version that was read.
 *
 * @returns the version written
 * @throws OperatorError `operation-elsewhere` if another run wrote it since: one comment, or one confirmation, is carried out once
 */
export async function writeOperation(
  operation: Operation,
  over: string | undefined,
  records: Pick<Records, "put">,
): Promise<string> {
  const condition = over === undefined ? { ifAbsent: true as const } : { ifTag: over };
  const tag = await records.put(operationKey(operation.operation), operation, condition);
  if (tag !== undefined) return tag;
  throw new OperatorError(
    "operation-elsewhere",
    `another run carries out ${operation.operation} at this moment; its reply says how it ends`,
  );
}

/** Writes a journal entry. Nobody can change one; a repeated write of the same operation finds it there already. */
export async function journal(entry: JournalEntry, records: Pick<Records, "put">): Promise<void> {
  await records.put(journalKey(entry), entry, { ifAbsent: true });
}
