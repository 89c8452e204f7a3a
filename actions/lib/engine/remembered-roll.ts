/** A roll whose run may be lost: what ran before is written down, and whoever rolls the tenant next goes back to that. */
import { rollKey, rollRecord } from "../domain/roll-record.ts";
import type { Records } from "../ports/records.ts";
import { type RollOutcome, type RollPorts, type RollRequest, rollServices } from "./roll-services.ts";

/**
 * Rolls a tenant's services, whether a deployment or a command wants it. What they ran when all was well is remembered until the roll is
 * over, so that one that takes over from a lost one, of either kind, can take back the whole of both.
 */
export async function rollRemembered(
  tenant: string,
  request: Omit<RollRequest, "before" | "onStart"> & { readonly onStart?: () => Promise<void> },
  ports: RollPorts & { readonly records: Records },
): Promise<RollOutcome> {
  const { records } = ports;
  const key = rollKey(tenant);
  const stored = await records.get(key);
  const record = stored === undefined ? undefined : rollRecord.parse(stored.value);
  const lost = record?.state === "under way" ? record.before : undefined;
  let begun = lost;
  const end = await rollServices(
    {
      ...request,
      ...(lost !== undefined && { before: lost }),
      onStart: async (before) => {
        begun = before;
        await Promise.all([request.onStart?.(), records.put(key, { state: "under way", before })]);
      },
    },
    ports,
  );
  if (begun !== undefined) await records.put(key, { state: "over", before: begun });
  return end;
}
