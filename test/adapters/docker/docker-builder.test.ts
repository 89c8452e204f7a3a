import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ecrCandidates } from "../../../actions/lib/adapters/aws/ecr-candidates.ts";
import { ecrImages } from "../../../actions/lib/adapters/aws/ecr-images.ts";
import { withDockerBuilder } from "../../../actions/lib/adapters/docker/docker-builder.ts";
import type { ImageBuild } from "../../../actions/lib/ports/images.ts";
import { application, type RegistryStage, registryStage } from "./registry-stage.ts";

let stage: RegistryStage;
const said: string[] = [];
const progress = { say: (line: string) => void said.push(line) };
beforeAll(async () => {
  stage = await registryStage();
});
afterAll(() => stage.stop());

function django(change: Partial<ImageBuild> = {}): ImageBuild {
  return {
    context: application,
    dockerfile: join(application, "Dockerfile"),
    target: "django",
    platform: "linux/amd64",
    repository: "mate/django",
    labels: { "org.opencontainers.image.version": "v1.4.0" },
    cache: { to: "cache-v1.4.0" },
    ...change,
  };
}

function buildOne(request: ImageBuild): Promise<string> {
  return withDockerBuilder({ login: stage.login, progress }, (builder) => builder.build(request));
}

/** A Dockerfile with this text, beside the application's own. */
async function dockerfile(...lines: readonly string[]): Promise<Pick<ImageBuild, "dockerfile">> {
  const path = join(await mkdtemp(join(tmpdir(), "dockerfile-")), "Dockerfile");
  await writeFile(path, `${lines.join("\n")}\n`);
  return { dockerfile: path };
}

test("what was built is in the registry, without a tag until it is published", async () => {
  const candidates = ecrCandidates(stage.ecr);
  const pushed = await buildOne(django());
  const wanted = { repository: "mate/django", platform: "linux/amd64" };
  expect(await ecrImages(stage.ecr).find({ ...wanted, tag: "v1.4.0" })).toBeUndefined();

  const digest = await candidates.resolve({ ...wanted, digest: pushed });
  const labels = await candidates.labels("mate/django", digest);
  expect(labels).toMatchObject({ "org.opencontainers.image.version": "v1.4.0" });
  expect(await candidates.scan("mate/django", digest)).toEqual({ state: "done", counts: {}, findings: [] });
  expect(await candidates.publish({ repository: "mate/django", digest: pushed, tag: "v1.4.0" })).toBe("published");

  expect(await ecrImages(stage.ecr).find({ ...wanted, tag: "v1.4.0" })).toBe(digest);
});

test("publishing twice is harmless, and a taken tag is told", async () => {
  const candidates = ecrCandidates(stage.ecr);
  const first = await buildOne(django({ repository: "mate/published" }));
  const second = await buildOne(django({ repository: "mate/published", labels: { other: "yes" } }));
  const publish = (digest: string) => candidates.publish({ repository: "mate/published", digest, tag: "v1.4.0" });

  expect([await publish(first), await publish(first), await publish(second)]).toEqual([
    "published",
    "published",
    "taken",
  ]);
});

test("the image carries labels, command, user and health check of its Dockerfile", async () => {
  const index = await stage.manifest("mate/django", await buildOne(django()));
  const manifest = await stage.manifest("mate/django", index.manifests?.[0]?.digest ?? "");

  expect(await stage.blob("mate/django", manifest.config?.digest ?? "")).toMatchObject({
    architecture: "amd64",
    os: "linux",
    config: {
      User: "10001:10001",
      WorkingDir: "/srv/mate",
      Entrypoint: ["python", "-m", "mate.start"],
      Cmd: ["web"],
      ExposedPorts: { "8443/tcp": {} },
      Labels: { "org.opencontainers.image.version": "v1.4.0" },
      Healthcheck: { Test: ["CMD", "python", "-m", "mate.health", "web"], Interval: 30e9 },
    },
  });
});

