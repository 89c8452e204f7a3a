/** Copies of the actions, so that a build or an edit meanwhile changes nothing. */
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";

/** Whether an action runs from its sources, as they are now, or from its committed bundle. */
export type Code = "sources" | "bundles";

/**
 * Copies all actions of a checkout into a folder.
 *
 * @returns the file that is run for an action
 */
export async function actionPrograms(root: string, folder: string, code: Code): Promise<(action: string) => string> {
  const actions = join(folder, "actions");
  await mkdir(folder, { recursive: true });
  switch (code) {
    case "bundles":
      await cp(join(root, "actions"), actions, {
        recursive: true,
        filter: (from) => !/\/actions\/lib(\/|$)|\.ts$/.test(from),
      });
      return (action) => join(actions, action, "dist", "index.js");
    case "sources":
      await cp(join(root, "actions"), actions, { recursive: true, filter: (from) => !/\/dist(\/|$)/.test(from) });
      await cp(join(root, "package.json"), join(folder, "package.json"));
      await symlink(join(root, "node_modules"), join(folder, "node_modules"));
      return (action) => join(actions, action, "main.ts");
  }
}
