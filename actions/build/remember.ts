import { contractMigrations, migrationSet } from "../lib/domain/migration-set.ts";
import { type ReleaseRecord, releaseKey } from "../lib/domain/release-record.ts";
import type { ServiceRole } from "../lib/domain/service.ts";
import type { Records } from "../lib/ports/records.ts";
import type { Source } from "../lib/ports/source.ts";

/** Records what a release is in an environment: the commit, its images by digest, and what it migrates with. */
export async function remember(
  { release }: { readonly release: string },
  { source, digests }: { readonly source: Source; readonly digests: Readonly<Partial<Record<ServiceRole, string>>> },
  { records }: { readonly records: Records },
): Promise<void> {
  const migrations = migrationSet(source.entries);
  const contract = contractMigrations(source.entries);
  const record: ReleaseRecord = {
    release,
    revision: source.revision,
    images: { ...digests },
    ...(migrations !== undefined && { migrations }),
    ...(contract.length > 0 && { contract: [...contract] }),
  };
  await records.put(releaseKey(release), record);
}
