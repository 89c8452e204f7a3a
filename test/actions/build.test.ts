import { expect, test } from "vitest";
import { build } from "../../actions/build/build.ts";
import { buildOutputs } from "../../actions/build/outputs.ts";
import type { BuiltRelease } from "../../actions/lib/domain/built-release.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { migrationSet } from "../../actions/lib/domain/migration-set.ts";
import { buildSummary } from "../../actions/lib/report/build-summary.ts";
import { BuildWorld, environment, RELEASE, REVISION } from "./build-world.ts";

const record = `releases/${RELEASE}.json`;

function run(world: BuildWorld, of: Environment = environment): Promise<BuiltRelease> {
  return build({ environment: of, release: RELEASE }, world.ports());
}

test("a new release gets an image per service, each under its tag, and a record of what they are", async () => {
  const world = new BuildWorld();

  const built = await run(world);

  expect([...world.tags.keys()].sort()).toEqual(["mate/beat:v1.4.0", "mate/celery:v1.4.0", "mate/django:v1.4.0"]);
  expect(built.images.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
    "celery built",
    "django built",
    "beat built",
  ]);
  const digests = Object.fromEntries(built.images.map(({ role, digest }) => [role, digest]));
  expect(world.objects.get(record)).toEqual({
    release: RELEASE,
    revision: REVISION,
    images: digests,
    migrations: migrationSet(world.entries),
  });
  expect(JSON.parse(buildOutputs(built).digests)).toEqual(digests);
  expect(world.builds.map(({ labels }) => labels["org.opencontainers.image.revision"])).toEqual([
    REVISION,
    REVISION,
    REVISION,
  ]);
});

test("building a release again does nothing", async () => {
  const world = new BuildWorld();
  await run(world);
  const [tags, builds] = [new Map(world.tags), world.builds.length];

  const again = await run(world);

  expect(world.builds.length).toBe(builds);
  expect(world.tags).toEqual(tags);
  expect(buildOutputs(again).built).toBe("[]");
});

test("only what is missing is built", async () => {
  const world = new BuildWorld();
  await run(world);
  world.tags.delete(`mate/beat:${RELEASE}`);

  const built = await run(world);

  expect(built.images.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
    "celery present",
    "django present",
    "beat built",
  ]);
});

test("a lost record is written again from the images that are there", async () => {
  const world = new BuildWorld();
  await run(world);
  const before = world.objects.get(record);
  world.objects.clear();

  await run(world);

  expect(world.objects.get(record)).toEqual(before);
});

test("a build that fails leaves no tag, not even of the images that could be built", async () => {
  const world = new BuildWorld();
  world.broken.add("mate/celery");

  await expect(run(world)).rejects.toMatchObject({
    reasonCode: "build-failed",
    message: expect.stringMatching(/^building mate\/celery failed at \[celery 2\/3\] RUN false/),
  });

  expect(world.tags).toEqual(new Map());
  expect(world.objects.has(record)).toBe(false);
});

test("an image for another platform gets no tag", async () => {
  const world = new BuildWorld();
  world.platform = "linux/arm64";

  await expect(run(world)).rejects.toMatchObject({ reasonCode: "wrong-platform" });

  expect(world.tags).toEqual(new Map());
});

test("a critical finding stops the release and names itself", async () => {
  const world = new BuildWorld();
  const findings = [{ name: "CVE-2026-0001", severity: "critical" }] as const;
  world.scan = (repository) =>
    repository === "mate/django"
      ? { state: "done", counts: { critical: 1, low: 7 }, findings }
      : { state: "done", counts: {}, findings: [] };

  await expect(run(world)).rejects.toMatchObject({
    reasonCode: "scan-refused",
    message: expect.stringContaining(
      "mate/django has 1 finding of critical severity or worse: CVE-2026-0001 (critical);",
    ),
  });

  expect(world.tags).toEqual(new Map());
});

