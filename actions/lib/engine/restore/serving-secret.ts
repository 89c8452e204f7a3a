import {
  type DatabaseSecret,
  databaseSecret,
  databaseSecretKey,
  servingOutputs,
  withServing,
} from "../../domain/restore-outputs.ts";
import type { Outputs } from "../../domain/stack-outputs.ts";
import type { Records } from "../../ports/records.ts";
import type { RestoreContext } from "./restore-context.ts";

/** A stack's outputs with the master secret of the database that serves since the tenant's last restore. */
export async function outputsNow(tenant: string, outputs: Outputs, records: Pick<Records, "get">): Promise<Outputs> {
  return servingOutputs(outputs, (await read(tenant, records)).known);
}

/** Remembers that another database serves, with a secret of its own. An instance without a managed password has none. */
export async function serveWith(
  { before, now }: { readonly before: string | undefined; readonly now: string | undefined },
  { cell, clock, desired, journal }: RestoreContext,
): Promise<void> {
  if (before === undefined || now === undefined || before === now) return;
  const { name } = desired.tenant;
  const { known } = await read(name, cell.records);
  if (known?.secret === now) return;
  // Only one restore of a tenant works at a time, so nobody writes in between.
  await cell.records.put(databaseSecretKey(name), {
    ...withServing(known, { before, now }),
    operation: journal.now().operation,
    at: clock.now().toISOString(),
  });
}

async function read(tenant: string, records: Pick<Records, "get">): Promise<{ readonly known?: DatabaseSecret }> {
  const stored = await records.get(databaseSecretKey(tenant));
  return stored === undefined ? {} : { known: databaseSecret.parse(stored.value) };
}
