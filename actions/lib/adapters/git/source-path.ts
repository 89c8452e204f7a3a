import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { OperatorError } from "../../domain/operator-error.ts";

/**
 * A path inside a folder as an absolute one, links followed.
 *
 * @throws OperatorError `build-failed` if there is nothing, or a link leads out of the folder
 */
export async function pathInside(folder: string, path: string): Promise<string> {
  const top = await realpath(folder);
  const full = await realpath(join(top, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new OperatorError(
      "build-failed",
      `the application has no ${path}; correct images in the environment file, or release a version that has it`,
      { cause: error },
    );
  });
  const way = relative(top, full);
  if (way.startsWith("..") || isAbsolute(way)) {
    throw new OperatorError("build-failed", `${path} is a link that leads out of the application's source; replace it`);
  }
  return full;
}
