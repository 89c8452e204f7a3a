import { type ReleaseRecord, releaseKey, releaseRecord } from "../domain/release-record.ts";
import type { Records } from "../ports/records.ts";

/** What is known of how a release was built; undefined of one that was not built here. */
export async function builtRelease(release: string, records: Pick<Records, "get">): Promise<ReleaseRecord | undefined> {
  const stored = await records.get(releaseKey(release));
  return stored === undefined ? undefined : releaseRecord.parse(stored.value);
}
