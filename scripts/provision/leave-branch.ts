/** A branch with one new file, made beside the work tree: whatever somebody has checked out stays as it is. */
import { spawn } from "node:child_process";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";

/**
 * That a branch can be left in `folder`: asked before a person has answered ten questions for nothing.
 *
 * @throws OperatorError `git-failed` with what git said: no repository, no commit, nobody's name
 */
export async function canLeaveBranch(folder: string): Promise<void> {
  await run(folder, ["rev-parse", "--verify", "HEAD^{commit}"], "");
  await run(folder, ["var", "GIT_COMMITTER_IDENT"], "");
}

/**
 * Makes, or makes anew, a branch on top of the checked-out commit with one more file.
 *
 * @returns the commit
 * @throws OperatorError `git-failed` with what git said, `branch-checked-out` rather than changing what somebody works on
 */
export async function leaveBranch(
  folder: string,
  change: { readonly branch: string; readonly path: string; readonly text: string; readonly message: string },
): Promise<string> {
  const git = (args: readonly string[], input = ""): Promise<string> => run(folder, args, input);
  const base = await git(["rev-parse", "--verify", "HEAD^{commit}"]);
  const trees = (await git(["worktree", "list", "--porcelain"])).split("\n");
  if (trees.includes(`branch refs/heads/${change.branch}`)) {
    throw new OperatorError(
      "branch-checked-out",
      `${change.branch} is checked out here; switch to another branch first`,
    );
  }
  const blob = await git(["hash-object", "-w", "--stdin"], change.text);
  const [directory = "", name = ""] = change.path.split("/");
  const inside = await git(["ls-tree", `${base}:${directory}`]);
  const subtree = await git(["mktree"], `${without(inside, name)}100644 blob ${blob}\t${name}\n`);
  const top = await git(["ls-tree", base]);
  const tree = await git(["mktree"], `${without(top, directory)}040000 tree ${subtree}\t${directory}\n`);
  const commit = await git(["commit-tree", tree, "-p", base, "-m", change.message]);
  await git(["update-ref", `refs/heads/${change.branch}`, commit]);
  return commit;
}

/** A listing of a tree without one of its entries. */
function without(listing: string, name: string): string {
  return listing
    .split("\n")
    .filter((line) => line !== "" && line.slice(line.indexOf("\t") + 1) !== name)
    .map((line) => `${line}\n`)
    .join("");
}

function run(folder: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", folder, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let complaint = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(out.trimEnd());
      else reject(new OperatorError("git-failed", `git ${args[0]} failed: ${complaint.trim()}`));
    });
    // Git that reads no input may be gone before it is written; its exit code says how it ended.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    child.stdin.end(input);
  });
}
