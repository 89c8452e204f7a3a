/**
 * The whole rehearsal stage: an AWS with a bootstrapped environment, a GitHub with the tenants' and the application's
 * repositories, and a runner that executes the committed workflows and bundles between the two.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { type AwsBed, startAwsBed } from "./aws/bed.ts";
import { bootstrapEnvironment } from "./bootstrap.ts";
import { bedClock } from "./clock.ts";
import { type GitHubBed, startGitHubBed } from "./github/bed.ts";
import type { Progress } from "./runner/engine.ts";
import { startGitHubRunner } from "./runner/github-host.ts";
import type { Runner } from "./runner/runner.ts";

export interface StageOptions {
  /** Bed seconds per real second. */
  readonly speed: number;
  /** Committed tenants to begin with; none of them is deployed yet. All if left out. */
  readonly tenants?: readonly string[];
  /** Environments, each with an account of its own, bootstrapped; production alone if left out. */
  readonly environments?: readonly string[];
  /** Environment → the one its releases come from; each builds its own if left out. */
  readonly releasesFrom?: Readonly<Record<string, string>>;
  /** Further files of the tenants' repository, or replacements; undefined leaves a committed file out. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Further files of the application at its first release, or replacements. */
  readonly application?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: Progress) => void;
  readonly limits?: "published" | "none";
  readonly latency?: number;
  readonly seed?: string;
}

export interface Stage {
  readonly aws: AwsBed;
  readonly github: GitHubBed;
  readonly runner: Runner;
  /** `mate-health/tenants` and `mate-health/mate`. */
  readonly repository: string;
  readonly application: string;
  /** A file of the tenants' repository as its default branch has it. */
  read(path: string): Promise<string>;
  stop(): Promise<void>;
}

export const owner = "mate-health";

const root = join(import.meta.dirname, "..", "..");

/** Sets the stage: `alice` (platform engineer) and `oscar` (on call) can write, `rita` only reads. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const started = Date.now();
  const { environments = ["production"] } = options;
  const clock = bedClock(options.speed);
  const github = await startGitHubBed({ clock });
  const aws = await startAwsBed({
    clock,
    trust: "strict",
    ...(options.limits !== undefined && { limits: options.limits }),
    ...(options.latency !== undefined && { latency: options.latency }),
    ...(options.seed !== undefined && { seed: options.seed }),
  });
  for (const login of ["alice", "oscar", "rita"]) github.addUser(login);
  const application = await github.createRepository({
    owner,
    name: "mate",
    visibility: "public",
    files: { ...(await committed("test/fixtures/application", "test/fixtures/application/")), ...options.application },
    collaborators: { alice: "admin" },
  });
  await tag(application.dir, "v1.4.0");
  const tenants = await github.createRepository({
    owner,
    name: "tenants",
    files: withReplacements(
      await deliveryFiles(`${github.url}/${application.fullName}.git`, { ...options, environments }),
      options.files ?? {},
    ),
    collaborators: { alice: "admin", oscar: "write", rita: "read" },
  });
  for (const environment of environments) {
    const { account, domain } = await declared(environment);
    const images = await imageCopies(environment, options.releasesFrom ?? {});
    await bootstrapEnvironment(aws, { root, environment, account, domain, images, repository: tenants });
  }
  const runner = startGitHubRunner(github, {
    environment: {
      ...aws.environment,
      MATE_CLOCK_SPEED: String(options.speed),
      MATE_CLOCK_STARTED: String(started),
      // Builds images on machines without Docker.
      PATH: `${join(root, "test", "bed", "docker")}:${process.env.PATH}`,
    },
    ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
  });
  return {
    ...{ aws, github, runner },
    repository: tenants.fullName,
    application: application.fullName,
    read: async (path) =>
      (await promisify(execFile)("git", ["-C", tenants.dir, "show", `refs/heads/main:${path}`])).stdout,
    stop: async () => {
      await runner.stop();
      await aws.stop();
      await github.close();
    },
  };
}

/** What the tenants' repository needs to work: the committed workflows, bundles, templates and declarations. */
async function declared(environment: string): Promise<{ readonly account: string; readonly domain: string }> {
  return load(await readFile(join(root, environmentFile(environment)), "utf8")) as { account: string; domain: string };
}

