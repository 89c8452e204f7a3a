/** A git repository with the committed tenants and infrastructure, for scripts that work on a checkout. */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** Git with nobody's configuration. */
export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
    ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
  };
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", env });
}

/** The folder of a new repository, committed on main. */
export async function aCheckout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "checkout-"));
  for (const name of ["tenants", "infra"]) await cp(join(root, name), join(folder, name), { recursive: true });
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "-m", "Begin");
  return folder;
}
