import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../bed/aws/bed.ts";
import { root } from "./checkout.ts";

const bucket = "mate-production-pipeline-123456789012";
const now = new Date().toISOString();
const today = now.slice(0, 10).replaceAll("-", "/");

const scaled = {
  ...{ operation: "op-1b3c", verb: "scale", tenant: "hospital-a", environment: "production", actor: "oscar", at: now },
  ...{ command: "/scale hospital-a django 4", reason: "queues are long", run: "https://github.com/m/t/actions/runs/7" },
  outcome: "changed",
};
const restored = {
  ...{ operation: "op-9", verb: "restore", mode: "execute", what: "database", to: "2026-11-26T22:00:00Z", at: now },
  ...{ tenant: "hospital-a", environment: "production", actor: "alice", confirmedBy: "oscar", outcome: "restored" },
};
const deployed = {
  ...{ operation: "op-2", verb: "deploy", release: "v1.5.0", tenant: "b-hospital-a", environment: "production" },
  ...{ actor: "alice", pull: 12, commit: "0123456789abcdef", reason: "merge of #12", at: now, outcome: "changed" },
};

let bed: AwsBed;
beforeAll(async () => {
  bed = await startAwsBed();
  await s3("CreateBucket", {});
  await s3("PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } });
});
afterAll(() => bed.stop());

beforeEach(async () => {
  const { Versions = [], DeleteMarkers = [] } = await s3<Listing>("ListObjectVersions", {});
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) await s3("DeleteObject", { Key, VersionId });
  await put(`journal/${today}/op-1b3c-hospital-a.json`, scaled);
  await put(`journal/${today}/op-9-restored-hospital-a.json`, restored);
  await put(`journal/${today}/op-2-b-hospital-a.json`, deployed);
});

interface Listing {
  readonly Versions?: readonly Kept[];
  readonly DeleteMarkers?: readonly Kept[];
}

interface Kept {
  readonly Key: string;
  readonly VersionId: string;
}

function s3<T>(operation: string, input: object): Promise<T> {
  const who = { account: "123456789012", region: "us-east-1", arn: "arn:aws:iam::123456789012:user/a", tags: {} };
  return bed.world.invoke<T>("s3", operation, { Bucket: bucket, ...input }, { requestId: "auditor", caller: who });
}

const put = (Key: string, value: unknown): Promise<unknown> =>
  s3("PutObject", { Key, Body: Buffer.from(JSON.stringify(value)) });

const audit = (...args: readonly string[]): Promise<Ended> => auditIn({}, ...args);

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function auditIn(more: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...bed.environment, ...more };
    const child = spawn(process.execPath, [join(root, "scripts/audit/audit-trail.ts"), ...args], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out, err }));
  });
}

