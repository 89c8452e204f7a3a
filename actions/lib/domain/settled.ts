/**
 * What is settled: for each tenant, the fingerprint of what it was made from when it last reached its desired state. It stands in
 * the key of an object, so one listing reads a thousand tenants.
 */
import * as z from "zod";
import { fingerprint } from "./fingerprint.ts";

/** All settled keys stand under this prefix. */
export const settledPrefix = "settled/";

/** What stands under a settled key; when it settled, ISO 8601. */
export const settledRecord = z.looseObject({ at: z.iso.datetime() });

/** Fingerprint of a whole tenant: its stack and its services. */
export function tenantFingerprint(stack: string, services: string): string {
  return fingerprint([stack, services]);
}

/** `settled/hospital-a/1f0c…` */
export function settledKey(tenant: string, desired: string): string {
  return `${settledPrefix}${tenant}/${desired}`;
}

/** Stands in the place of a fingerprint for a tenant that was changed and did not get to its end. */
export const inDoubt = "in-doubt";

/**
 * Tenant → fingerprint, from the keys of a listing. A tenant with two keys was being recorded when its run was lost; it counts as
 * unsettled, because which of the two is true is not known. So does one in doubt.
 */
export function settledFingerprints(keys: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const key of keys) {
    const [tenant, desired] = key.slice(settledPrefix.length).split("/");
    if (tenant === undefined || desired === undefined) continue;
    if (found.has(tenant) || desired === inDoubt) doubtful.add(tenant);
    found.set(tenant, desired);
  }
  for (const tenant of doubtful) found.delete(tenant);
  return found;
}

/** Names of the tenants in a listing, whatever stands about them. */
export function settledTenants(keys: readonly string[]): readonly string[] {
  const names = keys.map((key) => key.slice(settledPrefix.length).split("/")[0] ?? "").filter((name) => name !== "");
  return [...new Set(names)].toSorted();
}
