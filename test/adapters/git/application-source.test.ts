import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applicationSources } from "../../../actions/lib/adapters/git/application-source.ts";
import { tokenConfiguration } from "../../../actions/lib/adapters/git/token-configuration.ts";
import type { Source } from "../../../actions/lib/ports/source.ts";

let folder = "";
let repository = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sources-"));
  repository = join(folder, "mate");
  await mkdir(join(repository, "app/migrations"), { recursive: true });
  await writeFile(join(repository, "Dockerfile"), "FROM scratch\n");
  await writeFile(join(repository, "app/migrations/0001_initial.py"), "");
  git("init", "--quiet", "--initial-branch=main");
  commit("first");
  git("tag", "-a", "v1.4.0", "-m", "release");
  await writeFile(join(repository, "Dockerfile"), "FROM scratch\nUSER 1\n");
  commit("second");
  // A branch that is called like a release is not that release.
  git("branch", "v1.5.0");
});
afterAll(() => rm(folder, { recursive: true }));

function git(...args: readonly string[]): string {
  const author = ["-c", "user.name=engineer", "-c", "user.email=engineer@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...author, ...args], { cwd: repository, encoding: "utf8" }).trim();
}

function commit(message: string): void {
  git("add", ".");
  git("commit", "--quiet", "-m", message);
}

/** Gets the source and reads what the work needs of it. */
async function get(application: { readonly repository: string } | { readonly path: string }, release = "v1.4.0") {
  const sources = applicationSources({ workspace: repository });
  return await sources.withSource({ application, release }, async (source: Source) => ({
    ...source,
    top: (await readdir(source.folder)).sort(),
    dockerfile: await readFile(join(source.folder, "Dockerfile"), "utf8").catch(() => undefined),
  }));
}

test("a release is the commit its tag names, one commit deep and without git's own files", async () => {
  const source = await get({ repository: `file://${repository}` });
  expect(source.revision).toBe(git("rev-parse", "v1.4.0^{commit}"));
  expect(source.top).toEqual(["Dockerfile", "app"]);
  expect(source.dockerfile).toBe("FROM scratch\n");
  expect(source.entries.map(({ path }) => path)).toEqual(["Dockerfile", "app/migrations/0001_initial.py"]);
  expect(existsSync(source.folder)).toBe(false);
});

test("a branch of that name is no release", async () => {
  await expect(get({ repository: `file://${repository}` }, "v1.5.0")).rejects.toMatchObject({
    reasonCode: "no-such-release",
    message: expect.stringContaining("has no tag v1.5.0"),
  });
});

test("a repository that cannot be read is told apart from a missing tag", async () => {
  await expect(get({ repository: `file://${folder}/nothing` })).rejects.toMatchObject({
    reasonCode: "source-unreachable",
  });
});

test("a folder of this repository is what was committed, whatever lies beside it", async () => {
  await writeFile(join(repository, "app/scratch.txt"), "not committed");
  const source = await get({ path: "app" });
  expect(source.top).toEqual(["migrations"]);
  expect(source.revision).toBe(git("rev-parse", "HEAD:app"));
  expect(source.entries.map(({ path }) => path)).toEqual(["migrations/0001_initial.py"]);
  expect(git("status", "--porcelain")).toBe("?? app/scratch.txt");
});

test("the whole repository can be the folder", async () => {
  const source = await get({ path: "." });
  expect(source.dockerfile).toBe("FROM scratch\nUSER 1\n");
});

test.for(["application", "Dockerfile"])("%s, which is no committed folder, is named", async (path) => {
  await expect(get({ path })).rejects.toThrow(`this repository has no folder ${path}`);
});

test("the source is gone also when the work failed", async () => {
  let seen = "";
  const work = applicationSources({ workspace: repository }).withSource(
    { application: { path: "app" }, release: "v1.4.0" },
    async (source) => {
      seen = source.folder;
      throw new Error("the build failed");
    },
  );
  await expect(work).rejects.toThrow("the build failed");
  expect(existsSync(seen)).toBe(false);
});

test("a link in the source cannot bring the machine's own files into an image", async () => {
  await mkdir(join(repository, "linked"));
  await symlink("/etc", join(repository, "linked/outside"));
  await symlink("../Dockerfile", join(repository, "linked/Dockerfile"));
  commit("links");
  const locate = (top: string, path: string) =>
    applicationSources({ workspace: repository }).withSource(
      { application: { path: top }, release: "v1.4.0" },
      async (source) => (await source.locate(path)).slice((await realpath(source.folder)).length),
    );
  expect(await locate(".", "linked/Dockerfile")).toBe("/Dockerfile");
  await expect(locate(".", "linked/outside/hostname")).rejects.toThrow("leads out of the application's source");
  await expect(locate("linked", "Dockerfile")).rejects.toMatchObject({ reasonCode: "build-failed" });
  await expect(locate(".", "docker/Dockerfile")).rejects.toThrow("the application has no docker/Dockerfile");
});

test("a token goes to the repository's own server only, and not through a command line", () => {
  expect(tokenConfiguration("https://github.com/mate-health/mate.git", "t0ken", {})).toEqual({
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.https://github.com/.extraheader",
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from("x-access-token:t0ken").toString("base64")}`,
  });
});

test("what the environment configures already is kept", () => {
  const before = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "http.proxy", GIT_CONFIG_VALUE_0: "http://proxy" };
  const added = tokenConfiguration("https://github.com/a/b", "t0ken", before);
  expect(added.GIT_CONFIG_COUNT).toBe("2");
  expect(Object.keys(added)).toContain("GIT_CONFIG_KEY_1");
});