/** From and to which account an environment's images are copied. */
async function imageCopies(
  environment: string,
  releasesFrom: Readonly<Record<string, string>>,
): Promise<{ readonly replica?: string; readonly source?: string }> {
  const [replica] = Object.entries(releasesFrom).find(([, from]) => from === environment) ?? [];
  const source = releasesFrom[environment];
  return {
    ...(replica !== undefined && { replica: (await declared(replica)).account }),
    ...(source !== undefined && { source: (await declared(source)).account }),
  };
}

async function deliveryFiles(
  application: string,
  {
    tenants,
    environments,
    releasesFrom = {},
  }: Pick<StageOptions, "tenants" | "releasesFrom"> & { readonly environments: readonly string[] },
): Promise<Readonly<Record<string, string>>> {
  const kept = (path: string): boolean =>
    !path.endsWith(".yml") || tenants === undefined || tenants.some((name) => path === `tenants/${name}.yml`);
  const files = {
    // check.yml tests this project itself, which is not what is rehearsed.
    ...(await committed(".github/workflows", "", (path) => !path.endsWith("/check.yml"))),
    ...(await actionFiles()),
    ...(await committed("infra", "", (path) => !path.startsWith("infra/environments/") || !path.endsWith(".yml"))),
    ...(await committed("tenants", "", kept)),
  };
  const ofEnvironments = environments.map(async (name) => {
    const text = await readFile(join(root, environmentFile(name)), "utf8");
    const from = releasesFrom[name];
    const here = text
      .replace(/repository: https:\S+/, `repository: ${application}`)
      .replace(/^application:/m, `${from === undefined ? "" : `releasesFrom: ${from}\n\n`}application:`);
    return [environmentFile(name), tenants === undefined ? here : here.replace(/canaries: \[.*\]/, "canaries: []")];
  });
  return { ...files, ...Object.fromEntries(await Promise.all(ofEnvironments)) };
}

function environmentFile(name: string): string {
  return `infra/environments/${name}.yml`;
}

/**
 * What a workflow needs of the actions. Their bundles, or, with STAGE_ACTIONS=sources, programs that run this checkout's sources: to see
 * an edit on the stage before it is bundled.
 */
async function actionFiles(): Promise<Readonly<Record<string, string>>> {
  const files = await committed("actions", "", (path) => /^actions\/[\w-]+\/(action\.yml|dist\/)/.test(path));
  if (process.env.STAGE_ACTIONS !== "sources") return files;
  const folders = Object.keys(files).filter((path) => path.endsWith("/action.yml"));
  const programs = folders.map((path) => {
    const main = pathToFileURL(join(root, path.replace("action.yml", "main.ts")));
    return [path.replace("action.yml", "dist/index.js"), `import ${JSON.stringify(main.href)};\n`];
  });
  const types = folders.map((path) => [path.replace("action.yml", "dist/package.json"), '{ "type": "module" }\n']);
  return { ...files, ...Object.fromEntries([...programs, ...types]) };
}

/** Files git tracks below a folder, as they are in the working tree, by path. */
async function committed(
  folder: string,
  strip = "",
  wanted: (path: string) => boolean = () => true,
): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await promisify(execFile)(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", folder],
    { cwd: root },
  );
  const paths = stdout.split("\0").filter((path) => path !== "" && wanted(path));
  const read = async (path: string) => [path.slice(strip.length), await readFile(join(root, path), "utf8")] as const;
  return Object.fromEntries(await Promise.all(paths.map(read)));
}

function withReplacements(
  files: Readonly<Record<string, string>>,
  replacements: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const merged = Object.entries({ ...files, ...replacements });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Puts a tag on the newest commit of a bare repository. */
export async function tag(repository: string, name: string): Promise<void> {
  await promisify(execFile)("git", ["-C", repository, "tag", name, "refs/heads/main"]);
}
