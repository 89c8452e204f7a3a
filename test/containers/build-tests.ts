import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { fleet, productionOf, roles } from "./clinic.ts";
import type { LaneTests } from "./containers.test.ts";
import { must, run } from "./program.ts";
import { buildRelease } from "./release.ts";

const index = "application/vnd.oci.image.index.v1+json";

/** The `build` action with a real docker, a real registry and the application's real Dockerfile. */
export function buildTests({ stage, report }: LaneTests): void {
  const production = (): Environment => productionOf(stage(), fleet({}, "v1.4.0"));
  const build = (release: string, environment = production()) => buildRelease(stage(), { environment, release });
  const manifest = async (repository: string, reference: string): Promise<Manifest> => {
    const url = `http://${stage().registry.store}/v2/${repository}/manifests/${reference}`;
    const accept = `${index}, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json`;
    return (await (await fetch(url, { headers: { accept } })).json()) as Manifest;
  };

  /** What builds of other processes left, or are still using. */
  const older = new Set(leftovers());

  test("is built and pushed, and the image for the platform is resolved out of its index", async () => {
    const { release } = await build("v1.4.0");

    expect(release.images.map(({ role, outcome }) => [role, outcome])).toEqual(roles.map((role) => [role, "built"]));
    const rows = release.images.map((image) => [
      image.role,
      image.digest,
      `${Math.round(image.durationMs / 1000)} s`,
      "scan" in image ? image.scan.verdict : "",
    ]);
    report.table("Images of v1.4.0", ["service", "digest", "built in", "scan (the bed's)"], rows);
    report.lines("Builder", [stage().buildkit === undefined ? "docker build" : "docker buildx build, remote BuildKit"]);
    for (const { repository, digest } of release.images) {
      const name = `${stage().registry.store}/${repository}@${digest}`;
      await must("docker", ["pull", "--quiet", name]);
      const format = "{{.Os}}/{{.Architecture}} {{.Config.User}}";
      expect(await must("docker", ["image", "inspect", "--format", format, name])).toBe("linux/amd64 10001:10001");
    }
  });

  test("carries provenance and a list of what is in it, beside the image and not in its way", async ({ skip }) => {
    const { buildkit, rehearsal, registry } = stage();
    if (buildkit === undefined) skip("buildkitd and docker-buildx are not on the PATH; .ci/run builds them with Go");
    const { imageIds } = await rehearsal.invoke<{ imageIds: readonly { imageDigest: string; imageTag?: string }[] }>(
      "ecr",
      "ListImages",
      { repositoryName: "mate/django" },
    );
    const tagged = imageIds.find(({ imageTag }) => imageTag === "v1.4.0")?.imageDigest ?? "";
    const { manifests = [] } = await manifest("mate/django", tagged);

    const [image, attested] = manifests;
    expect(image?.platform).toEqual({ architecture: "amd64", os: "linux" });
    expect(attested?.annotations).toMatchObject({ "vnd.docker.reference.digest": image?.digest });
    const { layers = [] } = await manifest("mate/django", attested?.digest ?? "");
    const kinds = layers.map(({ annotations }) => annotations?.["in-toto.io/predicate-type"]);
    expect(kinds.toSorted()).toEqual(["https://slsa.dev/provenance/v0.2", "https://spdx.dev/Document"]);
    const list = layers.find(({ annotations }) => annotations?.["in-toto.io/predicate-type"]?.includes("spdx"));
    const text = await (await fetch(`http://${registry.store}/v2/mate/django/blobs/${list?.digest}`)).text();
    const { predicate } = JSON.parse(text) as {
      predicate: { packages: readonly { name: string; versionInfo: string }[] };
    };
    expect(predicate.packages).toContainEqual(expect.objectContaining({ name: "Django", versionInfo: "5.2.19" }));
    report.lines("Attestations of mate/django v1.4.0", [
      ...kinds.map(String),
      `${predicate.packages.length} packages listed`,
    ]);
  });

  test("is not built again", async () => {
    const { release, said } = await build("v1.4.0");

    expect(release.images.map(({ outcome }) => outcome)).toEqual(["present", "present", "present"]);
    expect(said).toEqual(["v1.4.0 has all its images"]);
  });

  test("keeps its tag: another image cannot be pushed under it", async () => {
    const { registry, rehearsal, application } = stage();
    const { authorizationData } = await rehearsal.invoke<{
      authorizationData: readonly { authorizationToken: string }[];
    }>("ecr", "GetAuthorizationToken", {});
    const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64")
      .toString("utf8")
      .slice(4);
    const environment = { DOCKER_CONFIG: `${application.workspace}-docker` };
    const other = `${registry.front}/mate/django:v1.4.0`;
    await must("docker", ["tag", `${registry.store}/lane/python:${stage().debian}`, other]);

    expect((await run("docker", ["push", other], { environment })).exitCode).not.toBe(0);
    await must("docker", ["login", "--username", "AWS", "--password-stdin", registry.front], {
      environment,
      input: token,
    });
    const pushed = await run("docker", ["push", other], { environment });

    expect(pushed.exitCode).not.toBe(0);
    expect(pushed.stderr + pushed.stdout).toContain("cannot be overwritten because the tag is immutable");
    await must("docker", ["image", "rm", other]);
  });

  test("names the step that failed, with its own error, and has no tag for any image", async () => {
    await stage().application.commit("a requirement that is not there", {
      "requirements.txt": (text) => `${text}mate-that-nobody-published==1.0\n`,
    });

    const failed = await build("v1.4.9").then(
      () => undefined,
      (error: Error) => error.message,
    );

    expect(failed).toMatch(/^building mate\/\w+ failed at \[base \d\/\d\] RUN pip install .*exit code: 1/);
    expect(failed).toContain("No matching distribution found for mate-that-nobody-published==1.0");
    report.lines("A build that fails", (failed ?? "").split("\n").slice(0, 6));
    const { imageIds } = await stage().rehearsal.invoke<{ imageIds: readonly { imageTag?: string }[] }>(
      "ecr",
      "ListImages",
      { repositoryName: "mate/django" },
    );
    expect(imageIds.map(({ imageTag }) => imageTag)).not.toContain("v1.4.9");
    await stage().application.commit("without it again", {
      "requirements.txt": (text) => text.replace("mate-that-nobody-published==1.0\n", ""),
    });
  });

  test("for another processor than the base image's is refused, and gets no tag", async () => {
    const { images, ...rest } = production();
    const arm = { ...images, django: { ...images.django, platform: "linux/arm64" as const } };

    const refused = await build("v1.4.8", { ...rest, images: arm }).then(
      () => undefined,
      (error: Error & { reasonCode?: string }) => ({ reasonCode: error.reasonCode, message: error.message }),
    );

    expect(refused?.reasonCode).toBe("wrong-platform");
    expect(refused?.message).toContain("linux/arm64");
    report.lines("A base image for another processor", (refused?.message ?? "").split("\n").slice(0, 3));
  });

  test("is built without buildx as well: plain images, checked and tagged all the same", async ({ skip }) => {
    const { PATH } = process.env;
    const found = await run("docker", ["buildx", "version"], { environment: { PATH: `/usr/bin:${PATH}` } });
    if (found.exitCode === 0) skip("docker has buildx on this machine");
    const environment = production();

    const { release } = await buildRelease(stage(), { environment, release: "v1.4.7", builder: "docker" });

    expect(release.images.map(({ outcome }) => outcome)).toEqual(["built", "built", "built"]);
    for (const { repository, digest } of release.images) {
      const { layers = [], manifests } = await manifest(repository, digest);
      expect(manifests).toBeUndefined();
      expect(layers.length).toBeGreaterThan(1);
    }
  });

  test("leaves no credentials, builders or sources on the machine", () => {
    expect(leftovers().filter((name) => !older.has(name))).toEqual([]);
  });
}

/** Folders that a build makes for itself and takes away again. */
function leftovers(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => /^mate-(docker|build|source)-/.test(name));
}

interface Manifest {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture: string; readonly os: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly layers?: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
}
