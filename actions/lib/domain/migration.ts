/** What the environment remembers of a tenant's database migrations. */
import * as z from "zod";

/**
 * One record per tenant, `migrations/<tenant>.json`. It is written before a task starts and after it ended, so that a run that
 * takes over from a lost one attaches to the task instead of starting a second.
 */
export const migrationRecord = z.strictObject({
  /** Hash of the migrations an image carries, or of the image itself where that is not known. */
  set: z.string(),
  release: z.string(),
  attempt: z.number().int(),
  state: z.enum(["starting", "running", "done", "failed"]),
  task: z.string().exactOptional(),
  at: z.string(),
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
