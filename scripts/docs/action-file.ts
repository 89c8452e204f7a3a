/** An action.yml, as far as its documentation shows it (GitHub docs, "Metadata syntax for GitHub Actions"). */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";

const metadata = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z
    .record(
      z.string(),
      z.object({ description: z.string(), required: z.boolean(), default: z.string().exactOptional() }),
    )
    .default({}),
  outputs: z.record(z.string(), z.object({ description: z.string() })).default({}),
  runs: z.object({ using: z.string(), main: z.string() }),
});

/** What an action says of itself; `folder` is its name in `uses: ./actions/<folder>`. */
export type ActionFile = z.infer<typeof metadata> & { readonly folder: string };

/**
 * All actions of the repository by name: the folders of actions/ that hold an action.yml.
 *
 * @param root the top of the repository
 * @throws z.ZodError naming what an action.yml lacks
 */
export async function actionFiles(root: string): Promise<readonly ActionFile[]> {
  const entries = await readdir(join(root, "actions"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const read = await Promise.all(
    folders.toSorted().map(async (folder): Promise<readonly ActionFile[]> => {
      const text = await readFile(join(root, "actions", folder, "action.yml"), "utf8").catch(absent);
      return text === undefined ? [] : [{ folder, ...metadata.parse(load(text)) }];
    }),
  );
  return read.flat();
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
