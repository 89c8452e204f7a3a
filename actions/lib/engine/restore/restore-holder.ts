/** One restore of a tenant at a time, from its first step until it is over, however many runs that takes. */
import { OperatorError } from "../../domain/operator-error.ts";
import { restoreHolder, restoreHolderKey } from "../../domain/restore-record.ts";
import type { Records } from "../../ports/records.ts";

/** Operations of a tenant, newest first, and the one that is not over. */
export async function restoresOf(
  tenant: string,
  records: Pick<Records, "get">,
): Promise<{ readonly holder?: string; readonly operations: readonly string[]; readonly tag?: string }> {
  const stored = await records.get(restoreHolderKey(tenant));
  return stored === undefined ? { operations: [] } : { ...restoreHolder.parse(stored.value), tag: stored.tag };
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
  const after = await restoresOf(tenant, records);
  if (after.holder !== operation) throw otherRestore(tenant, after.holder ?? "another operation");
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
