/** Programs that know nothing of the bed: git as CI uses it, and octokit as it comes out of its package. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, clientOf, gitCli, NAME, REPO, remote, TENANT } from "../github/stage.ts";

let bed: GitHubBed;
let folder: string;
beforeAll(async () => {
  bed = await aStage();
  folder = await mkdtemp(join(tmpdir(), "foreign-"));
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true, force: true });
});

test("git fetches one commit without history, as a checkout in CI does", async () => {
  const url = remote(bed, bed.tokenOf("wendy"));
  const sha = (await gitCli(folder, "ls-remote", url, "refs/heads/main")).split("\t")[0] ?? "";
  const shallow = join(folder, "shallow");
  await gitCli(folder, "init", "--quiet", "shallow");
  await gitCli(shallow, "fetch", "--quiet", "--no-tags", "--depth=1", url, `+${sha}:refs/remotes/origin/main`);
  await gitCli(shallow, "checkout", "--quiet", "--detach", sha);
  expect(await gitCli(shallow, "rev-list", "--count", "HEAD")).toBe("1");
  expect(await readFile(join(shallow, "tenants/hospital-a.yml"), "utf8")).toBe(TENANT);
});

test("of two that push the same branch the second is refused, until it has seen the first", async () => {
  const url = remote(bed, bed.tokenOf("wendy"));
  const clones = ["one", "two"].map((name) => join(folder, name));
  for (const clone of clones) {
    await gitCli(folder, "clone", "--quiet", url, clone);
    await gitCli(clone, "switch", "--quiet", "-c", "race");
    await writeFile(join(clone, `${clone.split("/").at(-1)}.txt`), "x\n");
    await gitCli(clone, "add", "--all");
    await gitCli(clone, "commit", "--quiet", "-m", "Race");
  }
  const [one = "", two = ""] = clones;
  await gitCli(one, "push", "--quiet", "origin", "race");
  await expect(gitCli(two, "push", "--quiet", "origin", "race")).rejects.toThrow(/rejected/);
  await expect(gitCli(two, "push", "--quiet", "--force-with-lease=race:HEAD~1", "origin", "race")).rejects.toThrow(
    /stale info/,
  );
  await gitCli(two, "pull", "--quiet", "--rebase", "origin", "race");
  await gitCli(two, "push", "--quiet", "origin", "race");
  await gitCli(one, "fetch", "--quiet", "origin", "race");
  const names = (await gitCli(one, "ls-tree", "--name-only", "FETCH_HEAD")).split("\n");
  expect(names.filter((name) => name.endsWith(".txt"))).toEqual(["one.txt", "two.txt"]);
});

test("octokit sees its rate limit go down, and the overview agrees with the headers", async () => {
  const octokit = new Octokit({ auth: bed.tokenOf("rita"), baseUrl: bed.apiUrl });
  const { headers: first } = await octokit.rest.repos.get(REPO);
  const { headers: second } = await octokit.rest.repos.get(REPO);
  expect(first["x-ratelimit-limit"]).toBe("5000");
  expect(Number(first["x-ratelimit-remaining"]) - Number(second["x-ratelimit-remaining"])).toBe(1);
  const { data } = await octokit.rest.rateLimit.get();
  expect(data.resources.core.limit).toBe(5000);
  expect(data.resources.core.remaining).toBeLessThanOrEqual(Number(second["x-ratelimit-remaining"]));
  expect(data.rate.reset * 1000).toBeGreaterThan(bed.clock.now());
});

test("a job's token has the smaller limit of an installation", async () => {
  const job = new Octokit({ auth: bed.jobToken(NAME, { contents: "read" }), baseUrl: bed.apiUrl });
  const { headers } = await job.rest.repos.get(REPO);
  expect(headers["x-ratelimit-limit"]).toBe("1000");
});

test("octokit walks pages of any size to their end, and stops where it is told to", async () => {
  const wendy = clientOf(bed, "wendy");
  for (const number of Array.from({ length: 7 }, (_, index) => index + 1))
    await wendy.rest.issues.create({ ...REPO, title: `Issue ${number}` });
  const titles = await wendy.paginate(wendy.rest.issues.listForRepo, { ...REPO, per_page: 3 }, ({ data }) =>
    data.map(({ title }) => title),
  );
  expect(titles).toHaveLength(7);
  const seen: number[] = [];
  for await (const { data } of wendy.paginate.iterator(wendy.rest.issues.listForRepo, { ...REPO, per_page: 3 })) {
    seen.push(data.length);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual([3, 3]);
});
