#!/usr/bin/env node
/** Measures the benchmarks of this folder one after the other and prints the table of the project's bars. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { commandLine } from "../../scripts/command-line.ts";
import { type Figure, medians } from "./figure.ts";
import { isMet, type MeasuredBenchmark, table } from "./table.ts";

const usage = `scripts/bench [names] [options]: measures what the project promises
scripts/bench sweep --help: kills deployments at each of their calls

  names        such as bundles; all if left out
  --once       measure everything once instead of taking medians
  --runs N     measure everything that has a median N times (default: what each benchmark says)
  --json FILE  where the figures go as JSON (default: out/bench.json)
  --list       only name the benchmarks`;

const { values, positionals, refuse } = commandLine(
  { usage },
  {
    allowPositionals: true,
    options: {
      once: { type: "boolean", default: false },
      runs: { type: "string" },
      json: { type: "string", default: "out/bench.json" },
      list: { type: "boolean", default: false },
    },
  },
);
if (values.runs !== undefined && !/^[1-9]\d*$/.test(values.runs)) {
  refuse(`--runs must be a whole number of at least 1, got ${values.runs}`);
}

const found = await benchmarks();
const unknown = positionals.filter((name) => !found.has(name));
if (unknown.length > 0) refuse(`no benchmark ${unknown.join(", ")}; there is ${[...found.keys()].join(", ")}`);
if (values.list) console.log([...found.keys()].join("\n"));
else await measureAll(positionals.length === 0 ? [...found.keys()] : positionals);

async function measureAll(names: readonly string[]): Promise<void> {
  const measured: MeasuredBenchmark[] = [];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    const started = Date.now();
    measured.push(await measure(name, found.get(name) ?? ""));
    console.error(`  ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  console.log(table(measured));
  for (const { name, failure } of measured) if (failure !== undefined) console.error(`\n${name}: ${failure}`);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  await mkdir(dirname(values.json), { recursive: true });
  const report = { at: new Date().toISOString(), node: process.version, machine, benchmarks: measured };
  await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  console.error(`\nfigures: ${values.json}`);
  const isGood = measured.every(({ figures, failure }) => failure === undefined && figures.every(isMet));
  if (!isGood) process.exitCode = 1;
}

/** Files of this folder that export `benchmark`, by name. */
async function benchmarks(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(".ts")).toSorted();
  const read = async (name: string): Promise<readonly [string, string][]> => {
    const path = join(import.meta.dirname, name);
    const isBenchmark = /^export const benchmark\b/m.test(await readFile(path, "utf8"));
    return isBenchmark ? [[basename(name, ".ts"), path]] : [];
  };
  return new Map((await Promise.all(files.map(read))).flat());
}

async function measure(name: string, file: string): Promise<MeasuredBenchmark> {
  try {
    const first = await once(file);
    const runs = [first.figures];
    const wanted = first.runs === 1 || values.once ? 1 : Number(values.runs ?? first.runs);
    while (runs.length < wanted) runs.push((await once(file)).figures);
    return { name, runs: runs.length, figures: medians(runs) };
  } catch (error) {
    return { name, runs: 0, figures: [], failure: firstLines(error) };
  }
}

async function once(file: string): Promise<{ readonly runs: number; readonly figures: readonly Figure[] }> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "one.ts"), file], {
    ...{ maxBuffer: 2 ** 26, timeout: 60 * 60_000 },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

/** A failed process's message holds all it printed. */
function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split("\n")
    .map((line) => line.slice(0, 200))
    .slice(0, 20)
    .join("\n");
}
