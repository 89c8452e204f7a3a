/**
 * The end of a trial's own database on the instance that trials share: a last logical dump into the tenant's bucket, then database and role
 * go. The same kind of task makes them (trial-task.ts), in the same image and with the same right to the shared instance's password.
 */
import { fingerprint } from "./fingerprint.ts";
import type { TaskDefinition } from "./service.ts";
import type { Outputs } from "./stack-outputs.ts";
import { contentTag } from "./tenant-services.ts";
import { dumpObjectProgram, type TrialDump } from "./trial-dump.ts";
import { trialTask } from "./trial-task.ts";

/**
 * Keeps a last dump of the tenant's database, then drops every database that its role owns, those that a restore put away among them, and
 * the role. Nothing that belongs to another role is ever touched. Run again it finds what is left to do.
 *
 *   PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE          the shared instance, as its master user
 *   DATABASE_NAME DATABASE_USER DATABASE_PASSWORD       what the tenant has there
 *   DUMP_BUCKET DUMP_KEY DUMP_REGION                    where the dump goes
 */
export const dropTrialProgram = `
set -eu
query() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set name="$DATABASE_NAME" --set role="$DATABASE_USER"; }
if [ "$DATABASE_USER" = "$PGUSER" ]; then echo "$DATABASE_USER is the master user, not a tenant's role" >&2; exit 1; fi
owner="$(query <<'SQL'
SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = :'name';
SQL
)"
if [ -n "$owner" ] && [ "$owner" != "$DATABASE_USER" ]; then
  echo "$DATABASE_NAME belongs to $owner, not to $DATABASE_USER; nothing was dropped" >&2
  exit 1
fi
if [ -n "$owner" ]; then
  dump="$(mktemp)"
  trap 'rm -f "$dump"' EXIT
  PGUSER="$DATABASE_USER" PGPASSWORD="$DATABASE_PASSWORD" PGDATABASE="$DATABASE_NAME" \\
    pg_dump --format=custom --no-owner --no-privileges --file="$dump"
  "$(command -v python3 || command -v python)" - keep "$dump" <<'PYTHON'
${dumpObjectProgram}
PYTHON
fi
query <<'SQL'
SELECT format('DROP DATABASE %I WITH (FORCE)', datname)
FROM pg_database WHERE datdba = (SELECT oid FROM pg_roles WHERE rolname = :'role') \\gexec
SELECT format('DROP ROLE IF EXISTS %I', :'role') \\gexec
SQL
echo "$DATABASE_NAME and $DATABASE_USER are gone"
`.trim();

/**
 * @param made the task that made the database, in any of its revisions: image, network and roles are the same
 * @param dump where the last dump goes
 */
export function trialFarewellTask(made: TaskDefinition, outputs: Outputs, dump: TrialDump): TaskDefinition {
  const { tags, ...task } = trialTask(made, outputs, "");
  const { PROVISION_SCRIPT: _, ...environment } = task.container.environment;
  const container = {
    ...task.container,
    command: [dropTrialProgram],
    environment: { ...environment, DUMP_BUCKET: dump.bucket, DUMP_KEY: dump.key, DUMP_REGION: made.region },
  };
  const content = { ...task, container };
  return { ...content, tags: { ...tags, [contentTag]: fingerprint(content) } };
}
