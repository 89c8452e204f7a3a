import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes files into a new folder of the workspace.
 *
 * @param files name → text
 */
export async function writePages(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
}
