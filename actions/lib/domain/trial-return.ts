/** A trial that comes back: its new database on the instance that trials share is loaded from the dump that its off-boarding kept. */
import { fingerprint } from "./fingerprint.ts";
import type { TaskDefinition } from "./service.ts";
import { contentTag } from "./tenant-services.ts";
import { dumpObjectProgram, dumpUrl, type KnownDump, type TrialDump } from "./trial-dump.ts";

/**
 * Loads a dump into the tenant's own database, as the tenant's own role, which can get into no other: nothing of a neighbour can be touched
 * whatever the dump holds. All or nothing, and never over a database that has tables; so a run that was cut off is simply repeated.
 *
 *   PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE          the tenant's own database on the shared instance, as its own role
 *   DUMP_BUCKET DUMP_KEY DUMP_REGION                    where the dump is
 */
export const loadTrialProgram = `
set -eu
tables() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 <<'SQL'
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema';
SQL
}
there="$(tables)"
if [ "$there" != 0 ]; then echo "$PGDATABASE has $there tables already; nothing is loaded over them"; exit 0; fi
dump="$(mktemp)"
trap 'rm -f "$dump"' EXIT
"$(command -v python3 || command -v python)" - fetch "$dump" <<'PYTHON'
${dumpObjectProgram}
PYTHON
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$PGDATABASE" "$dump"
echo "$PGDATABASE has $(tables) tables, loaded from s3://$DUMP_BUCKET/$DUMP_KEY"
`.trim();

/** @param made the task that made the database: image, network and roles are the same, but not the right to everybody's password */
export function trialReturnTask(made: TaskDefinition, migration: TaskDefinition, dump: TrialDump): TaskDefinition {
  const { tags, ...task } = made;
  const { PGHOST = "", PGPORT = "", PGSSLMODE = "", DATABASE_NAME = "" } = task.container.environment;
  const { DATABASE_USER = "", DATABASE_PASSWORD = "" } = task.container.secrets;
  const container = {
    ...task.container,
    command: [loadTrialProgram],
    environment: {
      ...{ PGHOST, PGPORT, PGSSLMODE, PGDATABASE: DATABASE_NAME },
      ...{ DUMP_BUCKET: dump.bucket, DUMP_KEY: dump.key, DUMP_REGION: made.region },
    },
    secrets: { PGUSER: DATABASE_USER, PGPASSWORD: DATABASE_PASSWORD },
  };
  const content = { ...task, executionRole: migration.executionRole, container };
  return { ...content, tags: { ...tags, [contentTag]: fingerprint(content) } };
}

/** What a load came to, as it is remembered and shown. */
export function loadedWords(dump: KnownDump, said: string): string {
  return `database loaded from dump ${dumpUrl(dump)} of ${dump.database}, made ${dump.madeAt.toISOString()}: ${said}`;
}
