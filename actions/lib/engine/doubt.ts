import { inDoubt, settledKey } from "../domain/settled.ts";
import type { Clock } from "../ports/clock.ts";
import type { Records } from "../ports/records.ts";

/**
 * Says of a tenant, right before it is changed, that it is not what it settled with any more; settling takes that back. A run that is lost
 * on the way cannot say so afterwards: without this a deployment would find nothing to do when the change is taken back in git, and nobody
 * would remove a tenant that never settled when its file goes.
 */
export async function doubt(
  tenant: string,
  { cell, clock }: { readonly cell: { readonly records: Pick<Records, "put"> }; readonly clock: Clock },
): Promise<void> {
  await cell.records.put(settledKey(tenant, inDoubt), { at: clock.now().toISOString() });
}
