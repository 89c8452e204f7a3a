import type { Commit } from "../git/commits.ts";
import type { ChangedFile } from "../git/diff.ts";
import type { Repository } from "../records.ts";
import type { World } from "../world.ts";
import { iso, nodeId, userShape } from "./people.ts";
import type { PublishedCommit, PublishedFile, PublishedGitCommit } from "./published.ts";
import { repositoryApi, repositoryPage } from "./repository.ts";

const UNSIGNED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

/** A commit as the repository API lists it. */
export function commitShape(world: World, repository: Repository, commit: Commit) {
  const api = repositoryApi(world, repository);
  const author = userByEmail(world, commit.author.email);
  const committer = userByEmail(world, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId("C", Number.parseInt(commit.sha.slice(0, 8), 16)),
    commit: {
      author: { name: commit.author.name, email: commit.author.email, date: iso(commit.author.at) },
      committer: { name: commit.committer.name, email: commit.committer.email, date: iso(commit.committer.at) },
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: author === undefined ? null : userShape(world, author),
    committer: committer === undefined ? null : userShape(world, committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}` })),
  } satisfies PublishedCommit;
}

/** A commit as the git database API shows it. */
export function gitCommitShape(world: World, repository: Repository, commit: Commit) {
  const api = repositoryApi(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("C", Number.parseInt(commit.sha.slice(0, 8), 16)),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email, date: iso(commit.author.at) },
    committer: { name: commit.committer.name, email: commit.committer.email, date: iso(commit.committer.at) },
    message: commit.message,
    tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/git/commits/${sha}` })),
    verification: UNSIGNED,
  } satisfies PublishedGitCommit;
}

/** A commit in the payload of a push. */
export function pushedCommitShape(world: World, repository: Repository, commit: Commit, files: readonly ChangedFile[]) {
  const person = (signature: Commit["author"]) => ({
    name: signature.name,
    email: signature.email,
    username: userByEmail(world, signature.email)?.login ?? null,
  });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.committer.at),
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: files.filter((file) => file.status === "added").map((file) => file.path),
    removed: files.filter((file) => file.status === "removed").map((file) => file.path),
    modified: files.filter((file) => file.status !== "added" && file.status !== "removed").map((file) => file.path),
  };
}

/** A file of a pull request, commit or comparison. */
export function fileShape(world: World, repository: Repository, { file, ref }: { file: ChangedFile; ref: string }) {
  const path = encodeURI(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(world, repository)}/blob/${ref}/${path}`,
    raw_url: `${repositoryPage(world, repository)}/raw/${ref}/${path}`,
    contents_url: `${repositoryApi(world, repository)}/contents/${path}?ref=${ref}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previousPath !== undefined && { previous_filename: file.previousPath }),
  } satisfies PublishedFile;
}

function userByEmail(world: World, email: string) {
  const [, id] = /^(\d+)\+.*@users\.noreply\.github\.com$/.exec(email) ?? [];
  if (id === undefined) return undefined;
  return [...world.users.values()].find((user) => user.id === Number(id));
}