test("provenance and SBOM are attached to the platform's image", async () => {
  const index = await stage.manifest("mate/django", await buildOne(django()));
  const [image, attached] = index.manifests ?? [];
  expect(attached?.annotations?.["vnd.docker.reference.digest"]).toBe(image?.digest);

  const attestation = await stage.manifest("mate/django", attached?.digest ?? "");
  const predicates = attestation.layers?.map(({ annotations }) => annotations?.["in-toto.io/predicate-type"]);
  expect(predicates).toEqual(["https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2"]);
  const bill = (await stage.blob("mate/django", attestation.layers?.[0]?.digest ?? "")) as {
    readonly predicate: { readonly packages: readonly { readonly name: string }[] };
  };
  expect(bill.predicate.packages.map(({ name }) => name)).toContain("Django");
});

test("equal input gives the same digest, and another label another", async () => {
  const first = await buildOne(django());
  expect(await buildOne(django())).toBe(first);
  expect(await buildOne(django({ labels: {} }))).not.toBe(first);
});

test("three images are built at the same time by one log-in, and nothing is left behind", async () => {
  const digests = await withDockerBuilder({ login: stage.login, progress }, (builder) =>
    Promise.all(
      ["django", "celery", "beat"].map((role) => builder.build(django({ target: role, repository: `mate/${role}` }))),
    ),
  );

  expect(new Set(digests).size).toBe(3);
  expect(await stage.leftovers()).toEqual([]);
});

test("a failing step comes first, with its own error, before the log's last lines", async () => {
  const broken = await dockerfile("FROM scratch AS django", "RUN echo 'no matching distribution' && exit 3");
  const failure = buildOne(django({ ...broken, repository: "mate/broken" }));
  await expect(failure).rejects.toMatchObject({ reasonCode: "build-failed" });
  const lines = await failure.catch((error: Error) => error.message.split("\n"));

  expect(lines[0]).toBe(
    `building mate/broken failed at [django 2/2] RUN echo 'no matching distribution' && exit 3: process "/bin/sh -c echo 'no matching distribution' && exit 3" did not complete successfully: exit code: 3`,
  );
  expect(lines).toContain("0.001 no matching distribution");
  expect(await stage.leftovers()).toEqual([]);
  const { imageDetails } = await stage.ecr.send(new DescribeImagesCommand({ repositoryName: "mate/broken" }));
  expect(imageDetails).toEqual([]);
});

test.for([
  [
    ["FROM scratch AS django", "COPY nothing.txt /"],
    /failed at \[django 2\/2\] COPY nothing\.txt \/: .*"\/nothing\.txt": not found/,
  ],
  [
    ["FROM scratch AS django", "COPPY . /"],
    /dockerfile parse error on line 2: unknown instruction: COPPY \(did you mean COPY\?\)/,
  ],
  [["FROM scratch AS web"], /target stage "django" could not be found/],
] as const)("says what is wrong with %j", async ([lines, message]) => {
  await expect(buildOne(django(await dockerfile(...lines)))).rejects.toThrow(message);
});

test("a repository that is not there is named", async () => {
  await expect(buildOne(django({ repository: "mate/nothing" }))).rejects.toThrow(
    /building mate\/nothing failed at exporting to image: .*'mate\/nothing' does not exist/,
  );
});

test("a password the registry does not take is a failed log-in, and nothing is left behind", async () => {
  const login = async () => ({ ...(await stage.login()), password: "wrong" });
  const failure = withDockerBuilder({ login, progress }, (builder) => builder.build(django()));

  await expect(failure).rejects.toMatchObject({ reasonCode: "registry-login-failed" });
  expect(await stage.leftovers()).toEqual([]);
});

test("the cache is kept in the registry, found again, and never stops a build", async () => {
  const candidates = ecrCandidates(stage.ecr);
  await buildOne(django({ repository: "mate/cached" }));
  expect(await candidates.newestTag("mate/cached", "cache-")).toBe("cache-v1.4.0");

  // Tags are immutable: the same release cannot write its cache again when something changed.
  await buildOne(
    django({
      repository: "mate/cached",
      ...(await dockerfile("FROM scratch AS django", "COPY manage.py /")),
      cache: { from: "cache-v1.4.0", to: "cache-v1.4.0" },
    }),
  );

  expect(said.some((line) => line.includes("error writing the cache, ignored"))).toBe(true);
});

test("nobody is asked to log in where nothing has to be built", async () => {
  const login = () => Promise.reject(new Error("no log-in was needed"));
  expect(await withDockerBuilder({ login, progress }, async () => "nothing to do")).toBe("nothing to do");
});
