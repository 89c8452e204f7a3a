/** The last dump of a trial's database: where its off-boarding keeps it, for how long, and what moves it there and back. */

/** Days an object of a trial's bucket lives, as infra/tenant/tenant.yml says; the dump with them. */
export const dumpDays = 60;

/** An object in the tenant's own bucket. */
export interface TrialDump {
  readonly bucket: string;
  readonly key: string;
}

/** Where the dump goes: it expires there like everything of a trial. Each has a key of its own, so none takes another's place. */
export function dumpKey(database: string, at: Date): string {
  return `offboarding/${database}-${at.toISOString().slice(0, 19).replaceAll(":", "")}Z.dump`;
}

/** `s3://mate-practice-t-production-data/offboarding/mate_practice_t-2026-11-27T031000Z.dump` */
export function dumpUrl({ bucket, key }: TrialDump): string {
  return `s3://${bucket}/${key}`;
}

/** A dump as its URL says it: the database it is of, and when it was begun. */
export interface KnownDump extends TrialDump {
  readonly database: string;
  readonly madeAt: Date;
  /** S3 leaves it at least until then. */
  readonly keptUntil: Date;
}

/** @returns undefined for what is not the URL of a last dump; one without a time of day is of an earlier version of this pipeline */
export function knownDump(url: string): KnownDump | undefined {
  const parts = /^s3:\/\/([^/]+)\/(offboarding\/([a-z0-9_]+)-(\d{4}-\d\d-\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?\.dump)$/.exec(
    url,
  );
  if (parts === null) return undefined;
  const [, bucket = "", key = "", database = "", day = "", hour = "00", minute = "00", second = "00"] = parts;
  const madeAt = new Date(`${day}T${hour}:${minute}:${second}Z`);
  return { bucket, key, database, madeAt, keptUntil: new Date(madeAt.getTime() + dumpDays * 86_400_000) };
}

/** Exit code of `fetch` when there is no such object. */
export const noDumpExit = 44;

/**
 * Puts a file into a bucket (`keep`) or brings an object back into one (`fetch`), with the task's own role and without more than Python (AWS
 * Signature Version 4, "Authenticating Requests"). The object is DUMP_KEY of DUMP_BUCKET in DUMP_REGION; `AWS_ENDPOINT_URL_S3` is where
 * another S3 is.
 */
export const dumpObjectProgram = `
import datetime, hashlib, hmac, json, os, shutil, sys, urllib.parse, urllib.request
what, path = sys.argv[1], sys.argv[2]
bucket, key, region = os.environ["DUMP_BUCKET"], os.environ["DUMP_KEY"], os.environ["DUMP_REGION"]
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
method = "PUT" if what == "keep" else "GET"
moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
headers = {"host": url.netloc, "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": moment}
if token:
    headers["x-amz-security-token"] = token
names = ";".join(sorted(headers))
canonical = "\\n".join([method, url.path, "", *("%s:%s" % (name, headers[name]) for name in sorted(headers)), "", names, "UNSIGNED-PAYLOAD"])
scope = "/".join([moment[:8], region, "s3", "aws4_request"])
signed = "\\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
signer = ("AWS4" + secret).encode()
for part in [moment[:8], region, "s3", "aws4_request", signed]:
    signer = hmac.new(signer, part.encode(), hashlib.sha256).digest()
headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (access, scope, names, signer.hex())
try:
    if what == "keep":
        headers["content-length"] = str(size)
        with open(path, "rb") as dump:
            urllib.request.urlopen(urllib.request.Request(url.geturl(), data=dump, method=method, headers=headers), timeout=3600)
    else:
        with urllib.request.urlopen(urllib.request.Request(url.geturl(), headers=headers), timeout=3600) as answer, open(path, "wb") as dump:
            shutil.copyfileobj(answer, dump)
            if answer.headers["content-length"] != str(dump.tell()):
                sys.exit("S3 gave only %d bytes of the dump; nothing was loaded" % dump.tell())
except urllib.error.HTTPError as refused:
    words = refused.read(400).decode(errors="replace")
    if what == "fetch" and refused.code == 404:
        print("there is no dump s3://%s/%s: %s" % (bucket, key, words))
        sys.exit(${noDumpExit})
    sys.exit("S3 did not take the dump: %d %s; nothing was dropped" % (refused.code, words) if what == "keep"
        else "S3 did not give the dump: %d %s; nothing was loaded" % (refused.code, words))
if what == "keep":
    print("kept %d bytes as s3://%s/%s" % (size, bucket, key))
`.trim();
