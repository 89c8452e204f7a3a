/** `actions/checkout`, done with git from the bed's repository (inputs of its action.yml, v6). */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { StepExecution } from "./job-context.ts";
import { shortName } from "./occasion.ts";
import { textAt } from "./payload.ts";
import { runProcess } from "./process.ts";
import type { StepResult } from "./step-result.ts";

type Inputs = Readonly<Record<string, string>>;

/** Inputs that are understood, and those that may be given as long as they ask for nothing. */
const MODELLED = new Set(["repository", "ref", "token", "path", "fetch-depth", "fetch-tags", "persist-credentials"]);
const HARMLESS: Readonly<Record<string, string>> = {
  "show-progress": "",
  "set-safe-directory": "",
  clean: "true",
  submodules: "false",
  lfs: "false",
  "sparse-checkout": "",
};

/** Clones into the workspace. Throws for inputs that are not modelled and when git fails. */
export async function checkout(inputs: Inputs, execution: StepExecution): Promise<StepResult> {
  refuseUnknown(inputs);
  const { job, record } = execution;
  const { machine, host } = job;
  const folder = resolve(machine.workspace, inputs.path || ".");
  if (relative(machine.workspace, folder).startsWith("..")) {
    throw new Error(`Repository path '${folder}' is not under '${machine.workspace}'`);
  }
  await mkdir(folder, { recursive: true });
  const name = inputs.repository || job.repository.fullName;
  const repository = name === job.repository.fullName ? job.repository : await host.repository(name);
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${inputs.token || job.token}`).toString("base64")}`;
  job.record.mask.add(header.slice("AUTHORIZATION: basic ".length));
  const git = (...args: readonly string[]): Promise<string> => runGit(execution, folder, args);

  await makeRoom(folder);
  await git("init", "--quiet", "--initial-branch=main", folder);
  await git("remote", "add", "origin", repository.cloneUrl);
  await git("config", "--local", "gc.auto", "0");
  const headerKey = `http.${host.serverUrl}/.extraheader`;
  await git("config", "--local", headerKey, header);
  const wanted = await target({ inputs, execution, own: repository === job.repository, git });
  const depth = Number(inputs["fetch-depth"] || "1");
  const tags = inputs["fetch-tags"] === "true";
  const source = `+${wanted.sha ?? wanted.ref}:${wanted.local}`;
  const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  if (depth === 0) await git("fetch", "--quiet", "--prune", "origin", ...everything);
  const reach = [tags ? "--tags" : "--no-tags", ...(depth === 0 ? [] : [`--depth=${depth}`])];
  // A second step, for a branch may have moved on since the event.
  await git("fetch", "--quiet", ...reach, "origin", source);
  if (wanted.branch === undefined) await git("checkout", "--quiet", "--force", wanted.local);
  else await git("checkout", "--quiet", "--force", "-B", wanted.branch, wanted.local);
  const commit = (await git("rev-parse", "HEAD")).trim();
  record.print(`${repository.fullName} at ${commit}${wanted.ref === "" ? "" : ` (${wanted.ref})`}`);

  if (inputs["persist-credentials"] === "false") await git("config", "--local", "--unset-all", headerKey);
  else registerCleanup(execution, { folder, headerKey });
  return { outcome: "success", outputs: { ref: wanted.ref, commit } };
}

/** The action starts from an empty folder. */
async function makeRoom(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

interface Target {
  readonly ref: string;
  readonly sha: string | undefined;
  /** Where the fetched commit is kept. */
  readonly local: string;
  /** The local branch to be on; otherwise the head is detached. */
  readonly branch: string | undefined;
}

async function target(request: {
  readonly inputs: Inputs;
  readonly execution: StepExecution;
  readonly own: boolean;
  readonly git: (...args: readonly string[]) => Promise<string>;
}): Promise<Target> {
  const asked = request.inputs.ref ?? "";
  const { github } = request.execution.job;
  if (asked === "" && request.own) return qualified(textAt(github, "ref"), textAt(github, "sha"));
  if (/^[0-9a-f]{40}$/.test(asked))
    return { ref: "", sha: asked, local: "refs/remotes/origin/__checkout", branch: undefined };
  if (asked.startsWith("refs/")) return qualified(asked, undefined);
  const listed = await request.git("ls-remote", "--symref", "origin");
  if (asked === "") {
    const head = /^ref: (\S+)\s+HEAD$/m.exec(listed)?.[1];
    if (head === undefined) throw new Error("the repository has no default branch");
    return qualified(head, undefined);
  }
  for (const ref of [`refs/heads/${asked}`, `refs/tags/${asked}`]) {
    if (listed.split("\n").some((line) => line.endsWith(`\t${ref}`))) return qualified(ref, undefined);
  }
  throw new Error(`A branch or tag with the name '${asked}' could not be found`);
}

function qualified(ref: string, sha: string | undefined): Target {
  const name = shortName(ref);
  if (ref.startsWith("refs/heads/")) return { ref, sha, local: `refs/remotes/origin/${name}`, branch: name };
  if (ref.startsWith("refs/tags/")) return { ref, sha, local: ref, branch: undefined };
  return { ref, sha, local: ref.replace(/^refs\//, "refs/remotes/"), branch: undefined };
}

function registerCleanup(
  { job, frame, record, id }: StepExecution,
  { folder, headerKey }: { readonly folder: string; readonly headerKey: string },
): void {
  job.posts.push({
    name: `Post ${record.name}`,
    condition: "always()",
    frame,
    run: async (later) => {
      // A later checkout may have taken the folder or the credentials away.
      if (!existsSync(join(folder, ".git"))) return "success";
      const kept = await runGit({ ...later, id }, folder, ["config", "--local", "--list", "--name-only"]);
      if (kept.split("\n").includes(headerKey)) {
        await runGit({ ...later, id }, folder, ["config", "--local", "--unset-all", headerKey]);
      }
      return "success";
    },
  });
}

async function runGit(execution: StepExecution, folder: string, args: readonly string[]): Promise<string> {
  const { job, record, signal } = execution;
  const lines: string[] = [];
  const exitCode = await runProcess({
    command: "git",
    args,
    cwd: folder,
    env: { ...job.baseEnvironment, GIT_TERMINAL_PROMPT: "0" },
    onLine: (line) => lines.push(line),
    signal,
  });
  if (exitCode !== 0) {
    for (const line of lines) record.print(line);
    const said = lines.findLast((line) => line.startsWith("fatal:")) ?? `exit code ${exitCode}`;
    throw new Error(`git ${args[0]} failed: ${job.record.mask.hide(said)}`);
  }
  return lines.join("\n");
}

function refuseUnknown(inputs: Inputs): void {
  for (const [name, value] of Object.entries(inputs)) {
    if (MODELLED.has(name)) continue;
    const harmless = HARMLESS[name];
    if (harmless === undefined) throw new Error(`the runner does not model the input ${name} of actions/checkout`);
    if (harmless !== "" && value !== harmless)
      throw new Error(`the runner does not model ${name}: ${value} of actions/checkout`);
    if (name === "sparse-checkout" && value !== "") throw new Error("the runner does not model sparse-checkout");
  }
}
