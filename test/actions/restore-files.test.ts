import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyInParts } from "../../actions/lib/adapters/aws/s3-versions-large.ts";
import type { RestoreOutcome } from "../../actions/lib/domain/restore-outcome.ts";
import { dyingCalls, Killed } from "../fixtures/dying-calls.ts";
import { type RestoreStage, startRestoreStage } from "../fixtures/restore-stage.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";

const Bucket = "mate-clinic-x-production-data";

let stage: RestoreStage;
/** The moment everything goes back to. */
let then: Date;
/** The moment before anything was restored. */
let later: Date;
beforeAll(async () => {
  stage = await startRestoreStage({ "tenants/clinic-x.yml": standardTenant("clinic-x") }, true);
  await stage.sleep(20 * 60_000);
  await put("unchanged.pdf", "as it is");
  await put("changed.pdf", "before");
  await put("deleted later.pdf", "still wanted");
  await put("gone/already.pdf", "removed before");
  await remove("gone/already.pdf");
  await put("brought back.pdf", "first");
  await remove("brought back.pdf");
  await stage.sleep(10_000);
  then = stage.now();
  await stage.sleep(10_000);
  await put("changed.pdf", "after");
  await put("changed.pdf", "after, again");
  await remove("deleted later.pdf");
  await put("brought back.pdf", "second");
  await put("new/ünïcode & 100%.pdf", "came later");
  await put("new/short-lived.pdf", "came and went");
  await remove("new/short-lived.pdf");
  await stage.sleep(3_000);
  later = stage.now();
  // Backups of the database are uploaded every five minutes.
  await stage.sleep(6 * 60_000);
}, 120_000);
afterAll(() => stage?.stop());

async function put(Key: string, Body: string): Promise<void> {
  await stage.invoke("s3", "PutObject", { Bucket, Key, Body: Buffer.from(Body), ContentType: "application/pdf" });
  await stage.sleep(2_000);
}

async function remove(Key: string): Promise<void> {
  await stage.invoke("s3", "DeleteObject", { Bucket, Key });
  await stage.sleep(2_000);
}

interface Listed {
  readonly Key: string;
  readonly VersionId: string;
  readonly IsLatest: boolean;
}

async function versions(): Promise<readonly (Listed & { readonly marker: boolean })[]> {
  const { Versions, DeleteMarkers } = await stage.invoke<Record<"Versions" | "DeleteMarkers", readonly Listed[]>>(
    "s3",
    "ListObjectVersions",
    { Bucket },
  );
  return [
    ...Versions.map((one) => ({ ...one, marker: false })),
    ...DeleteMarkers.map((one) => ({ ...one, marker: true })),
  ];
}

/** What somebody who opens the bucket sees: key and content. */
async function seen(): Promise<Readonly<Record<string, string>>> {
  const { Contents = [] } = await stage.invoke<{ Contents?: readonly { readonly Key: string }[] }>(
    "s3",
    "ListObjectsV2",
    { Bucket },
  );
  const entries = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await stage.invoke<{ Body: Uint8Array }>("s3", "GetObject", { Bucket, Key });
      return [Key, Buffer.from(Body).toString("utf8")] as const;
    }),
  );
  return Object.fromEntries(entries);
}

function ask(
  run: string,
  more: Partial<Parameters<RestoreStage["restore"]>[0]>,
  options?: Parameters<RestoreStage["restore"]>[1],
) {
  const asked = { id: run, url: `https://run/${run}`, actor: "alice", startedBy: "alice" };
  return stage.restore(
    { tenant: "clinic-x", mode: "execute", what: "files", when: then.toISOString(), run: asked, ...more },
    options,
  );
}

function filesOf(outcome: RestoreOutcome) {
  if (outcome.outcome === "stopped") throw outcome.failure;
  return outcome.outcome === "carried-out" ? outcome.record.facts.files : undefined;
}

const asThen = { "unchanged.pdf": "as it is", "changed.pdf": "before", "deleted later.pdf": "still wanted" };

