import type { TaskResult } from "./run-task.ts";

export type MigrationOutcome =
  | { readonly outcome: "unchanged" }
  /** `log` has the last lines; `loaded` says what the database of a trial that came back was loaded from before. */
  | { readonly outcome: "migrated"; readonly log: readonly string[]; readonly loaded?: string }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly log: readonly string[];
    };

/** What the end of a migration task means. Only the named container's exit code 0 is a success. */
export function migrationEnd(
  result: TaskResult,
  { release, atMostMs }: { readonly release: string; readonly atMostMs: number },
): MigrationOutcome {
  switch (result.result) {
    case "not-placed":
      return failedMigration(
        "migration-not-placed",
        `ECS could not place the migration task: ${result.reasons.join("; ")}`,
      );
    case "too-slow":
      return failedMigration(
        "migration-too-slow",
        `the migration did not end within ${Math.round(atMostMs / 60_000)} minutes and was stopped; check for invalid indexes before it runs again`,
        result.log,
      );
    case "forgotten":
      return failedMigration(
        "migration-forgotten",
        `ECS no longer knows task ${result.task}, so how it ended is not known`,
      );
    case "ended":
      break;
  }
  const { end } = result;
  switch (end.end) {
    case "succeeded":
      return { outcome: "migrated", log: [] };
    case "never-started":
      return failedMigration("migration-never-started", `the migration task never started: ${end.reason}`, result.log);
    case "try-again":
      return failedMigration(
        "migration-locked-out",
        `the migration could not get its locks, three times: ${end.reason}`,
        result.log,
      );
    case "failed":
      return failedMigration("migration-failed", `the migration to ${release} failed: ${end.reason}`, result.log);
  }
}

export function failedMigration(reasonCode: string, cause: string, log: readonly string[] = []): MigrationOutcome {
  return { outcome: "failed", reasonCode, cause, log };
}
