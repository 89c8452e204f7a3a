import { contractsPassed, type MigrationRecord, releasesInDatabase } from "../domain/migration.ts";
import { releaseKey, releaseRecord } from "../domain/release-record.ts";
import type { Records } from "../ports/records.ts";

/**
 * Why a database cannot go to a release, in words, or undefined if it can. Rolling back never undoes migrations, so a release that
 * does not know a contract migration of the database would work with columns that are gone.
 */
export async function refusedByContract(
  {
    tenant,
    release,
    contract,
  }: { readonly tenant: string; readonly release: string; readonly contract: readonly string[] },
  record: MigrationRecord | undefined,
  records: Records,
): Promise<string | undefined> {
  for (const there of releasesInDatabase(record).filter((name) => name !== release && name !== "")) {
    const stored = await records.get(releaseKey(there));
    const passed =
      stored === undefined ? [] : contractsPassed(releaseRecord.parse(stored.value).contract ?? [], contract);
    if (passed.length > 0) {
      return `the database of ${tenant} has ${passed.join(", ")} of ${there}, which took away what ${release} still uses; go forward to a release that has it, or restore the database`;
    }
  }
  return undefined;
}
