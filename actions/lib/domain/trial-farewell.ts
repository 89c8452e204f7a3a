/**
 * The end of a trial's own database on the instance that trials share: a last logical dump into the tenant's bucket, then database and role
 * go. The same kind of task makes them (trial-task.ts), in the same image and with the same right to the shared instance's password.
 */
import { fingerprint } from "./fingerprint.ts";
import type { TaskDefinition } from "./service.ts";
import { contentTag, type Outputs } from "./tenant-services.ts";
import { trialTask } from "./trial-task.ts";

/** Days an object of a trial's bucket lives, as infra/tenant/tenant.yml says; the dump with them. */
export const dumpDays = 60;

/** Where the dump goes, in the tenant's own bucket: it expires there like everything of a trial. */
export function dumpKey(database: string, at: Date): string {
  return `offboarding/${database}-${at.toISOString().slice(0, 10)}.dump`;
}

/**
 * Puts a file into a bucket with the task's own role, without more than Python (AWS Signature Version 4, "Authenticating Requests").
 * `AWS_ENDPOINT_URL_S3` is where another S3 is.
 */
const keepProgram = `
import datetime, hashlib, hmac, json, os, sys, urllib.parse, urllib.request
path, bucket, key, region = sys.argv[1], os.environ["DUMP_BUCKET"], os.environ["DUMP_KEY"], os.environ["DUMP_REGION"]
size = os.path.getsize(path)
if size > 5 * 1024 ** 3:
    sys.exit("the dump has %d bytes, more than one PutObject takes; nothing was dropped" % size)
given = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
if given:
    with urllib.request.urlopen("http://169.254.170.2" + given, timeout=10) as answer:
        found = json.load(answer)
    access, secret, token = found["AccessKeyId"], found["SecretAccessKey"], found["Token"]
else:
    access, secret, token = (os.environ.get(name, "") for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
other = os.environ.get("AWS_ENDPOINT_URL_S3")
base = other + "/" + bucket if other else "https://%s.s3.%s.amazonaws.com" % (bucket, region)
url = urllib.parse.urlsplit(base + "/" + urllib.parse.quote(key))
moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
headers = {"host": url.netloc, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": moment}
if token:
    headers["x-amz-security-token"] = token
names = ";".join(sorted(headers))
canonical = "\\n".join(["PUT", url.path, "", *("%s:%s" % (name, headers[name]) for name in sorted(headers)), "", names, "UNSIGNED-PAYLOAD"])
scope = "/".join([moment[:8], region, "s3", "aws4_request"])
signed = "\\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
signer = ("AWS4" + secret).encode()
for part in [moment[:8], region, "s3", "aws4_request", signed]:
    signer = hmac.new(signer, part.encode(), hashlib.sha256).digest()
headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (access, scope, names, signer.hex())
headers["content-length"] = str(size)
with open(path, "rb") as dump:
    try:
        urllib.request.urlopen(urllib.request.Request(url.geturl(), data=dump, method="PUT", headers=headers), timeout=3600)
    except urllib.error.HTTPError as refused:
        sys.exit("S3 did not take the dump: %d %s; nothing was dropped" % (refused.code, refused.read(400).decode(errors="replace")))
print("kept %d bytes as s3://%s/%s" % (size, bucket, key))
`.trim();

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
  "$(command -v python3 || command -v python)" - "$dump" <<'PYTHON'
${keepProgram}
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
export function trialFarewellTask(
  made: TaskDefinition,
  outputs: Outputs,
  dump: { readonly bucket: string; readonly key: string },
): TaskDefinition {
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
