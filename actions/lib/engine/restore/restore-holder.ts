/** One restore of a tenant at a time, from its first step until it is over, however many runs that takes. */
import { OperatorError } from "../../domain/operator-error.ts";
import { restoreHolder, restoreHolderKey, restoreKey } from "../../domain/restore-record.ts";
import type { Records } from "../../ports/records.ts";

/**
 * Operations of a tenant, newest first, and the one that is not over. A holder that never came to write its record has done nothing and
 * holds nothing; the tenant's lease keeps one that is about to write it from being overlooked.
 */
export async function restoresOf(
  tenant: string,
  records: Pick<Records, "get">,
): Promise<{ readonly holder?: string; readonly operations: readonly string[]; readonly tag?: string }> {
  const stored = await records.get(restoreHolderKey(tenant));
  if (stored === undefined) return { operations: [] };
  const { holder, operations } = restoreHolder.parse(stored.value);
  const begun = holder !== undefined && (await records.get(restoreKey(holder))) !== undefined;
  return { operations, tag: stored.tag, ...(begun && { holder }) };
}

/**
 * Makes an operation the tenant's present restore.
 *
 * @throws OperatorError `another-restore` if there is one that is not over
 */
export async function holdTenant(tenant: string, operation: string, records: Records): Promise<void> {
  const { holder, operations, tag } = await restoresOf(tenant, records);
  if (holder === operation) return;
  if (holder !== undefined) throw otherRestore(tenant, holder);
  const next = {
    holder: operation,
    operations: [operation, ...operations.filter((one) => one !== operation)].slice(0, 50),
  };
  const condition = tag === undefined ? { ifAbsent: true as const } : { ifTag: tag };
  if ((await records.put(restoreHolderKey(tenant), next, condition)) !== undefined) return;
  // The condition also fails when this very write came through and only its answer was lost.
  const after = await records.get(restoreHolderKey(tenant));
  const now = after === undefined ? undefined : restoreHolder.parse(after.value).holder;
  if (now !== operation) throw otherRestore(tenant, now ?? "another operation");
}

/** Lets the next restore begin. */
export async function letTenantGo(tenant: string, operation: string, records: Records): Promise<void> {
  const { holder, operations, tag } = await restoresOf(tenant, records);
  if (holder !== operation || tag === undefined) return;
  // Lost only to a run that took over this operation, which will do the same.
  await records.put(restoreHolderKey(tenant), { operations: [...operations] }, { ifTag: tag });
}

export function otherRestore(tenant: string, operation: string): OperatorError {
  return new OperatorError(
    "another-restore",
    `${operation} of ${tenant} is not over; start it again with mode execute and operation ${operation}, or end it with abort or undo`,
  );
}
