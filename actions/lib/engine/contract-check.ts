import { contractsPassed, type MigrationRecord, releasesInDatabase } from "../domain/migration.ts";
import type { Records } from "../ports/records.ts";
import { builtRelease } from "./built-release.ts";

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
    const built = await builtRelease(there, records);
    const passed = contractsPassed(built?.contract ?? [], contract);
    if (passed.length > 0) {
      return `the database of ${tenant} has ${passed.join(", ")} of ${there}, which took away what ${release} still uses; go forward to a release that has it, or restore the database`;
    }
  }
  return undefined;
}
