import { createHash } from "node:crypto";
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AwsBed, startAwsBed } from "../../../aws/bed.ts";
import { seedImage } from "../../../aws/services/ecr/manifest.ts";
import { imageFor, repositoryFor } from "../../../aws/services/ecr/repositories.ts";
import { bedClock } from "../../../clock.ts";
import { settingsFor } from "../front/client-settings.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const clock = bedClock();
let bed: AwsBed;
let ecr: ECRClient;
let login = "";
beforeAll(async () => {
  bed = await startAwsBed({ clock });
  ecr = new ECRClient(settingsFor(bed));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "mate/django", imageTagMutability: "IMMUTABLE" }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "mate/celery" }));
  login = await logIn();
});
afterAll(() => bed.stop());

async function logIn(): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  expect(authorizationData?.[0]?.proxyEndpoint).toBe(bed.registryUrl);
  return `Basic ${authorizationData?.[0]?.authorizationToken}`;
}

const digest = (content: string): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;
const ask = (method: string, path: string, more: { body?: string; headers?: Record<string, string> } = {}) =>
  fetch(path.startsWith("http") ? path : `${bed.registryUrl}/v2/${path}`, {
    method,
    headers: { Authorization: login, ...more.headers },
    ...(more.body !== undefined && { body: more.body }),
  });
const at = (response: Response): string => `${bed.registryUrl}${response.headers.get("Location")}`;

/** Pushes a blob as Docker does: start, send a chunk or more, finish with the digest. */
async function pushBlob(repository: string, content: string): Promise<string> {
  const started = await ask("POST", `${repository}/blobs/uploads/`);
  expect(started.status).toBe(202);
  const half = Math.floor(content.length / 2);
  const first = await ask("PATCH", at(started), { body: content.slice(0, half) });
  expect(first.headers.get("Range")).toBe(`0-${half - 1}`);
  const second = await ask("PATCH", at(first), {
    body: content.slice(half),
    headers: { "Content-Range": `${half}-${content.length - 1}` },
  });
  const done = await ask("PUT", `${at(second)}?digest=${digest(content)}`);
  expect([done.status, done.headers.get("Docker-Content-Digest")]).toEqual([201, digest(content)]);
  return digest(content);
}

async function push(
  repository: string,
  tag: string,
  content: string,
): Promise<{ status: number; digest: string; manifest: string }> {
  const [config, layer] = [
    await pushBlob(repository, `{"config":"${content}"}`),
    await pushBlob(repository, `layer of ${content}`),
  ];
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: config, size: content.length + 13 },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: layer, size: content.length + 9 }],
  });
  const { status } = await ask("PUT", `${repository}/manifests/${tag}`, {
    body: manifest,
    headers: { "Content-Type": MANIFEST },
  });
  return { status, digest: digest(manifest), manifest };
}

describe("the registry", () => {
  test("what is pushed can be described, pulled and found by digest", async () => {
    const pushed = await push("mate/django", "v1.4.0", "release 1.4.0");
    expect(pushed.status).toBe(201);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: "mate/django", imageIds: [{ imageTag: "v1.4.0" }] }),
    );
    expect(imageDetails).toMatchObject([
      { imageDigest: pushed.digest, imageTags: ["v1.4.0"], imageSizeInBytes: 48, imageManifestMediaType: MANIFEST },
    ]);
    for (const reference of ["v1.4.0", pushed.digest]) {
      const head = await ask("HEAD", `mate/django/manifests/${reference}`);
      expect([head.status, head.headers.get("Docker-Content-Digest"), head.headers.get("Content-Length")]).toEqual([
        200,
        pushed.digest,
        String(pushed.manifest.length),
      ]);
      expect(await (await ask("GET", `mate/django/manifests/${reference}`)).text()).toBe(pushed.manifest);
    }
    const layer = digest("layer of release 1.4.0");
    expect(await (await ask("GET", `mate/django/blobs/${layer}`)).text()).toBe("layer of release 1.4.0");
    expect(await (await ask("GET", "mate/django/tags/list")).json()).toEqual({ name: "mate/django", tags: ["v1.4.0"] });
  });

  test("an immutable tag keeps its image; the same image again is no error", async () => {
    const first = await push("mate/django", "v2.0.0", "two");
    expect((await push("mate/django", "v2.0.0", "two")).status).toBe(201);
    expect((await push("mate/django", "v2.0.0", "another two")).status).toBe(400);
    const { images } = await ecr.send(
      new BatchGetImageCommand({ repositoryName: "mate/django", imageIds: [{ imageTag: "v2.0.0" }] }),
    );
    expect(images?.[0]?.imageId?.imageDigest).toBe(first.digest);
  });

  test("a mutable tag moves", async () => {
    await push("mate/celery", "latest", "one");
    const second = await push("mate/celery", "latest", "two");
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: "mate/celery", filter: { tagStatus: "TAGGED" } }),
    );
    expect(imageDetails?.map(({ imageDigest }) => imageDigest)).toEqual([second.digest]);
  });

  test("blobs are sent whole, mounted from a sibling, and refused with a wrong digest", async () => {
    const content = "one piece";
    const whole = await ask("POST", `mate/django/blobs/uploads/?digest=${digest(content)}`, { body: content });
    expect(whole.status).toBe(201);
    expect((await ask("HEAD", `mate/celery/blobs/${digest(content)}`)).status).toBe(404);
    expect((await ask("POST", `mate/celery/blobs/uploads/?mount=${digest(content)}&from=mate/django`)).status).toBe(
      201,
    );
    expect((await ask("HEAD", `mate/celery/blobs/${digest(content)}`)).status).toBe(200);
    expect((await ask("POST", `mate/celery/blobs/uploads/?digest=${digest("other")}`, { body: content })).status).toBe(
      400,
    );
  });

  test("an index needs its images, and is described without a size", async () => {
    const index = (of: string): string =>
      JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [{ mediaType: MANIFEST, digest: of, size: 1 }] });
    const put = (body: string) =>
      ask("PUT", "mate/celery/manifests/multi", { body, headers: { "Content-Type": INDEX } });
    expect((await put(index(digest("none")))).status).toBe(400);
    const { digest: image } = await push("mate/celery", "amd64", "for amd64");
    expect((await put(index(image))).status).toBe(201);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: "mate/celery", imageIds: [{ imageTag: "multi" }] }),
    );
    expect(imageDetails).toMatchObject([{ imageManifestMediaType: INDEX, imageSizeInBytes: 0 }]);
  });

  test("needs a log-in, which ends after twelve hours", async () => {
    const without = await fetch(`${bed.registryUrl}/v2/`);
    expect([without.status, without.headers.get("WWW-Authenticate")]).toEqual([
      401,
      expect.stringMatching(/^Basic realm=/),
    ]);
    expect((await ask("GET", "")).status).toBe(200);
    clock.forward(12 * 60 * 60 * 1000);
    expect((await ask("GET", "")).status).toBe(401);
    login = await logIn();
    expect((await ask("GET", "")).status).toBe(200);
    expect((await ask("GET", "mate/unknown/tags/list")).status).toBe(404);
  });
});

