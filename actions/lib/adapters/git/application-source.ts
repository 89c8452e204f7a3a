import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Source, Sources } from "../../ports/source.ts";
import { git } from "./git-command.ts";
import { pathInside } from "./source-path.ts";
import { tokenConfiguration } from "./token-configuration.ts";
import { exportTree } from "./tree-export.ts";

/**
 * Sources from git: of another repository the tag of the release, one commit deep; of this repository a folder of the checked-out
 * commit. Both are written out of git's store, so what is built is what was committed, and no history or credential is in it.
 *
 * @param settings.workspace the checkout of this repository
 * @param settings.token may read the application's repository; undefined reads it as anybody may
 */
export function applicationSources(settings: { readonly workspace: string; readonly token?: string }): Sources {
  return {
    withSource: async ({ application, release }, work) => {
      const scratch = await mkdtemp(join(tmpdir(), "mate-source-"));
      try {
        const folder = join(scratch, "source");
        await mkdir(folder);
        const source =
          "path" in application
            ? await folderSource(application.path, { ...settings, folder })
            : await repositorySource(application.repository, { ...settings, folder, release, scratch });
        return await work(source);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

async function repositorySource(
  url: string,
  to: { readonly folder: string; readonly scratch: string; readonly release: string; readonly token?: string },
): Promise<Source> {
  const store = join(to.scratch, "store.git");
  const tag = `refs/tags/${to.release}`;
  const reach = { folder: to.scratch, environment: tokenConfiguration(url, to.token, process.env) };
  const found = await git(["ls-remote", "--exit-code", "--end-of-options", url, tag], reach);
  // git ls-remote: "Exit with status 2 when no matching refs are found".
  if (found.exitCode === 2) {
    throw new OperatorError(
      "no-such-release",
      `${url} has no tag ${to.release}; push the tag there, or correct release in the environment or tenant file`,
    );
  }
  if (found.exitCode !== 0) throw unreachable(url, found.stderr);
  await plain(["init", "--quiet", "--bare", store], to.scratch);
  const arguments_ = ["--git-dir", store, "fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", url];
  const fetched = await git([...arguments_, `${tag}:${tag}`], reach);
  if (fetched.exitCode !== 0) throw unreachable(url, fetched.stderr);
  const revision = await plain(["--git-dir", store, "rev-parse", "--verify", `${tag}^{commit}`], to.scratch);
  const entries = await exportTree(store, revision, to.folder);
  return { ...located(to.folder), revision, origin: url, entries };
}

async function folderSource(
  path: string,
  to: { readonly workspace: string; readonly folder: string },
): Promise<Source> {
  const clean = path.replace(/^(\.\/)+|\/+$/g, "");
  const named = await git(
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `HEAD:${clean === "." ? "" : clean}`],
    { folder: to.workspace },
  );
  // A file has an object, too, but no tree.
  const found = await git(["rev-parse", "--verify", "--quiet", `${named.stdout.trim()}^{tree}`], {
    folder: to.workspace,
  });
  if (found.exitCode !== 0) {
    throw new OperatorError(
      "no-such-release",
      `this repository has no folder ${path} in its checked-out commit; correct application.path in the environment file`,
    );
  }
  const store = await plain(["rev-parse", "--absolute-git-dir"], to.workspace);
  const revision = found.stdout.trim();
  const remote = await git(["config", "--get", "remote.origin.url"], { folder: to.workspace });
  const origin = withoutCredentials(remote.stdout.trim());
  const entries = await exportTree(store, revision, to.folder);
  return { ...located(to.folder), revision, entries, ...(origin !== undefined && { origin }) };
}

function located(folder: string): Pick<Source, "folder" | "locate"> {
  return { folder, locate: (path) => pathInside(folder, path) };
}

/** @returns undefined for what is no web address: the path of a clone on this machine says nothing to anybody else */
function withoutCredentials(address: string): string | undefined {
  if (!URL.canParse(address) || !/^https?:/.test(address)) return undefined;
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

async function plain(args: readonly string[], folder: string): Promise<string> {
  const { exitCode, stdout, stderr } = await git(args, { folder });
  if (exitCode !== 0) throw new OperatorError("source-unreachable", `git ${args.join(" ")} failed: ${stderr}`);
  return stdout.trim();
}

function unreachable(url: string, complaint: string): OperatorError {
  return new OperatorError(
    "source-unreachable",
    `cannot read ${url}: ${complaint.split("\n").at(-1) ?? ""}; check application.repository in the environment file, and the token if it is private`,
  );
}
