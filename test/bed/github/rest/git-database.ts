import * as z from "zod";
import { GitHubFailure, notFound, unprocessable } from "../failure.ts";
import { git, gitAnswer } from "../git/command.ts";
import { isAncestor, NO_COMMIT, readCommit, resolveCommit, writeCommit } from "../git/commits.ts";
import { listRefs } from "../git/storage.ts";
import { listTree, readBlob, writeBlob } from "../git/trees.ts";
import { isRefusedBy } from "../operations/files.ts";
import { checkRefName, moveRef } from "../operations/refs.ts";
import { gitCommitShape } from "../shapes/commit.ts";
import { nodeId } from "../shapes/people.ts";
import { repositoryApi } from "../shapes/repository.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/, "is not a SHA");
const signature = z.object({ name: z.string(), email: z.string(), date: z.iso.datetime({ offset: true }).optional() });

/** The Git database: refs, commits, trees and blobs, straight from the repository. */
export const gitDatabaseRoutes: readonly Route[] = [
  repositoryRoute("GET /git/ref/{ref+}", reading("contents:read"), async (call) => {
    const ref = `refs/${call.param("ref")}`;
    const at = (await listRefs(call.repository.dir, ref)).get(ref);
    if (at === undefined) throw notFound();
    return ok(refShape(call, ref, at));
  }),
  repositoryRoute("GET /git/matching-refs/{ref+}", reading("contents:read"), async (call) => {
    const prefix = `refs/${call.param("ref")}`;
    const all = [...(await listRefs(call.repository.dir, "refs/"))].filter(([ref]) => ref.startsWith(prefix));
    return paged(call, all, { shape: ([ref, at]) => refShape(call, ref, at) });
  }),
  repositoryRoute("POST /git/refs", writing("contents:write"), async (call) => {
    const asked = bodyOf(call, z.object({ ref: z.string(), sha }));
    const { repository } = call;
    await checkRefName(repository, asked.ref);
    if ((await resolveCommit(repository.dir, asked.sha)) === undefined) throw unprocessable("Object does not exist");
    await call.world.alone(repository, async () => {
      // The creation is atomic on GitHub: of two callers one gets this 422.
      if ((await resolveCommit(repository.dir, asked.ref)) !== undefined)
        throw unprocessable("Reference already exists");
      await moveRef(call.world, repository, { ref: asked.ref, before: NO_COMMIT, after: asked.sha }, call.doer);
    });
    return created(refShape(call, asked.ref, asked.sha));
  }),
  repositoryRoute("PATCH /git/refs/{ref+}", writing("contents:write"), async (call) => {
    const asked = bodyOf(call, z.object({ sha, force: z.boolean().optional() }));
    const { repository } = call;
    const ref = `refs/${call.param("ref")}`;
    await call.world.alone(repository, async () => {
      const before = await resolveCommit(repository.dir, ref);
      if (before === undefined) throw unprocessable("Reference does not exist");
      if ((await resolveCommit(repository.dir, asked.sha)) === undefined) throw unprocessable("Object does not exist");
      refuseProtectedRef(call, ref);
      if (asked.force !== true && !(await isAncestor(repository.dir, before, asked.sha))) {
        throw unprocessable("Update is not a fast forward");
      }
      await moveRef(call.world, repository, { ref, before, after: asked.sha }, call.doer);
    });
    return ok(refShape(call, ref, asked.sha));
  }),
  repositoryRoute("DELETE /git/refs/{ref+}", writing("contents:write"), async (call) => {
    const { repository } = call;
    const ref = `refs/${call.param("ref")}`;
    await call.world.alone(repository, async () => {
      const before = await resolveCommit(repository.dir, ref);
      if (before === undefined || ref.startsWith("refs/pull/")) throw unprocessable("Reference does not exist");
      refuseProtectedRef(call, ref);
      await moveRef(call.world, repository, { ref, before, after: NO_COMMIT }, call.doer);
    });
    return noContent();
  }),
  repositoryRoute("GET /git/commits/{sha}", reading("contents:read"), async (call) => {
    const found = await resolveCommit(call.repository.dir, call.param("sha"));
    if (found === undefined) throw notFound();
    return ok(gitCommitShape(call.world, call.repository, await readCommit(call.repository.dir, found)));
  }),
  repositoryRoute("POST /git/commits", writing("contents:write"), async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        message: z.string(),
        tree: sha,
        parents: z.array(sha).optional(),
        author: signature.optional(),
        committer: signature.optional(),
      }),
    );
    const { world, repository } = call;
    const own = world.signature(call.doer.user);
    const person = (given: z.infer<typeof signature> | undefined) =>
      given === undefined ? own : { ...given, at: given.date === undefined ? own.at : Date.parse(given.date) };
    const tree = await gitAnswer(repository.dir, ["cat-file", "-e", `${asked.tree}^{tree}`]);
    if (tree.code !== 0) throw unprocessable("Tree SHA does not exist");
    const made = await writeCommit(repository.dir, {
      tree: asked.tree,
      parents: asked.parents ?? [],
      message: asked.message,
      author: person(asked.author),
      committer: person(asked.committer ?? asked.author),
    });
    return created(gitCommitShape(world, repository, await readCommit(repository.dir, made)));
  }),
  repositoryRoute("GET /git/trees/{tree_sha+}", reading("contents:read"), async (call) => {
    const { repository } = call;
    const recursive = call.query.has("recursive");
    const named = await gitAnswer(repository.dir, ["rev-parse", "--verify", "-q", `${call.param("tree_sha")}^{tree}`]);
    const entries = named.code === 0 ? await listTree(repository.dir, text(named.stdout), { recursive }) : undefined;
    if (entries === undefined) throw notFound();
    return ok(treeShape(call, text(named.stdout), entries));
  }),
  repositoryRoute("POST /git/trees", writing("contents:write"), createTree),
  repositoryRoute("GET /git/blobs/{file_sha}", reading("contents:read"), async (call) => {
    const content = await readBlob(call.repository.dir, call.param("file_sha"));
    if (content === undefined) throw notFound();
    if (String(call.headers.accept).includes("raw")) return ok(content);
    return ok({
      sha: call.param("file_sha"),
      node_id: nodeId("B", content.length),
      size: content.length,
      url: `${repositoryApi(call.world, call.repository)}/git/blobs/${call.param("file_sha")}`,
      content: `${content.toString("base64").replace(/(.{60})/g, "$1\n")}\n`,
      encoding: "base64",
    });
  }),
  repositoryRoute("POST /git/blobs", writing("contents:write"), async (call) => {
    const asked = bodyOf(call, z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).optional() }));
    const bytes = Buffer.from(asked.content, asked.encoding === "base64" ? "base64" : "utf8");
    const made = await writeBlob(call.repository.dir, bytes);
    return created({ sha: made, url: `${repositoryApi(call.world, call.repository)}/git/blobs/${made}` });
  }),
];