describe("the audit trail of a hospital", () => {
  test("says who did what when, who confirmed it, and nothing of a hospital whose name ends alike", async () => {
    const { status, out, err } = await audit("hospital-a");

    expect(status, err).toBe(0);
    const at = `${now.slice(0, 19).replace("T", " ")} UTC`;
    expect(out).toContain(`${at}  hospital-a in production: /scale hospital-a django 4 → changed
    by oscar, because: queues are long
    https://github.com/m/t/actions/runs/7
`);
    expect(
      out,
    ).toContain(`${at}  hospital-a in production: restore database to 2026-11-26T22:00:00Z (execute) → restored
    by alice, confirmed by oscar
`);
    expect(out).not.toContain("b-hospital-a");
    expect(out).toMatch(/2 entries about hospital-a in production, .*; each as it was first written\n$/);
  });

  test("of all hospitals has the merge and the commit of a deployment", async () => {
    const { out } = await audit();

    expect(out).toContain(`b-hospital-a in production: deploy v1.5.0 → changed
    by alice, pull request #12, because: merge of #12
    commit 0123456789`);
  });

  test("has what was written first, and says when it was written again or deleted", async () => {
    await put(`journal/${today}/op-1b3c-hospital-a.json`, { ...scaled, actor: "nobody" });
    await s3("DeleteObject", { Key: `journal/${today}/op-9-restored-hospital-a.json` });

    const { status, out } = await audit("hospital-a");

    expect(status).toBe(1);
    expect(out).toContain("by oscar");
    expect(out).not.toContain("nobody");
    expect(out).toMatch(/! journal\/.*op-1b3c-hospital-a\.json was written again at 20/);
    expect(out).toMatch(/! journal\/.*op-9-restored-hospital-a\.json was deleted at 20/);
    expect(out).toMatch(/; 2 findings, above\n$/);
  });

  test("notices an entry that claims another time, and one that is none", async () => {
    await put(`journal/${today}/op-3-hospital-a.json`, { ...scaled, operation: "op-3", at: "2020-01-01T00:00:00Z" });
    await put(`journal/${today}/op-4-hospital-a.json`, "nothing");

    const { status, out } = await audit("hospital-a", "--json");
    const { findings } = JSON.parse(out) as { readonly findings: readonly string[] };

    expect(status).toBe(1);
    expect(findings).toEqual([
      expect.stringContaining("op-3-hospital-a.json says 2020-01-01T00:00:00.000Z and was written at 20"),
      expect.stringContaining("op-3-hospital-a.json stands under another day"),
      expect.stringContaining("op-4-hospital-a.json is no entry of the journal"),
    ]);
  });

  test("is no empty one of a hospital that nobody knows; one that is gone is known by its entries", async () => {
    const misspelt = await audit("hospitla-a");
    const gone = await audit("b-hospital-a", "--since", "2020-01-01", "--until", "2020-12-31");

    expect([misspelt.status, misspelt.out]).toEqual([2, ""]);
    expect(misspelt.err).toBe(
      "no file names hospitla-a, and no entry in production of any day; is it spelt like that?\n",
    );
    expect([gone.status, gone.out]).toEqual([0, expect.stringMatching(/^0 entries about b-hospital-a in production/)]);
  });

  test("has no line that somebody typed into a reason", async () => {
    const forged = "queues\n2026-11-01 00:00:00 UTC  hospital-a in production: restore → restored\u001b[2K\r";
    await put(`journal/${today}/op-5-hospital-a.json`, { ...scaled, operation: "op-5", reason: forged });

    const { out } = await audit("hospital-a");

    expect(out).toContain("because: queues 2026-11-01 00:00:00 UTC");
    expect(out).not.toMatch(/^2026-11-01/m);
    expect(out).not.toContain("\u001b");
  });

  test("is asked for a time, and is empty where nothing was done", async () => {
    const { status, out } = await audit("hospital-a", "--since", "2020-01-01", "--until", "2020-12-31");

    expect([status, out]).toEqual([
      0,
      "0 entries about hospital-a in production, 2020-01-01 to 2020-12-31; each as it was first written\n",
    ]);
  });
});

test.for([
  [["--since", "yesterday"], "--since must be a date such as 2026-11-27, got yesterday"],
  [["--since", "2026-11-27", "--until", "2026-11-26"], "--since 2026-11-27 is after --until 2026-11-26"],
  [["--environment", "prod"], "no environment prod; there is production, staging"],
  [["hospital-a", "hospital-b"], "one tenant at a time; what is hospital-b?"],
] as const)("%j is refused: %s", async ([args, because]) => {
  const { status, err } = await audit(...args);

  expect(status).toBe(2);
  expect(err.split("\n")[0]).toBe(because);
});

test("credentials that may not read it are said in a line", async () => {
  const { status, err } = await audit("--environment", "staging");

  expect(status).toBe(2);
  expect(err).toMatch(/^the journal of staging cannot be read: .*NoSuchBucket.*account 210987654321\?\n$/);
});

test("a journal that nobody answers for was not found to be changed", async () => {
  const nobody = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };
  const { status, err } = await auditIn(nobody, "hospital-a");

  expect(status).toBe(2);
  expect(err).toMatch(/^the journal of production cannot be read: .*ECONNREFUSED/);
});
