import { type AdoptableCertificate, adoptableCertificate, dumpIn, offboardRecord } from "../domain/adoption.ts";
import { offboardKey } from "../domain/offboard.ts";
import type { KnownDump } from "../domain/trial-dump.ts";
import type { Records } from "../ports/records.ts";

/** The certificate of the tenant's last off-boarding, and its key in the journal; undefined for one that never left. */
export async function leftBehind(
  tenant: string,
  records: Pick<Records, "get">,
): Promise<{ readonly key: string; readonly certificate: AdoptableCertificate } | undefined> {
  const stored = await records.get(offboardKey(tenant));
  const key = stored === undefined ? undefined : offboardRecord.parse(stored.value).certificate;
  const certificate = key === undefined ? undefined : await records.get(key);
  if (key === undefined || certificate === undefined) return undefined;
  return { key, certificate: adoptableCertificate.parse(certificate.value) };
}

/** The dump that the off-boarding of a trial kept of its database; undefined if it kept none. */
export async function lastDump(tenant: string, records: Pick<Records, "get">): Promise<KnownDump | undefined> {
  const left = await leftBehind(tenant, records);
  return left === undefined ? undefined : dumpIn(left.certificate.kept);
}
