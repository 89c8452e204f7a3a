/** Where a sweep takes place: a bootstrapped AWS, a GitHub, two releases in the registry, and checkouts with one tenant each. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Rehearsal, startRehearsal } from "../../fixtures/rehearsal.ts";
import { ecsControls } from "../aws/services/ecs/controls.ts";
import { type GitHubBed, startGitHubBed } from "../github/bed.ts";
import { type WaveStep, waveSteps } from "./workflow-steps.ts";

export const repositoryName = "mate-health/tenants";
export const releases = { before: "v1.4.0", after: "v1.5.0" } as const;

/** Bed seconds per real second. The shortest deadline of a deployment, 10 minutes for a change set, is two seconds here. */
export const speed = 300;

export interface SweepStage {
  readonly rehearsal: Rehearsal;
  readonly github: GitHubBed;
  /** When the bed's clock was right, in milliseconds: from there it runs ahead. */
  readonly started: number;
  /** The commit that is deployed. */
  readonly commit: string;
  /** Folder of copies of the committed bundles, so that a build meanwhile changes nothing. */
  readonly actions: string;
  /** What the deploy workflow does with a wave. */
  readonly steps: readonly WaveStep[];
  readonly scratch: string;
  /** A checkout that declares these tenants and no other. */
  checkout(files: Readonly<Record<string, string>>, release: string): Promise<string>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..", "..");

/** Starts the beds. Everything but the time is the same in every sweep. */
export async function openSweepStage(): Promise<SweepStage> {
  const scratch = await mkdtemp(join(tmpdir(), "sweep-"));
  const started = Date.now();
  const rehearsal = await startRehearsal(speed);
  // A loaded machine can take an hour of the bed's time between two runs, after which ECS forgets how a task ended.
  ecsControls(rehearsal.aws.world).durations.stoppedKept = 24 * 3_600_000;
  for (const release of Object.values(releases)) await rehearsal.pushRelease(release);
  const github = await startGitHubBed({ clock: rehearsal.aws.world.clock });
  github.addUser("alice");
  const { dir } = await github.createRepository({
    ...{ owner: "mate-health", name: "tenants" },
    files: { "README.md": "# Tenants\n" },
    collaborators: { alice: "admin" },
  });
  const { stdout } = await promisify(execFile)("git", ["-C", dir, "rev-parse", "refs/heads/main"]);
  const actions = join(scratch, "actions");
  await cp(join(root, "actions"), actions, {
    recursive: true,
    filter: (from) => !/\/actions\/lib(\/|$)|\.ts$/.test(from),
  });
  const steps = await waveSteps(root);
  let checkouts = 0;
  return {
    ...{ rehearsal, github, started, commit: stdout.trim(), actions, steps, scratch },
    checkout: async (files, release) => {
      checkouts += 1;
      const folder = join(scratch, `checkout-${checkouts}`);
      await cp(join(root, "infra"), join(folder, "infra"), { recursive: true });
      await rm(join(folder, "infra", "environments", "staging.yml"));
      await writeFile(join(folder, "infra", "environments", "production.yml"), await quickEnvironment(release));
      await mkdir(join(folder, "tenants"));
      for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
      return folder;
    },
    stop: async () => {
      await github.close();
      await rehearsal.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** The committed environment as one wave without canaries or bake time: what is tried is what happens to one tenant. */
export async function quickEnvironment(release: string): Promise<string> {
  const committed = await readFile(join(root, "infra", "environments", "production.yml"), "utf8");
  return committed
    .replace(/^release: .*$/m, `release: ${release}`)
    .replace(/canaries: \[.*\]/, "canaries: []")
    .replace(/waves: \[.*\]/, "waves: [100]")
    .replace(/bakeMinutes: \d+/, "bakeMinutes: 0")
    .replace(/^ {2}tenants: \d+$/m, "  tenants: 2000");
}
