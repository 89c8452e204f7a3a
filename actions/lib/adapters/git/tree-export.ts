import type { SourceEntry } from "../../domain/migration-set.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { git } from "./git-command.ts";

/**
 * Writes a tree of a git store into an empty folder, without touching the store's own index or work tree.
 *
 * @param tree a commit or tree
 * @returns the files; submodules are not followed
 */
export async function exportTree(store: string, tree: string, folder: string): Promise<readonly SourceEntry[]> {
  const environment = { GIT_INDEX_FILE: `${folder}.index` };
  const run = async (...args: readonly string[]): Promise<string> => {
    const all = ["--git-dir", store, "--work-tree", folder, ...args];
    const { exitCode, stdout, stderr } = await git(all, { folder, environment });
    if (exitCode !== 0) throw new OperatorError("source-unreachable", `git ${args[0]} failed: ${stderr}`);
    return stdout;
  };
  await run("read-tree", tree);
  await run("checkout-index", "--all");
  const listing = await run("ls-tree", "-r", "-z", "--full-tree", tree);
  return listing.split("\0").flatMap((line) => {
    // `<mode> <type> <object>\t<path>`
    const tab = line.indexOf("\t");
    const [, type, object] = line.slice(0, Math.max(tab, 0)).split(" ");
    return type === "blob" && object !== undefined ? [{ path: line.slice(tab + 1), object }] : [];
  });
}