describe("the API", () => {
  const where = { account: "123456789012", region: "us-east-1" };

  test("an image put twice is refused, as is one without its layers or with a foreign digest", async () => {
    const repository = repositoryFor(bed.world, { repositoryName: "mate/django" }, where);
    const { manifest: imageManifest } = seedImage(bed.world, repository, { tag: "seeded", content: "seed" });
    const put = (more: object) =>
      ecr.send(new PutImageCommand({ repositoryName: "mate/django", imageManifest, ...more }));
    await expect(put({ imageTag: "seeded" })).rejects.toMatchObject({ name: "ImageAlreadyExistsException" });
    expect((await put({ imageTag: "again" })).image?.imageId?.imageTag).toBe("again");
    await expect(put({ imageDigest: digest("x") })).rejects.toMatchObject({ name: "ImageDigestDoesNotMatchException" });
    await expect(ecr.send(new PutImageCommand({ repositoryName: "mate/celery", imageManifest }))).rejects.toMatchObject(
      { name: "LayersNotFoundException" },
    );
  });

  test("what is missing is a failure of the batch, and an error when described", async () => {
    const ids = { repositoryName: "mate/django", imageIds: [{ imageTag: "none" }] };
    expect((await ecr.send(new BatchGetImageCommand(ids))).failures).toMatchObject([{ failureCode: "ImageNotFound" }]);
    await expect(ecr.send(new DescribeImagesCommand(ids))).rejects.toMatchObject({ name: "ImageNotFoundException" });
    await expect(ecr.send(new DescribeImagesCommand({ repositoryName: "none" }))).rejects.toMatchObject({
      name: "RepositoryNotFoundException",
    });
  });

  test("scan findings are what a test sets", async () => {
    const repository = repositoryFor(bed.world, { repositoryName: "mate/django" }, where);
    const image = seedImage(bed.world, repository, { tag: "scanned", content: "vulnerable" });
    const scan = { repositoryName: "mate/django", imageId: { imageTag: "scanned" } };
    await expect(ecr.send(new DescribeImageScanFindingsCommand(scan))).rejects.toMatchObject({
      name: "ScanNotFoundException",
    });
    image.findings = { at: new Date(), findings: [{ name: "CVE-2026-1", severity: "CRITICAL" }] };
    const { imageScanFindings } = await ecr.send(new DescribeImageScanFindingsCommand(scan));
    expect(imageScanFindings?.findingSeverityCounts).toEqual({ CRITICAL: 1 });
  });

  test("removing the last tag removes the image; a repository with images stays unless forced", async () => {
    const repository = repositoryFor(bed.world, { repositoryName: "mate/celery" }, where);
    const { digest: imageDigest } = seedImage(bed.world, repository, { tag: "short-lived", content: "short" });
    await ecr.send(
      new BatchDeleteImageCommand({ repositoryName: "mate/celery", imageIds: [{ imageTag: "short-lived" }] }),
    );
    expect(imageFor(repository, { imageDigest })).toBeUndefined();
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: "mate/celery" }))).rejects.toMatchObject({
      name: "RepositoryNotEmptyException",
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: "mate/celery", force: true }));
  });
});
