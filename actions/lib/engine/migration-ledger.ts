/** A tenant's migration record as a lease: written only over the version that was read, by a writer that knows its own hand. */
import { type MigrationRecord, migrationKey, migrationRecord } from "../domain/migration.ts";
import type { Clock } from "../ports/clock.ts";
import type { Records } from "../ports/records.ts";

export type MigrationNews = Pick<MigrationRecord, "set" | "release" | "attempt" | "state"> &
  Pick<Partial<MigrationRecord>, "task" | "ran">;

export interface MigrationLedger {
  /** What was read or written last. */
  record(): MigrationRecord | undefined;
  /**
   * Writes what is new; what was done before, and how a trial's database came to be, stay remembered.
   *
   * @returns false if somebody else wrote in between; then nothing was written
   */
  write(news: MigrationNews): Promise<boolean>;
  /** Remembers with what a trial's database was made. */
  provisioned(hash: string): Promise<boolean>;
  /** Remembers what a trial's database was loaded from, in words. */
  loaded(words: string): Promise<boolean>;
}

/** Reads a tenant's record. */
export async function migrationLedger(
  tenant: string,
  { records, clock }: { readonly records: Records; readonly clock: Clock },
): Promise<MigrationLedger> {
  const key = migrationKey(tenant);
  const writer = crypto.randomUUID();
  const stored = await records.get(key);
  let tag = stored?.tag;
  let record = stored === undefined ? undefined : migrationRecord.parse(stored.value);

  const put = async (next: MigrationRecord): Promise<boolean> => {
    const written = await records.put(key, next, tag === undefined ? { ifAbsent: true } : { ifTag: tag });
    if (written !== undefined) {
      tag = written;
      record = next;
      return true;
    }
    // An answer that was lost on the way looks like a condition that did not hold: the write that was repeated met itself.
    const there = await records.get(key);
    const found = there === undefined ? undefined : migrationRecord.parse(there.value);
    if (found?.writer !== writer || found.state !== next.state || found.attempt !== next.attempt) return false;
    tag = there?.tag;
    record = found;
    return true;
  };
  const remember = (more: Pick<MigrationRecord, "provisioned"> | Pick<MigrationRecord, "loaded">): Promise<boolean> => {
    const empty = { set: "", release: "", attempt: 0, state: "failed" as const, ran: false };
    return put({ ...(record ?? empty), ...more, at: clock.now().toISOString(), writer });
  };
  return {
    record: () => record,
    write: async (news) => {
      const done = news.state === "done" ? { set: news.set, release: news.release } : record?.done;
      return await put({
        ...news,
        at: clock.now().toISOString(),
        writer,
        ...(done !== undefined && { done }),
        ...(record?.provisioned !== undefined && { provisioned: record.provisioned }),
        ...(record?.loaded !== undefined && { loaded: record.loaded }),
      });
    },
    provisioned: (hash) => remember({ provisioned: hash }),
    loaded: (words) => remember({ loaded: words }),
  };
}
