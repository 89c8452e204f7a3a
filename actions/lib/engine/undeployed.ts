import { unsettledPrefix } from "../domain/deploy-record.ts";
import type { DriftFinding } from "../domain/drift.ts";
import { isHeld, leaseKey, leaseRecord } from "../domain/lease.ts";
import { settledFingerprints, settledPrefix } from "../domain/settled.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";
import { asDeclared } from "./as-declared.ts";
import { together } from "./together.ts";

/** Most names in the finding; the fleet's page has them all. */
const named = 20;

/**
 * Tenants that are not what their files say although nobody works on them and nothing failed: their deployment waits for a reviewer or a
 * freeze window, stopped before them, was cancelled, or never began, because GitHub starts nothing for a merge that says `[skip ci]`. One
 * finding of the environment: after a release that stopped at its first wave these are nearly all tenants. What failed has an
 * issue of its own.
 */
export async function undeployed(
  fleet: Fleet<"records">,
  declarations: Declarations,
): Promise<readonly DriftFinding[]> {
  const { records, environment } = fleet.cell;
  const declared = asDeclared(fleet, declarations);
  const [settled, failed] = await Promise.all([
    records.list(settledPrefix).then(settledFingerprints),
    records.list(unsettledPrefix).then((keys) => new Set(keys.map(tenantOf))),
  ]);
  const candidates = fleet.tenants.filter(({ tenant: { name }, fingerprint }) => {
    const fingerprints = [fingerprint, declared.get(name)?.fingerprint];
    return !fingerprints.includes(settled.get(name) ?? "") && !failed.has(name);
  });
  const idle = await together(candidates, 8, async ({ tenant: { name } }) => {
    const lease = leaseRecord.safeParse((await records.get(leaseKey(name)))?.value).data;
    return isHeld(lease, fleet.clock.now()) ? [] : [name];
  });
  const names = idle.flat().toSorted();
  if (names.length === 0) return [];
  const list = [...names.slice(0, named), ...(names.length > named ? [`${names.length - named} more`] : [])].join(", ");
  const what = `not deployed is what git says of ${list}; nothing failed, so a deployment waits, stopped before, was cancelled or never began`;
  return [{ kind: "undeployed", subject: environment.name, what }];
}

function tenantOf(key: string): string {
  return key.slice(unsettledPrefix.length).replace(/\.json$/, "");
}
