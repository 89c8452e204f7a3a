/** A release that another environment built: its images are taken over as they are, once they are here and are what they say. */
import { expect, test } from "vitest";
import { build } from "../../actions/build/build.ts";
import type { BuiltRelease } from "../../actions/lib/domain/built-release.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { migrationSet } from "../../actions/lib/domain/migration-set.ts";
import { buildSummary } from "../../actions/lib/report/build-summary.ts";
import { BuildWorld, environment, RELEASE, REVISION } from "./build-world.ts";

const record = `releases/${RELEASE}.json`;
const production: Environment = { ...environment, releasesFrom: "staging" };
const repositories = ["mate/django", "mate/celery", "mate/beat"];

function run(world: BuildWorld): Promise<BuiltRelease> {
  return build({ environment: production, release: RELEASE }, world.ports());
}

/** As ECR copies images, pushed elsewhere from a commit. */
function copied(world: BuildWorld, revision = REVISION): void {
  for (const repository of repositories) world.tags.set(`${repository}:${RELEASE}`, world.push(repository, revision));
}

test("nothing is built: the release is recorded with the images that were copied", async () => {
  const world = new BuildWorld();
  copied(world);
  const tags = new Map(world.tags);

  const taken = await run(world);

  expect(world.builds).toEqual([]);
  expect(world.tags).toEqual(tags);
  expect(taken.images.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
    "celery copied",
    "django copied",
    "beat copied",
  ]);
  expect(world.objects.get(record)).toEqual({
    release: RELEASE,
    revision: REVISION,
    images: Object.fromEntries(taken.images.map(({ role, digest }) => [role, digest])),
    migrations: migrationSet(world.entries),
  });
  expect(buildSummary(taken, "production")).toContain("taken over from where they were built");
});

test("a second time there is nothing to take over", async () => {
  const world = new BuildWorld();
  copied(world);
  await run(world);
  const before = world.objects.get(record);

  const again = await run(world);

  expect(again.images.map(({ outcome }) => outcome)).toEqual(["present", "present", "present"]);
  expect(world.objects.get(record)).toEqual(before);
});

test("copies that are still under way are waited for", async () => {
  const world = new BuildWorld();
  world.whenAsleep = () => {
    if (world.now >= 90_000) copied(world);
  };

  const taken = await run(world);

  expect(taken.images).toHaveLength(3);
});

test("images that never come are no release, and the way there is named", async () => {
  const world = new BuildWorld();

  await expect(run(world)).rejects.toMatchObject({
    reasonCode: "release-not-replicated",
    message: expect.stringContaining(`release ${RELEASE} to staging first`),
  });

  expect(world.builds).toEqual([]);
  expect(world.objects.size).toBe(0);
});

test("images of another commit than the release is now are refused", async () => {
  const world = new BuildWorld();
  copied(world, "0000000000000000000000000000000000000000");

  await expect(run(world)).rejects.toMatchObject({
    reasonCode: "release-moved",
    message: expect.stringContaining("was built from 0000000000000000000000000000000000000000 in staging"),
  });

  expect(world.objects.size).toBe(0);
});

test("the environment's own threshold holds for what was built elsewhere", async () => {
  const world = new BuildWorld();
  copied(world);
  const findings = [{ name: "CVE-2026-0001", severity: "critical" }] as const;
  world.scan = () => ({ state: "done", counts: { critical: 1 }, findings });

  await expect(run(world)).rejects.toMatchObject({ reasonCode: "scan-refused" });

  expect(world.objects.size).toBe(0);
});