const treeEntry = z.object({
  path: z.string(),
  mode: z.enum(["100644", "100755", "040000", "160000", "120000"]),
  type: z.enum(["blob", "tree", "commit"]).optional(),
  sha: sha.nullish(),
  content: z.string().optional(),
});

async function createTree(call: RepositoryCall) {
  const asked = bodyOf(call, z.object({ base_tree: z.string().optional(), tree: z.array(treeEntry).min(1) }));
  const { dir } = call.repository;
  const env = { GIT_INDEX_FILE: `bed-index-${call.world.nextId()}` };
  if (asked.base_tree !== undefined) await git(dir, ["read-tree", asked.base_tree], { env });
  const lines: string[] = [];
  for (const entry of asked.tree) {
    if (entry.sha === null) {
      lines.push(`0 ${NO_COMMIT}\t${entry.path}\0`);
      continue;
    }
    const object = entry.content === undefined ? entry.sha : await writeBlob(dir, Buffer.from(entry.content));
    if (object === undefined) throw unprocessable("Must supply either tree.sha or tree.content");
    if (entry.mode === "040000") await git(dir, ["read-tree", `--prefix=${entry.path}/`, object], { env });
    else lines.push(`${entry.mode} ${object}\t${entry.path}\0`);
  }
  await git(dir, ["update-index", "-z", "--index-info"], { env, input: lines.join("") });
  const made = await git(dir, ["write-tree"], { env });
  return created(treeShape(call, made, (await listTree(dir, made)) ?? []));
}

function treeShape(call: RepositoryCall, sha: string, entries: Awaited<ReturnType<typeof listTree>>) {
  const api = repositoryApi(call.world, call.repository);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: (entries ?? []).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size !== undefined && { size: entry.size }),
      url: `${api}/git/${entry.type === "tree" ? "trees" : "blobs"}/${entry.sha}`,
    })),
    truncated: false,
  };
}

function refShape(call: RepositoryCall, ref: string, sha: string) {
  const api = repositoryApi(call.world, call.repository);
  return {
    ref,
    node_id: nodeId("REF", Number.parseInt(sha.slice(0, 8), 16)),
    url: `${api}/git/${ref}`,
    object: { sha, type: "commit", url: `${api}/git/commits/${sha}` },
  };
}

function refuseProtectedRef(call: RepositoryCall, ref: string): void {
  const branch = ref.replace(/^refs\/heads\//, "");
  if (!isRefusedBy(call.world, call.repository, branch, call.doer)) return;
  throw new GitHubFailure(422, "Changes must be made through a pull request.");
}

function text(bytes: Buffer): string {
  return bytes.toString("utf8").trim();
}
