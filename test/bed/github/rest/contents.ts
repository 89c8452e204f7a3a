import * as z from "zod";
import { GitHubFailure, invalidRequest, notFound, unprocessable } from "../failure.ts";
import { readCommit, resolveCommit } from "../git/commits.ts";
import { listTree, readBlob, type TreeEntry } from "../git/trees.ts";
import { pushFiles } from "../operations/files.ts";
import { gitCommitShape } from "../shapes/commit.ts";
import { repositoryApi, repositoryPage } from "../shapes/repository.ts";
import { ok } from "./answers.ts";
import { bodyOf, type RepositoryCall, type Route, reading, repositoryRoute, writing } from "./router.ts";

/** Files by path: read at a ref, written with the blob SHA as the condition. */
export const contentsRoutes: readonly Route[] = [
  repositoryRoute("GET /contents", reading("contents:read"), (call) => read(call, "")),
  repositoryRoute("GET /contents/{path+}", reading("contents:read"), (call) => read(call, call.param("path"))),
  repositoryRoute("PUT /contents/{path+}", writing("contents:write"), async (call) => {
    const asked = bodyOf(
      call,
      z.object({
        message: z.string(),
        content: z.string(),
        sha: z.string().optional(),
        branch: z.string().optional(),
      }),
    );
    if (!/^[A-Za-z0-9+/\s]*=*\s*$/.test(asked.content)) throw unprocessable("content is not valid Base64");
    const path = call.param("path");
    return write(call, { ...asked, path, content: Buffer.from(asked.content, "base64") });
  }),
  repositoryRoute("DELETE /contents/{path+}", writing("contents:write"), (call) => {
    const shape = z.object({ message: z.string(), sha: z.string(), branch: z.string().optional() });
    // Old clients send these in the query.
    const asked = bodyOf({ ...call, body: { ...Object.fromEntries(call.query), ...Object(call.body) } }, shape);
    return write(call, { ...asked, path: call.param("path"), content: undefined });
  }),
];

async function read(call: RepositoryCall, path: string) {
  const { repository } = call;
  const ref = call.query.get("ref") ?? repository.defaultBranch;
  const sha = await resolveCommit(repository.dir, ref);
  if (sha === undefined) throw new GitHubFailure(404, `No commit found for the ref ${ref}`);
  const clean = path.replace(/\/+$/, "");
  const [entry] = clean === "" ? [] : ((await listTree(repository.dir, sha, { paths: [clean] })) ?? []);
  if (clean !== "" && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === "tree") {
    const entries = (await listTree(repository.dir, sha, clean === "" ? {} : { paths: [`${clean}/`] })) ?? [];
    return ok(entries.map((each) => entryShape(call, each, ref)));
  }
  const content = await readBlob(repository.dir, entry.sha);
  if (content === undefined) throw notFound();
  if (/\braw\b/.test(String(call.headers.accept))) return { status: 200, body: content };
  // Above 1 MB GitHub leaves the content out of the JSON and says so.
  const large = content.length > 1024 * 1024;
  return ok({
    ...entryShape(call, entry, ref),
    content: large ? "" : `${content.toString("base64").replace(/(.{60})/g, "$1\n")}\n`,
    encoding: large ? "none" : "base64",
  });
}

interface Write {
  readonly path: string;
  readonly content: Buffer | undefined;
  readonly message: string;
  readonly sha?: string | undefined;
  readonly branch?: string | undefined;
}

async function write(call: RepositoryCall, asked: Write) {
  const { world, repository, doer } = call;
  const branch = asked.branch ?? repository.defaultBranch;
  return world.alone(repository, async () => {
    const tip = await resolveCommit(repository.dir, `refs/heads/${branch}`);
    if (tip === undefined) throw new GitHubFailure(404, `Branch ${branch} not found`);
    const [existing] = (await listTree(repository.dir, tip, { paths: [asked.path] })) ?? [];
    if (existing === undefined && asked.content === undefined) throw notFound();
    if (existing !== undefined && asked.sha === undefined) throw invalidRequest(`"sha" wasn't supplied.`);
    if (asked.sha !== undefined && existing?.sha !== asked.sha) {
      throw new GitHubFailure(409, `${asked.path} does not match ${asked.sha}`);
    }
    const { path, content, message } = asked;
    const sha = await pushFiles(world, repository, { branch, changes: [{ path, content }], message, doer });
    const [entry] = (await listTree(repository.dir, sha, { paths: [path] })) ?? [];
    const commit = gitCommitShape(world, repository, await readCommit(repository.dir, sha));
    const body = { content: entry === undefined ? null : entryShape(call, entry, branch), commit };
    return { status: existing === undefined ? 201 : 200, body };
  });
}

function entryShape(call: RepositoryCall, entry: TreeEntry, ref: string) {
  const path = encodeURI(entry.path);
  const url = `${repositoryApi(call.world, call.repository)}/contents/${path}?ref=${ref}`;
  const kind = entry.type === "tree" ? "tree" : "blob";
  const html = `${repositoryPage(call.world, call.repository)}/${kind}/${ref}/${path}`;
  const git = `${repositoryApi(call.world, call.repository)}/git/${kind}s/${entry.sha}`;
  return {
    type: entry.type === "tree" ? "dir" : entry.type === "commit" ? "submodule" : "file",
    size: entry.size ?? 0,
    name: entry.path.split("/").pop(),
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: html,
    download_url: entry.type === "blob" ? html.replace("/blob/", "/raw/") : null,
    _links: { self: url, git, html },
  };
}
