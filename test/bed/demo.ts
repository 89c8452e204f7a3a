#!/usr/bin/env node
/**
 * The whole story on the rehearsal stage: a pull request becomes a running hospital, a second one its next release, and the same
 * deployment again does nothing. Everything that happens is done by the committed workflows and bundles.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../../scripts/command-line.ts";
import { writePullRequestPage } from "./github/page/serve.ts";
import type { Progress } from "./runner/engine.ts";
import type { RunView } from "./runner/host.ts";
import { openStage, owner, type Stage, tag } from "./stage.ts";
import { headOfPlan, runningServices } from "./story.ts";

const root = join(import.meta.dirname, "..", "..");
const usage = `scripts/demo [--keep] [--out FOLDER] [--speed N]: the story of a hospital, offline

  --keep        leave the stage running at the end, to look around, until Ctrl-C
  --out FOLDER  where the pages go (default: out/demo)
  --speed N     bed seconds per real second (default: 150)`;

const { values, refuse } = commandLine(
  { usage },
  {
    options: {
      keep: { type: "boolean", default: false },
      out: { type: "string", default: join(root, "out", "demo") },
      speed: { type: "string", default: "150" },
    },
  },
);
const speed = Number(values.speed);
if (!(speed >= 1)) refuse(`--speed must be a number of at least 1, got ${values.speed}`);

const started = Date.now();
const pages: string[] = [];
await tell();

async function tell(): Promise<void> {
  chapter("The stage: an AWS with the bootstrap, roles and platform stacks, a GitHub with two repositories");
  let stopped = false;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        stopped = true;
        resolve();
      });
    }
  });
  const stage = await openStage({ speed, tenants: [], onProgress: show });
  // Whatever the story runs into once somebody has stopped it is not its failure.
  const told = (stopped ? Promise.resolve() : story(stage)).catch((error: unknown) => {
    if (stopped) return;
    console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
  await Promise.race([told, interrupted]);
  if (stopped) {
    console.error("\nstopped; the stage is taken down");
    process.exitCode = 130;
  } else if (values.keep) {
    console.log(`\nStill here until Ctrl-C:\n  GitHub ${stage.github.url}\n  AWS    ${stage.aws.url}`);
    await interrupted;
  }
  await stage.stop();
  process.exit();
}

async function story(stage: Stage): Promise<void> {
  const alice = stage.github.as("alice", stage.repository);

  chapter("alice opens a pull request that adds hospital-a");
  const file = await readFile(join(root, "tenants", "hospital-a.yml"), "utf8");
  const first = await alice.openPullRequest({
    title: "Add Hospital A Medical Center",
    body: "They start on Monday. Contract HA-4711, enterprise tier, sign-in with their own SAML provider.",
    branch: "add-hospital-a",
    files: { "tenants/hospital-a.yml": file },
  });
  await finish(stage, "plan");
  say(await headOfPlan(stage, first));
  await page(stage, first, "1-hospital-a-planned.html");

  chapter("she merges it: stack, images, migration, services");
  await alice.merge(first);
  await finish(stage, "deploy");
  say(await runningServices(stage, "hospital-a"));

  chapter("the application's next version is tagged, and a second pull request raises the release");
  const developer = stage.github.as("alice", stage.application);
  await developer.push({
    branch: "main",
    message: "Wards can be closed",
    files: { "CHANGES.md": "v1.5.0: wards can be closed\n" },
  });
  await tag(stage.github.repository(stage.application).dir, "v1.5.0");
  const production = "infra/environments/production.yml";
  const environment = await stage.read(production);
  const second = await alice.openPullRequest({
    title: "Release v1.5.0",
    body: "Wards can be closed. One new migration, compatible with v1.4.0.",
    branch: "release-v1.5.0",
    files: { [production]: environment.replace("release: v1.4.0", "release: v1.5.0") },
  });
  await finish(stage, "plan");
  say(await headOfPlan(stage, second));
  await page(stage, second, "3-release-planned.html");

  chapter("she merges it: the release is built once and rolled, service by service");
  await alice.merge(second);
  await finish(stage, "deploy");
  say(await runningServices(stage, "hospital-a"));

  chapter("the same deployment again, by hand");
  stage.aws.calls.clear();
  await alice.dispatch("deploy.yml");
  await finish(stage, "deploy");
  const writes = stage.aws.calls
    .all()
    .filter(({ operation }) => /^(Create|Update|Delete|Execute|Register|Run|Put)/.test(operation));
  if (writes.length > 0)
    throw new Error(`deploying again changed something: ${writes.map(({ operation }) => operation).join(", ")}`);
  say([`${stage.aws.calls.all().length} calls to AWS, all of them reads: nothing was left to do`]);

  await page(stage, first, "2-hospital-a-deployed.html");
  await page(stage, second, "4-release-deployed.html");
  chapter(`Done in ${seconds()} s. The pull requests as people see them:`);
  for (const file of pages.toSorted()) console.log(`  ${file}`);
}

/** Writes a pull request as people see it now. */
async function page({ github }: Stage, number: number, name: string): Promise<void> {
  const file = join(values.out, name);
  await mkdir(values.out, { recursive: true });
  await writePullRequestPage(github, { owner, repo: "tenants", number, file });
  pages.push(file);
}

/** Waits until the workflows are through, and fails with the cause if the newest run of this one did not succeed. */
async function finish({ runner }: Stage, workflow: string): Promise<void> {
  await runner.idle();
  const run = runner.runs().findLast((one) => one.workflow === workflow);
  if (run?.conclusion === "success") return;
  throw new Error(`${workflow} ended with ${run?.conclusion ?? "no run"}\n${run === undefined ? "" : causes(run)}`);
}

function causes(run: RunView): string {
  return run.jobs
    .flatMap(({ name, log }) =>
      log
        .split("\n")
        .filter((line) => line.startsWith("##[error]"))
        .map((line) => `  ${name}: ${line.slice("##[error]".length)}`),
    )
    .join("\n");
}

function chapter(title: string): void {
  console.log(`\n▌ ${title}`);
}

function say(lines: readonly string[]): void {
  for (const line of lines) console.log(`    ${line}`);
}

/** Steps of our own actions, as they end; the runner's housekeeping is not part of the story. */
function show({ kind, state, job, step, text }: Progress): void {
  if (kind !== "step" || state !== "ended" || step === undefined || !step.includes("./actions/")) return;
  console.log(
    `  ${String(seconds()).padStart(3)} s  ${/✓|✗/.exec(text)?.[0] ?? "·"} ${job} › ${step.replace("Run ./actions/", "")}`,
  );
}

function seconds(): number {
  return Math.round((Date.now() - started) / 1000);
}