test("an object too large for one call is copied part by part, with what it is called and tagged as", async () => {
  const Key = "scan 1.dcm";
  const Body = Buffer.alloc(11 * 1024 ** 2, "x");
  const described = { ContentType: "application/dicom", Metadata: { ward: "7" }, Tagging: "kind=scan&year=2026" };
  await stage.invoke("s3", "PutObject", { Bucket, Key, Body, ...described });
  const old = (await versions()).find((one) => one.Key === Key);
  const s3 = new S3Client({
    ...{ region: "us-east-1", endpoint: stage.aws.url, forcePathStyle: true },
    credentials: { accessKeyId: stage.aws.environment.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "any" },
  });
  const from = {
    key: Key,
    version: old?.VersionId ?? "",
    kind: "content",
    at: then,
    bytes: Body.length,
    etag: "",
    storageClass: "STANDARD",
  } as const;

  await copyInParts(s3, { bucket: Bucket, from, partBytes: 5 * 1024 ** 2 });

  const head = await stage.invoke("s3", "HeadObject", { Bucket, Key });
  expect(head).toMatchObject({ ContentType: "application/dicom", Metadata: { ward: "7" }, ContentLength: Body.length });
  expect(head.ETag).toMatch(/-3"$/);
  expect(head.VersionId).not.toBe(old?.VersionId);
  const { TagSet } = await stage.invoke("s3", "GetObjectTagging", { Bucket, Key });
  expect(TagSet).toEqual([
    { Key: "kind", Value: "scan" },
    { Key: "year", Value: "2026" },
  ]);
  for (const { VersionId } of (await versions()).filter((one) => one.Key === Key))
    await stage.invoke("s3", "DeleteObject", { Bucket, Key, VersionId });
});

describe("a bucket back to a time", () => {
  let before: readonly string[] = [];

  test("a dry run counts what would be copied and hidden, with bytes, and changes nothing", async () => {
    before = (await versions()).map(({ Key, VersionId }) => `${Key} ${VersionId}`);

    const outcome = await ask("1", { mode: "dry-run" });

    expect(outcome.outcome === "planned" && outcome.plan.files).toEqual({
      copy: 2,
      hide: 2,
      keep: 3,
      bytes: 18,
      archived: [],
    });
    expect((await versions()).length).toBe(before.length);
  });

  test("with the role that must not see file names they are not counted, which is said", async () => {
    const outcome = await ask("2", { mode: "dry-run", role: "plan" });

    const notes = outcome.outcome === "planned" ? outcome.plan.findings.map(({ text }) => text) : [];
    expect(notes).toContainEqual(
      expect.stringContaining("files are counted by the job that a second person has to approve"),
    );
  });

  test("killed in the middle and started again it ends as if nothing had happened", async () => {
    const dying = dyingCalls({ call: 8, when: "after-effect" });
    await expect(ask("3", {}, { calls: dying.calls })).rejects.toThrow(Killed);

    filesOf(await ask("3", {}));

    expect(await seen()).toEqual(asThen);
  });

  test("no version and no delete marker is gone", async () => {
    const after = new Set((await versions()).map(({ Key, VersionId }) => `${Key} ${VersionId}`));

    expect(before.filter((one) => !after.has(one))).toEqual([]);
  });

  test("a copy keeps what the object was called and described as", async () => {
    const { ContentType } = await stage.invoke("s3", "HeadObject", { Bucket, Key: "changed.pdf" });

    expect(ContentType).toBe("application/pdf");
  });

  test("to the same time once more it copies and hides nothing", async () => {
    const count = (await versions()).length;

    expect(filesOf(await ask("4", {}))).toMatchObject({ copied: 0, hidden: 0 });

    expect((await versions()).length).toBe(count);
  });

  test("a restore to just before it undoes it", async () => {
    filesOf(await ask("5", { when: later.toISOString() }));

    expect(await seen()).toMatchObject({
      "changed.pdf": "after, again",
      "brought back.pdf": "second",
      "new/ünïcode & 100%.pdf": "came later",
    });
    expect(Object.keys(await seen())).not.toContain("deleted later.pdf");
  });

  test("both takes database and files to the same moment", async () => {
    const live = await stage.instance("mate-clinic-x-production");

    const outcome = await ask("6", { what: "both" });

    expect(filesOf(outcome)?.copied).toBeGreaterThan(0);
    const restored = outcome.outcome === "carried-out" ? outcome.record : undefined;
    expect(restored?.source).toMatchObject({ kind: "time", at: then.toISOString() });
    expect(await seen()).toEqual(asThen);
    expect((await stage.instance("mate-clinic-x-production"))?.DbiResourceId).not.toBe(live?.DbiResourceId);
  });
});