test("pitfall 3.60: findings hang on the platform's image, and are asked for there, not at its index", async () => {
  const world = new BuildWorld();
  world.scan = (_repository, digest) =>
    world.pushed.has(digest) ? { state: "none" } : { state: "done", counts: { critical: 1 }, findings: [] };

  await expect(run(world)).rejects.toMatchObject({ reasonCode: "scan-refused" });
});

test("a refused image stays refused when somebody just runs it again", async () => {
  const world = new BuildWorld();
  world.scan = () => ({ state: "done", counts: { critical: 1 }, findings: [] });
  await expect(run(world)).rejects.toMatchObject({ reasonCode: "scan-refused" });

  await expect(run(world)).rejects.toMatchObject({ reasonCode: "scan-refused" });

  expect(world.tags).toEqual(new Map());
});

test("findings below the threshold are told and do not stop the release", async () => {
  const world = new BuildWorld();
  world.scan = () => ({ state: "done", counts: { high: 2, low: 1 }, findings: [] });

  const built = await run(world);

  expect(built.images[0]?.scan).toEqual({ verdict: "passed", counts: { high: 2, low: 1 } });
  expect(buildSummary(built, "production")).toContain("2 high, 1 low");
});

test("waits for a scan that takes its time", async () => {
  const world = new BuildWorld();
  world.scan = () => (world.now < 90_000 ? { state: "running" } : { state: "done", counts: {}, findings: [] });

  await run(world);

  expect(world.tags.size).toBe(3);
});

test.for([
  ["nothing scans it", { state: "none" }, "nothing scanned mate/"],
  ["the scan never ends", { state: "running" }, "did not end within 15 minutes"],
  ["it cannot be scanned", { state: "impossible", reason: "UnsupportedImageError" }, "UnsupportedImageError"],
] as const)("an image is not released when %s", async ([, state, because]) => {
  const world = new BuildWorld();
  world.scan = () => state;

  await expect(run(world)).rejects.toMatchObject({
    reasonCode: "scan-missing",
    message: expect.stringContaining(because),
  });

  expect(world.tags).toEqual(new Map());
});

test("an environment without a threshold does not wait for a scan", async () => {
  const world = new BuildWorld();
  world.scan = () => ({ state: "none" });

  const built = await run(world, { ...environment, imageScan: { failOn: "never" } });

  expect(built.images.map(({ scan }) => scan?.verdict)).toEqual(["not-asked", "not-asked", "not-asked"]);
});

test("a tag that was moved after some images were built from it is refused", async () => {
  const world = new BuildWorld();
  await run(world);
  world.tags.delete(`mate/beat:${RELEASE}`);
  world.revision = "f".repeat(40);

  await expect(run(world)).rejects.toMatchObject({ reasonCode: "release-moved" });

  expect(world.tags.has(`mate/beat:${RELEASE}`)).toBe(false);
});

test("a tag that was moved before anything was built from it is simply built", async () => {
  const world = new BuildWorld();
  world.broken.add("mate/beat");
  await expect(run(world)).rejects.toMatchObject({ reasonCode: "build-failed" });
  world.broken.clear();
  world.revision = "f".repeat(40);

  const built = await run(world);

  expect(built.revision).toBe("f".repeat(40));
});

test("when another run was faster, its image is the release's", async () => {
  const world = new BuildWorld();
  const theirs = world.push("mate/django", "theirs");
  world.beforePublish = () => world.tags.set(`mate/django:${RELEASE}`, theirs);

  const built = await run(world);

  const django = built.images.find(({ role }) => role === "django");
  expect(django).toMatchObject({ digest: world.digest(theirs), outcome: "present" });
  expect(world.objects.get(record)).toMatchObject({ images: { django: world.digest(theirs) } });
});

test("a release reads the cache of the one before and writes its own", async () => {
  const world = new BuildWorld();
  world.tags.set("mate/django:cache-v1.3.0", "sha256:0");

  await run(world);

  const caches = Object.fromEntries(world.builds.map(({ repository, cache }) => [repository, cache]));
  expect(caches["mate/django"]).toEqual({ from: "cache-v1.3.0", to: "cache-v1.4.0" });
  expect(caches["mate/beat"]).toEqual({ to: "cache-v1.4.0" });
});
