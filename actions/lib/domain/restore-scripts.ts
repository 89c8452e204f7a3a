/**
 * Programs that run inside the application's own image, given to it as the task's entry point. They need what the image has anyway: Python
 * with Django and its broker's client, and for a trial's copy the PostgreSQL programs (psql and pg_dump, 14 or later). Everything that
 * differs between tenants comes in as environment variables, so nothing of it is ever part of a program.
 */

/** Exit code of `inspect` when all is well but migrations of the running release are missing. */
export const behindExit = 3;

/** Reads a database as the application does: connects, counts rows, compares migrations, answers a request. Changes nothing. */
export const inspectProgram = `
import json, os, sys
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
with connection.cursor() as cursor:
    cursor.execute("set default_transaction_read_only = on")
    rows = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute("select count(*) from " + connection.ops.quote_name(table))
        rows[table] = cursor.fetchone()[0]
if not rows:
    sys.exit("the database has no tables")
executor = MigrationExecutor(connection)
missing = [str(step) for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
status = Client(raise_request_exception=False).get("/healthz", secure=True).status_code
print(json.dumps({"tables": len(rows), "rows": sum(rows.values()), "missing": len(missing), "page": status}))
if status >= 500:
    sys.exit("the application answers /healthz with %d" % status)
sys.exit(${behindExit} if missing else 0)
`.trim();

/** Empties the tenant's cache and task queues: all of a Redis of its own, its own number of one that is shared. */
export const forgetProgram = `
import os
import redis
server = redis.Redis(
    host=os.environ["REDIS_HOST"], port=int(os.environ.get("REDIS_PORT", "6379")), db=int(os.environ.get("REDIS_INDEX", "0")),
    password=os.environ.get("REDIS_TOKEN") or None, ssl=os.environ.get("REDIS_SCHEME", "rediss") == "rediss")
if os.environ["MATE_TIER"] == "trial":
    server.flushdb()
else:
    server.flushall()
print("cache and queues are empty")
`.trim();

/** What the shell programs begin with: stop at the first failure, psql without anybody's settings. */
const shell = `
set -eu
query() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }
`.trim();

/**
 * Copies one database out of a restored copy of the shared instance into a new one beside the running one, as the tenant's own role, which
 * can get into no other. Run again it begins anew; what belongs to another role is never dropped for it.
 *
 *   PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE          the shared instance, as its master user
 *   COPY_HOST DATABASE_USER DATABASE_PASSWORD           the restored copy, as the tenant's role; COPY_PORT if it is another
 *   DATABASE_NAME RESTORED_NAME                         the database there, and what it becomes here
 */
export const copyDatabaseProgram = `
${shell}
query --set restored="$RESTORED_NAME" --set role="$DATABASE_USER" <<'SQL'
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname = :'restored' AND pg_get_userbyid(datdba) = :'role' \\gexec
SELECT format('CREATE DATABASE %I OWNER %I ALLOW_CONNECTIONS false', :'restored', :'role') \\gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'restored') \\gexec
SELECT format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS true', :'restored') \\gexec
SQL
dump="$(mktemp)"
trap 'rm -f "$dump"' EXIT
PGHOST="$COPY_HOST" PGPORT="\${COPY_PORT:-$PGPORT}" PGUSER="$DATABASE_USER" PGPASSWORD="$DATABASE_PASSWORD" PGDATABASE="$DATABASE_NAME" \\
  pg_dump --format=custom --no-owner --no-privileges --file="$dump"
PGUSER="$DATABASE_USER" PGPASSWORD="$DATABASE_PASSWORD" \\
  pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$RESTORED_NAME" "$dump"
echo "copied $DATABASE_NAME of $COPY_HOST into $RESTORED_NAME"
`.trim();

/**
 * Puts one database in the place of another by two renames in one transaction, connections of both ended. Run again it finds that it is
 * done, and only then says so.
 *
 *   PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE          the shared instance, as its master user
 *   DATABASE_NAME NEXT_NAME AWAY_NAME                   the name that serves, who gets it, and what the present one is called then
 */
export const swapDatabasesProgram = `
${shell}
query --set name="$DATABASE_NAME" --set next="$NEXT_NAME" --set away="$AWAY_NAME" <<'SQL'
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'name') AS is_serving, EXISTS (SELECT FROM pg_database WHERE datname = :'next') AS is_waiting,
  EXISTS (SELECT FROM pg_database WHERE datname = :'away') AS is_away \\gset
\\if :is_waiting
  \\if :is_serving
    \\if :is_away
      SELECT format('DO $refusal$ BEGIN RAISE EXCEPTION %L; END $refusal$', :'away' || ' is there already') \\gexec
    \\endif
    SELECT count(pg_terminate_backend(pid, 5000)) AS ended FROM pg_stat_activity WHERE datname IN (:'name', :'next') AND pid <> pg_backend_pid() \\gset
  \\endif
  BEGIN;
  SELECT format('ALTER DATABASE %I RENAME TO %I', :'name', :'away') WHERE :'is_serving' \\gexec
  SELECT format('ALTER DATABASE %I RENAME TO %I', :'next', :'name') \\gexec
  SELECT format('ALTER DATABASE %I CONNECTION LIMIT 25', :'name') \\gexec
  COMMIT;
\\elif :is_away
  \\if :is_serving
  \\else
    SELECT format('DO $refusal$ BEGIN RAISE EXCEPTION %L; END $refusal$', :'next' || ' is not there') \\gexec
  \\endif
\\else
  SELECT format('DO $refusal$ BEGIN RAISE EXCEPTION %L; END $refusal$', :'next' || ' is not there') \\gexec
\\endif
SQL
echo "$NEXT_NAME is $DATABASE_NAME now; what was is $AWAY_NAME"
`.trim();

/**
 * Removes a copy that never came to serve, or what was put away; only if it belongs to the tenant's role.
 *
 *   PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE          the shared instance, as its master user
 *   RESTORED_NAME DATABASE_USER                         what goes, and whose it has to be
 */
export const dropDatabaseProgram = `
${shell}
query --set restored="$RESTORED_NAME" --set role="$DATABASE_USER" <<'SQL'
SELECT format('DO $refusal$ BEGIN RAISE EXCEPTION %L; END $refusal$', datname || ' belongs to ' || pg_get_userbyid(datdba) || ', and is not dropped')
  FROM pg_database WHERE datname = :'restored' AND pg_get_userbyid(datdba) <> :'role' \\gexec
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', :'restored') \\gexec
SQL
echo "$RESTORED_NAME is gone"
`.trim();
