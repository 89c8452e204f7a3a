/** What off-boarding remembers until it is done, and the certificate that it ends with. */
import { unsettledKey } from "../domain/deploy-record.ts";
import { migrationKey, migrationRecord } from "../domain/migration.ts";
import * as partings from "../domain/offboard.ts";
import { journalKey } from "../domain/operation.ts";
import { overrideKey } from "../domain/override.ts";
import { isInstanceOf } from "../domain/restore-names.ts";
import { databaseSecretKey } from "../domain/restore-outputs.ts";
import { settledPrefix } from "../domain/settled.ts";
import { suspensionKey } from "../domain/suspension.ts";
import type { TrialDump } from "../domain/trial-dump.ts";
import type { Cell } from "../ports/cell.ts";
import type { Clock } from "../ports/clock.ts";
import type { Inventory } from "../ports/inventory.ts";
import type { OffboardRequest } from "./offboard.ts";

export interface Remembered {
  readonly stackId: string;
  readonly kept: partings.OffboardCertificate["kept"];
  readonly gone: readonly string[];
  /** Of a trial: where the last dump of its database goes. */
  readonly dump?: TrialDump;
  /** When its database, which was stopped, was asked to start. */
  readonly databaseStarted?: string;
}

/** Writes what was kept into the journal, then lets go of the tenant's present life. @returns the certificate as it stands there */
export async function certify(
  request: OffboardRequest,
  stackName: string,
  {
    records,
    inventory,
    environment,
    clock,
  }: Pick<Cell, "records" | "environment"> & { readonly inventory: Inventory; readonly clock: Clock },
): Promise<partings.OffboardCertificate> {
  const { tenant } = request;
  const stored = await records.get(partings.offboardKey(tenant));
  const remembered = stored?.value as Remembered | undefined;
  const { kept, gone } = remembered ?? { kept: [], gone: [] };
  const own = (await inventory.snapshots()).filter(({ database }) => isInstanceOf(stackName, database));
  const newest = own.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
  // Of the database that served; a snapshot of one that a restore put away may be younger.
  const finalSnapshot = newest.find(({ database }) => database === stackName)?.id;
  const at = clock.now().toISOString();
  const certificate: partings.OffboardCertificate = {
    ...request,
    verb: "offboard",
    environment: environment.name,
    at,
    outcome: "changed",
    stack: stackName,
    kept,
    snapshots: newest.map(({ id }) => id),
    ...(finalSnapshot !== undefined && { finalSnapshot }),
    gone,
    ...(remembered?.databaseStarted !== undefined && { databaseStarted: remembered.databaseStarted }),
  };
  const key = journalKey({ at, operation: request.operation, tenant });
  await records.put(key, certificate, { ifAbsent: true });
  // Where a tenant of this name that comes back finds what it left.
  await records.put(partings.offboardKey(tenant), { ...remembered, certificate: key });
  await forgetLife(tenant, at, records);
  // Last: while it stands, the next deployment finds the tenant again.
  for (const settled of await records.list(`${settledPrefix}${tenant}/`)) await records.delete(settled);
  return certificate;
}

/** What is remembered of the tenant's present life: the next one begins with its database looked at anew, and with no live changes. */
async function forgetLife(tenant: string, at: string, records: Cell["records"]): Promise<void> {
  const stored = await records.get(migrationKey(tenant));
  // Attempts go on being counted: the token of a task that ran must not be given to another.
  const attempt = stored === undefined ? 0 : migrationRecord.parse(stored.value).attempt;
  const nothing = { set: "", release: "", attempt, state: "failed", ran: false, at, writer: `offboard-${tenant}` };
  await records.put(migrationKey(tenant), nothing);
  await records.delete(overrideKey(tenant));
  await records.delete(unsettledKey(tenant));
  // A database that was stopped with the tenant is gone; the next life's must not be taken for it.
  await records.delete(suspensionKey(tenant));
  await records.delete(databaseSecretKey(tenant));
}
