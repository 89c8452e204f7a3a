/** The application's source, release by release, in a git repository of its own. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { must } from "./program.ts";

/** File of the application → its new text, what becomes of the old one, or undefined to remove it. */
export type SourceChanges = Readonly<Record<string, string | ((text: string) => string) | undefined>>;

export interface Application {
  /** A checkout with the application in the folder `app`. */
  readonly workspace: string;
  /** Commits changes; without any, something else than before all the same. */
  commit(message: string, changes?: SourceChanges): Promise<void>;
}

/** @param base image to build on instead of the one the Dockerfile names */
export async function applicationIn(workspace: string, base: string): Promise<Application> {
  const app = join(workspace, "app");
  await mkdir(workspace, { recursive: true });
  await cp(new URL("../fixtures/application", import.meta.url).pathname, app, { recursive: true });
  const git = (...args: readonly string[]): Promise<string> =>
    must(
      "git",
      ["-c", "user.name=engineer", "-c", "user.email=engineer@example.com", "-c", "commit.gpgsign=false", ...args],
      {
        cwd: workspace,
      },
    );
  await git("init", "--quiet");
  const commit: Application["commit"] = async (message, changes = {}) => {
    const all: SourceChanges = { ...changes, RELEASE: `${message}\n` };
    for (const [name, change] of Object.entries(all)) {
      const file = join(app, name);
      await mkdir(dirname(file), { recursive: true });
      if (change === undefined) await rm(file, { force: true });
      else await writeFile(file, typeof change === "string" ? change : change(await readFile(file, "utf8")));
    }
    await git("add", ".");
    await git("commit", "--quiet", "--message", message);
  };
  await commit("application", {
    Dockerfile: (text) => text.replace(/^ARG PYTHON_IMAGE=.*$/m, `ARG PYTHON_IMAGE=${base}`),
  });
  return { workspace, commit };
}
