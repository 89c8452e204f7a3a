import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { aStage, clientOf, happenings, NAME, REPO, refusal, TENANT } from "./stage.ts";

let bed: GitHubBed;
beforeAll(async () => {
  bed = await aStage();
});
afterAll(() => bed.close());

const PATH = "tenants/hospital-a.yml";
const content = (text: string) => Buffer.from(text).toString("base64");

async function blobSha(path: string): Promise<string> {
  const { data } = await clientOf(bed, "wendy").rest.repos.getContent({ ...REPO, path });
  return "sha" in data ? data.sha : "";
}

test("of two edits that saw the same file one is refused", async () => {
  const wendy = clientOf(bed, "wendy");
  const sha = await blobSha(PATH);
  const edit = (count: number) =>
    wendy.rest.repos.createOrUpdateFileContents({
      ...REPO,
      path: PATH,
      sha,
      message: `Scale to ${count}`,
      content: content(TENANT.replace("count: 2", `count: ${count}`)),
    });
  const outcomes = await Promise.allSettled([edit(3), edit(4)]);
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  expect(refused?.reason).toMatchObject({ status: 409, message: expect.stringContaining("does not match") });
});

test("an existing file is not overwritten without saying which one was seen", async () => {
  const call = clientOf(bed, "wendy").rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: PATH,
    message: "x",
    content: content("x"),
  });
  expect(await refusal(call)).toEqual({ status: 422, message: `Invalid request.\n\n"sha" wasn't supplied.` });
});

test("a file is made with 201 and deleted by its sha", async () => {
  const wendy = clientOf(bed, "wendy");
  const made = await wendy.rest.repos.createOrUpdateFileContents({
    ...REPO,
    path: "tenants/ünï cödé.yml",
    message: "Add",
    content: content("name: u\n"),
  });
  expect(made.status).toBe(201);
  const sha = made.data.content?.sha ?? "";
  await wendy.rest.repos.deleteFile({ ...REPO, path: "tenants/ünï cödé.yml", sha, message: "Remove" });
  const { data } = await wendy.rest.repos.getContent({ ...REPO, path: "tenants" });
  expect(Array.isArray(data) && data.map((entry) => entry.name)).toEqual(["hospital-a.yml"]);
});

test("a commit made of blob, tree and ref is what the branch holds", async () => {
  const wendy = clientOf(bed, "wendy");
  const { data: main } = await wendy.rest.git.getRef({ ...REPO, ref: "heads/main" });
  const { data: blob } = await wendy.rest.git.createBlob({ ...REPO, content: "name: x\n" });
  const { data: tree } = await wendy.rest.git.createTree({
    ...REPO,
    base_tree: main.object.sha,
    tree: [
      { path: "tenants/x.yml", mode: "100644", type: "blob", sha: blob.sha },
      { path: "README.md", mode: "100644", type: "blob", sha: null },
    ],
  });
  const { data: commit } = await wendy.rest.git.createCommit({
    ...REPO,
    message: "Add x, drop the readme",
    tree: tree.sha,
    parents: [main.object.sha],
  });
  await wendy.rest.git.createRef({ ...REPO, ref: "refs/heads/made", sha: commit.sha });

  const { data } = await wendy.rest.repos.compareCommitsWithBasehead({ ...REPO, basehead: "main...made" });
  expect(data).toMatchObject({ status: "ahead", ahead_by: 1, total_commits: 1 });
  expect(data.files?.map((file) => `${file.status} ${file.filename}`)).toEqual([
    "removed README.md",
    "added tenants/x.yml",
  ]);
});

test("of two that create the same ref one gets it", async () => {
  const wendy = clientOf(bed, "wendy");
  const { data: main } = await wendy.rest.git.getRef({ ...REPO, ref: "heads/main" });
  const create = () => wendy.rest.git.createRef({ ...REPO, ref: "refs/heads/lock", sha: main.object.sha });
  const outcomes = await Promise.allSettled([create(), create()]);
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  expect(refused?.reason).toMatchObject({ status: 422, message: expect.stringContaining("Reference already exists") });
});

test("a branch that moved is not overwritten without force", async () => {
  const wendy = clientOf(bed, "wendy");
  const before = await wendy.rest.git.getRef({ ...REPO, ref: "heads/made" });
  await bed.as("wendy", NAME).push({ branch: "made", files: { "more.txt": "x" }, message: "more" });
  const move = (force: boolean) =>
    wendy.rest.git.updateRef({ ...REPO, ref: "heads/made", sha: before.data.object.sha, force });
  expect(await refusal(move(false))).toEqual({ status: 422, message: "Update is not a fast forward" });
  await move(true);
  expect(happenings(bed).at(-1)).toBe("push");
  expect(bed.events.all().at(-1)?.payload).toMatchObject({ forced: true });
});
