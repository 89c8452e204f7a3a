/** What each action costs before it does anything: the size of its bundle, and how much longer than bare Node it takes to start. */
import { execFile } from "node:child_process";
import { access, readdir, stat } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Benchmark, type Figure, median } from "./figure.ts";

const actions = join(import.meta.dirname, "..", "..", "actions");

export const benchmark: Benchmark = { runs: 1, measure };

/** Starts of each; the machine's own noise is in both, so the two take turns. */
const starts = 9;

async function measure(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const action of (await readdir(actions)).toSorted()) {
    const bundle = join(actions, action, "dist", "index.js");
    if (
      !(await access(bundle).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const { size } = await stat(bundle);
    figures.push(
      { what: `bundle of ${action}`, unit: "MB", measured: size / 1e6, bar: 1.5 },
      {
        what: `start of ${action} over bare Node`,
        unit: "ms",
        measured: await startOf(bundle),
        bar: 150,
        note: `median of ${starts} starts of each`,
      },
    );
  }
  return figures;
}

/** Outside of a job an action loads whole, says that it is not on a runner, and ends. */
async function startOf(bundle: string): Promise<number> {
  const differences: number[] = [];
  for (let turn = 0; turn < starts; turn += 1) {
    const bare = await time(["--eval", "0"]);
    differences.push((await time([bundle])) - bare);
  }
  return median(differences);
}

async function time(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await promisify(execFile)(process.execPath, args, { env: { GITHUB_OUTPUT: devNull } }).catch(
    (error: { readonly code?: unknown; readonly stdout?: string }) => {
      if (error.code !== 1 || error.stdout?.includes("actions run inside a GitHub Actions job") !== true) throw error;
    },
  );
  return performance.now() - started;
}
