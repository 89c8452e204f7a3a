import { appendFile, chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git } from "./command.ts";
import { type Signature, writeCommit } from "./commits.ts";

/**
 * Refuses what GitHub refuses at push time, and says it in GitHub's words. The server tells the hook through the environment
 * what the pusher may not do, so the hook needs no way back to the server.
 */
const UPDATE_HOOK = `#!/bin/sh
ref="$1" old="$2" new="$3"
zero=0000000000000000000000000000000000000000
for refused in $BED_REFUSED_REFS; do
  if [ "$ref" = "$refused" ]; then
    echo "error: GH006: Protected branch update failed for $ref." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
  fi
done
if [ "$BED_MAY_CHANGE_WORKFLOWS" = no ] && [ "$new" != "$zero" ]; then
  if [ "$old" = "$zero" ]; then old=$(git merge-base HEAD "$new" 2>/dev/null || git hash-object -t tree /dev/null); fi
  changed=$(git diff --name-only "$old" "$new" -- .github/workflows | head -n 1)
  if [ -n "$changed" ]; then
    echo "error: refusing to allow a GitHub App to create or update workflow \\\`$changed\\\` without \\\`workflows\\\` permission" >&2
    exit 1
  fi
fi
exit 0
`;

const SETTINGS = `
[http]
	receivepack = true
[receive]
	# Nobody pushes to refs/pull on GitHub: "deny updating a hidden ref".
	hideRefs = refs/pull
	autogc = false
[transfer]
	hideRefs = refs/bed
[uploadpack]
	allowReachableSHA1InWant = true
	allowAnySHA1InWant = true
	allowFilter = true
[gc]
	auto = 0
[fastimport]
	unpackLimit = 0
`;

/** Creates an empty bare repository that can be served over HTTP, with GitHub's refusals installed. */
export async function createBareRepository(dir: string, defaultBranch: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ["init", "--quiet", "--bare", "."]);
  await git(dir, ["symbolic-ref", "HEAD", `refs/heads/${defaultBranch}`]);
  await appendFile(join(dir, "config"), SETTINGS);
  const hook = join(dir, "hooks", "update");
  await mkdir(join(dir, "hooks"), { recursive: true });
  await writeFile(hook, UPDATE_HOOK);
  await chmod(hook, 0o755);
}

/**
 * Commits everything in a folder (minding its .gitignore) as the first commit of the default branch.
 *
 * @returns the commit's SHA
 */
export async function importFolder(
  dir: string,
  { folder, branch, author }: { readonly folder: string; readonly branch: string; readonly author: Signature },
): Promise<string> {
  const env = { GIT_INDEX_FILE: join(dir, "bed-import-index"), GIT_WORK_TREE: folder, GIT_DIR: dir };
  await git(folder, ["add", "--all", "--", "."], { env });
  const tree = await git(dir, ["write-tree"], { env });
  const sha = await writeCommit(dir, { tree, parents: [], message: "Initial commit", author });
  await git(dir, ["update-ref", `refs/heads/${branch}`, sha]);
  return sha;
}

/** Copies one commit and its history from another repository under a ref of this one. */
export async function copyCommit(
  dir: string,
  { from, sha, ref }: { readonly from: string; readonly sha: string; readonly ref: string },
): Promise<void> {
  if (from === dir) await git(dir, ["update-ref", ref, sha]);
  else await git(dir, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", from, `+${sha}:${ref}`]);
}

/** All refs under a prefix with the commits they point to. */
export async function listRefs(dir: string, prefix: string): Promise<ReadonlyMap<string, string>> {
  const text = await git(dir, ["for-each-ref", "--format=%(refname) %(objectname)", prefix]);
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", sha = ""] = line.split(" ");
        return [name, sha];
      }),
  );
}
