/** Prints who did what to which hospital, when and approved by whom, and says whether the journal is as it was written. */
import { loadRepository } from "../../actions/lib/adapters/files/repository.ts";
import { recordsBucket } from "../../actions/lib/domain/environment-names.ts";
import { oneLine } from "../../actions/lib/report/visible.ts";
import { commandLine, type Refuse } from "../command-line.ts";
import { readJournal } from "./read-journal.ts";
import { type AuditLine, alterations, auditLines } from "./trail.ts";

const usage = `scripts/audit-trail [tenant] [options]: who did what to which hospital, when, and who approved it

  tenant               one hospital, also one that is gone; all if left out
  --environment NAME   default: production
  --since DATE         from this day on, UTC (default: 90 days ago)
  --until DATE         up to and with this day, UTC (default: today)
  --json               entries and findings as JSON

Reads the journal in the environment's bucket with your AWS credentials, which need s3:ListBucketVersions, s3:GetObjectVersion
and kms:Decrypt. Ends with 1 if an entry was changed or removed after it was written, with 2 if that could not be found out.`;

const given = commandLine(
  { usage },
  {
    allowPositionals: true,
    options: {
      environment: { type: "string", default: "production" },
      since: { type: "string", default: new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10) },
      until: { type: "string", default: new Date().toISOString().slice(0, 10) },
      json: { type: "boolean", default: false },
    },
  },
);
const { values, positionals } = given;
// With its type written here, what follows a refusal knows that it was none.
const refuse: Refuse = given.refuse;
const [tenant, ...more] = positionals;
if (more.length > 0) refuse(`one tenant at a time; what is ${more.join(" ")}?`);
for (const option of ["since", "until"] as const) {
  const date = values[option];
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) {
    refuse(`--${option} must be a date such as 2026-11-27, got ${date}`);
  }
}
if (values.since > values.until) refuse(`--since ${values.since} is after --until ${values.until}`);
const { environments, tenants } = await loadRepository(new URL("../..", import.meta.url).pathname);
const environment = environments.get(values.environment)?.environment;
if (environment === undefined)
  refuse(`no environment ${values.environment}; there is ${[...environments.keys()].join(", ")}`);

// A name that is nobody's must not look like a hospital to which nothing was done.
let known = tenant === undefined || tenants.has(tenant);

try {
  await report();
} catch (error) {
  const { name, message } = error as Error;
  console.error(
    `the journal of ${values.environment} cannot be read: ${message} (${name}); are these credentials of account ${environment?.account}?`,
  );
  // Names of S3's and the SDK's own errors; anything else may be a bug. Neither says that an entry was changed.
  if (!/^(AccessDenied|NoSuchBucket|ExpiredToken|InvalidAccessKeyId|CredentialsProviderError|TimeoutError)$/.test(name))
    console.error(error);
  process.exitCode = 2;
}

async function report(): Promise<void> {
  if (environment === undefined) return;
  const place = { bucket: recordsBucket(environment), region: environment.region };
  const objects = await readJournal(place, isWanted);
  if (!known) {
    console.error(`no file names ${tenant}, and no entry in ${environment.name} of any day; is it spelt like that?`);
    process.exitCode = 2;
    return;
  }
  // A key ends in the tenant's name, as do those of tenants whose name ends alike; the entry says whose it is.
  const lines = auditLines(objects).filter((line) => tenant === undefined || line.tenant === tenant);
  const kept = new Set(lines.map(({ key }) => key));
  const findings = alterations(objects.filter(({ key, value }) => kept.has(key) || !isEntry(value)));
  if (values.json) console.log(JSON.stringify({ entries: lines, findings }, undefined, 2));
  else
    console.log(
      [...lines.map(written), ...findings.map((finding) => `! ${oneLine(finding)}`), summary(lines, findings)].join(
        "\n",
      ),
    );
  if (findings.length > 0) process.exitCode = 1;
}

function isWanted(key: string): boolean {
  known ||= key.endsWith(`-${tenant}.json`);
  const [, year, month, day] = /^journal\/(\d{4})\/(\d\d)\/(\d\d)\//.exec(key) ?? [];
  const date = `${year}-${month}-${day}`;
  return date >= values.since && date <= values.until && (tenant === undefined || key.endsWith(`-${tenant}.json`));
}

function isEntry(value: unknown): boolean {
  return auditLines([{ key: "", versions: [], value }]).length > 0;
}

/** Lines of ours only: reasons and commands are what somebody typed, and must not pass for an entry or move the cursor. */
function written({ at, what, outcome, run, commit, ...line }: AuditLine): string {
  const who = [
    `by ${line.actor}`,
    ...(line.confirmedBy === undefined ? [] : [`confirmed by ${line.confirmedBy}`]),
    ...(line.pull === undefined ? [] : [`pull request #${line.pull}`]),
    ...(line.reason === undefined ? [] : [`because: ${line.reason}`]),
  ];
  const proof = [
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 10)}`]),
    ...(run === undefined ? [] : [run]),
  ];
  const head = `${at.slice(0, 19).replace("T", " ")} UTC  ${line.tenant} in ${line.environment}: ${what} → ${outcome}`;
  return [head, who.join(", "), ...(proof.length === 0 ? [] : [proof.join(" ")])].map(oneLine).join("\n    ");
}

function summary(lines: readonly AuditLine[], findings: readonly string[]): string {
  const span = `${values.since} to ${values.until}`;
  const about = tenant === undefined ? "" : ` about ${tenant}`;
  const state = findings.length === 0 ? "each as it was first written" : `${findings.length} findings, above`;
  return `${lines.length === 0 ? "" : "\n"}${lines.length} entries${about} in ${values.environment}, ${span}; ${state}`;
}
