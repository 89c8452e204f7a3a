import type { Subject } from "./footprint.ts";

/** A text without what differs from tenant to tenant and from time to time. */
export function plainText(text: string, { tenant }: Subject): string {
  return (
    text
      .replaceAll(tenant, "TENANT")
      // Ids first: one that happens to hold fourteen digits is no moment.
      .replace(/\b[0-9a-f]{32}\b/g, "ID")
      .replace(/(service-deployment\/[\w-]+\/[\w-]+\/)[\w-]+/g, "$1ID")
      .replace(/\d{14}/g, "MOMENT")
      .replace(/rds!db-[0-9a-f-]+/g, "SECRET")
      .replace(/\bdb-[A-Z0-9]{10,}/g, "DATABASE")
      .replace(/\b(op|r)-[a-z0-9]{2,16}\b/g, "OPERATION")
      // By which of the sweep's deployments a tenant was got ready depends on how many act at the same time.
      .replace(/\bdeploy-\d+(-\d+)?\b/g, "DEPLOYMENT")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC/g, "TIME")
      .replace(/\d{4}\/\d\d\/\d\d/g, "DAY")
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "GITHUB")
      .replace(/(runs\/|pull\/|pull request |issuecomment-|issues\/|mate:command |#)\d+/g, "$1N")
      .replace(/ in (\d+ (h|min|s|ms) ?)+/g, " in A WHILE")
      .replace(/settled\/TENANT\/[\w-]+/g, "settled/TENANT/FINGERPRINT")
  );
}
