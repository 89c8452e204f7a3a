/** What the environment remembers of a tenant's database migrations. */
import * as z from "zod";

const migrated = z.object({ set: z.string(), release: z.string() });

/**
 * One record per tenant, `migrations/<tenant>.json`. It is written before a task starts and after it ended, so that a run that
 * takes over from a lost one attaches to the task instead of starting a second. It is also the lease: it is only ever written over
 * the version that was read.
 */
export const migrationRecord = z.object({
  /** Hash of the migrations an image carries, or of the image itself where that is not known. */
  set: z.string(),
  release: z.string(),
  attempt: z.number().int(),
  state: z.enum(["starting", "running", "done", "failed"]),
  task: z.string().exactOptional(),
  at: z.string(),
  /** What the database had when a migration last succeeded. */
  done: migrated.exactOptional(),
  /** False if it failed before anything of it ran. */
  ran: z.boolean().exactOptional(),
  /** Hash of what a trial's database was made with. */
  provisioned: z.string().exactOptional(),
  /** Of a trial that came back: what its database was loaded from before its first migration, in words. */
  loaded: z.string().exactOptional(),
  /** Who wrote it, so that a writer whose answer was lost recognizes its own. */
  writer: z.string(),
});

export type MigrationRecord = z.infer<typeof migrationRecord>;

/** Key of a tenant's migration record. */
export function migrationKey(tenant: string): string {
  return `migrations/${tenant}.json`;
}

/** What to do for a database that should have a release's migrations. */
export type MigrationStep =
  | { readonly kind: "done" }
  | { readonly kind: "start"; readonly attempt: number }
  | { readonly kind: "attach"; readonly attempt: number; readonly task?: string };

/**
 * Decides from the record alone. A started migration is taken up again; one that failed is tried anew only because somebody
 * asked for this run.
 *
 * @param set the migrations the release carries
 */
export function nextMigration(record: MigrationRecord | undefined, set: string): MigrationStep {
  if (record === undefined) return { kind: "start", attempt: 1 };
  if (record.state === "starting" || record.state === "running") {
    // Also when it is of another release: two migrations never run against one database.
    return { kind: "attach", attempt: record.attempt, ...(record.task !== undefined && { task: record.task }) };
  }
  if (record.set !== set) return { kind: "start", attempt: record.attempt + 1 };
  return record.state === "done" ? { kind: "done" } : { kind: "start", attempt: record.attempt + 1 };
}

/** Releases whose migrations the database may carry: the last that succeeded, and one that failed half-way. */
export function releasesInDatabase(record: MigrationRecord | undefined): readonly string[] {
  if (record === undefined) return [];
  const touched = record.state === "done" || record.ran !== false ? [record.release] : [];
  return [...new Set([...(record.done === undefined ? [] : [record.done.release]), ...touched])];
}

/**
 * Contract migrations that a database may have and a release does not know: they took away what the release still uses, so it must
 * not go back to it.
 *
 * @param there contract migrations of a release in the database
 * @param wanted those of the release that is to run
 */
export function contractsPassed(there: readonly string[], wanted: readonly string[]): readonly string[] {
  return there.filter((name) => !wanted.includes(name));
}
