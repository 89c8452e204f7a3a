/** The migrations a release carries, as one value that can be compared. */
import { createHash } from "node:crypto";

/** One file of the application's source; `object` changes exactly when its content does. */
export interface SourceEntry {
  /** From the top of the source, with slashes. */
  readonly path: string;
  /** Git's id of the content. */
  readonly object: string;
}

/** `app/migrations/0007_name.py`. Django runs every module there, numbered or not, but for those that begin with `_` or `~` (MigrationLoader). */
const migrationPattern = /(?:^|\/)([A-Za-z_]\w*)\/migrations\/([^\W_]\w*)\.py$/;

/** Files that say which versions of which packages are installed: packages bring migrations of their own. */
const pinsPattern =
  /(?:^|\/)(?:(?:requirements|constraints)[\w.-]*\.txt|requirements\/[\w.-]+\.txt|(?:poetry|uv|pdm|Pipfile)\.lock|pylock(?:\.\w+)?\.toml)$/;

/** `app/0007_name` of every migration in the source, sorted. */
export function migrationNames(entries: readonly SourceEntry[]): readonly string[] {
  const names = entries.flatMap(({ path }) => {
    const [, app, name] = migrationPattern.exec(path) ?? [];
    return app === undefined || name === undefined ? [] : [`${app}/${name}`];
  });
  return [...new Set(names)].sort();
}

/** `0042_contract_drop_ward`: a migration that takes away what the release before still uses says so in its name. */
const contractPattern = /\/\d{4}_contract(_|$)/;

/** The contract migrations in the source. No release without them can be gone back to once they ran. */
export function contractMigrations(entries: readonly SourceEntry[]): readonly string[] {
  return migrationNames(entries).filter((name) => contractPattern.test(name));
}

/**
 * A hash that is equal only if there is nothing to migrate between two releases: SHA-256 over the sorted names of the source's
 * migrations and the content of its pinned requirements. Names are enough for the former, for Django never runs a migration
 * twice; a changed requirement costs a migration that may find nothing to do, which is the safe side.
 *
 * @returns undefined if the source has no migrations
 */
export function migrationSet(entries: readonly SourceEntry[]): string | undefined {
  const names = migrationNames(entries);
  if (names.length === 0) return undefined;
  const pins = entries
    .filter(({ path }) => pinsPattern.test(path))
    .map(({ path, object }) => `${path} ${object}`)
    .sort();
  return createHash("sha256")
    .update([...names, ...pins].join("\n"))
    .digest("hex");
}
