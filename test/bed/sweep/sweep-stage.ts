/** Where a sweep takes place: a bootstrapped AWS, a GitHub, two releases in the registry, and checkouts with one tenant each. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Rehearsal, startRehearsal } from "../../fixtures/rehearsal.ts";
import { ecsControls } from "../aws/services/ecs/controls.ts";
import { bedClock } from "../clock.ts";
import { type GitHubBed, startGitHubBed } from "../github/bed.ts";
import { actionPrograms, type Code } from "./action-programs.ts";
import { type WaveStep, waveSteps } from "./workflow-steps.ts";

export const repositoryName = "mate-health/tenants";
export const releases = { before: "v1.4.0", after: "v1.5.0" } as const;

/** Bed seconds per real second. The shortest deadline of a deployment, 10 minutes for a change set, is two seconds here. */
const deploySpeed = 300;

export interface SweepStage {
  readonly rehearsal: Rehearsal;
  readonly github: GitHubBed;
  /** How fast time runs, and when a clock of that speed was right, in milliseconds: what processes are told. */
  readonly time: () => { readonly speed: number; readonly started: number };
  /** From now on; no process may be running. */
  setSpeed(speed: number): void;
  /** The commit that is deployed. */
  readonly commit: string;
  /** File that is run for an action. */
  readonly program: (action: string) => string;
  /** What the deploy workflow does with a wave. */
  readonly steps: readonly WaveStep[];
  readonly scratch: string;
  /** Deploys tenants at a release, all together and in this process. */
  deployAll(files: Readonly<Record<string, string>>, release: string): Promise<void>;
  /** A checkout that declares these tenants and no other. */
  checkout(files: Readonly<Record<string, string>>, release: string): Promise<string>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..", "..");

/** Starts the beds. Everything but the time is the same in every sweep. */
export async function openSweepStage(code: Code = "sources"): Promise<SweepStage> {
  const scratch = await mkdtemp(join(tmpdir(), "sweep-"));
  let speed = deploySpeed;
  const rehearsal = await startRehearsal(speed, bedClock(speed));
  const { clock } = rehearsal.aws.world;
  // A loaded machine can take an hour of the bed's time between two runs, after which ECS forgets how a task ended.
  ecsControls(rehearsal.aws.world).durations.stoppedKept = 24 * 3_600_000;
  for (const release of Object.values(releases)) await rehearsal.pushRelease(release);
  const github = await startGitHubBed({ clock });
  for (const login of ["alice", "oscar"]) github.addUser(login);
  const { dir } = await github.createRepository({
    ...{ owner: "mate-health", name: "tenants" },
    files: { "README.md": "# Tenants\n", ...(await workflows()) },
    collaborators: { alice: "admin", oscar: "write" },
  });
  const { stdout } = await promisify(execFile)("git", ["-C", dir, "rev-parse", "refs/heads/main"]);
  const program = await actionPrograms(root, scratch, code);
  const steps = await waveSteps(root);
  let checkouts = 0;
  return {
    ...{ rehearsal, github, commit: stdout.trim(), program, steps, scratch },
    // bed time = started + (real time - started) × speed
    time: () => ({ speed, started: (speed * Date.now() - clock.now()) / (speed - 1) }),
    setSpeed: (next) => {
      rehearsal.setSpeed(next);
      speed = next;
    },
    deployAll: async (files, release) => {
      const outcomes = await rehearsal.deploy({
        ...{ "tenants/hospital-a.yml": undefined, "tenants/clinic-b.yml": undefined, "tenants/trial-c.yml": undefined },
        "infra/environments/production.yml": await quickEnvironment(release),
        ...files,
      });
      const failed = outcomes.find(({ cause }) => cause !== undefined);
      if (failed !== undefined) throw new Error(`${failed.tenant} was not deployed: ${failed.cause}`);
    },
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

/** Commands start workflows by name, so they have to be there. */
async function workflows(): Promise<Readonly<Record<string, string>>> {
  const folder = ".github/workflows";
  const names = (await readdir(join(root, folder))).filter((name) => name.endsWith(".yml"));
  const read = async (name: string) => [`${folder}/${name}`, await readFile(join(root, folder, name), "utf8")] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Operators by login, where the committed policy has teams: a stage has no organization. */
const operators = `operators:
  - { user: alice, verbs: all, tiers: all }
  - { user: oscar, verbs: all, tiers: all }
`;

/** The committed environment as one wave without canaries or bake time: what is tried is what happens to one tenant. */
export async function quickEnvironment(release: string): Promise<string> {
  const committed = await readFile(join(root, "infra", "environments", "production.yml"), "utf8");
  return committed
    .replace(/^release: .*$/m, `release: ${release}`)
    .replace(/^operators:\n(?: {2}- .*\n)+/m, operators)
    .replace(/canaries: \[.*\]/, "canaries: []")
    .replace(/waves: \[.*\]/, "waves: [100]")
    .replace(/bakeMinutes: \d+/, "bakeMinutes: 0")
    .replace(/^ {2}tenants: \d+$/m, "  tenants: 2000");
}
