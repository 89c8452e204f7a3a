import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Where recordings are: the folder that MATE_RECORDINGS names, or one beside the checkout. undefined if there is none, which is
 * the usual case: the recordings are not part of this repository.
 */
export function recordingsFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const beside = join(CHECKOUT, "..", "shared", "recordings", "cases");
  const folder = environment.MATE_RECORDINGS ?? beside;
  return existsSync(folder) ? folder : undefined;
}
