#!/usr/bin/env node
/**
 * Bundles every action into its committed dist/, or with `--check` says which bundles are not what their sources make and exits
 * with 1. An action is a folder with an action.yml.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commandLine } from "./command-line.ts";

const root = join(import.meta.dirname, "..");
const usage = `scripts/build [--check] [action …]: bundles the actions into their dist/

  action   such as plan; all if left out
  --check  changes nothing, and ends with 1 if a committed bundle is not what its sources make`;
const { values, positionals, refuse } = commandLine(
  { usage },
  { options: { check: { type: "boolean", default: false } }, allowPositionals: true },
);

const bundling = ["--license", "licenses.txt", "--no-cache"];
const minifying = ["--module", "--toplevel", "--compress", "ecma=2020", "--mangle", "--comments", "false"];

const all = (await readdir(join(root, "actions"))).filter((name) =>
  existsSync(join(root, "actions", name, "action.yml")),
);
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) refuse(`no action ${unknown.join(", ")}; there is ${all.join(", ")}`);
const actions = positionals.length === 0 ? all : positionals;
const stale: string[] = [];
// Two at a time: each bundling takes a core and some hundred MiB.
const queue = [...actions];
await Promise.all([worker(), worker()]);
if (stale.length > 0) {
  console.log(`not what their sources make, run scripts/build: ${stale.sort().join(", ")}`);
  process.exitCode = 1;
}

async function worker(): Promise<void> {
  for (let action = queue.shift(); action !== undefined; action = queue.shift()) {
    const made = await bundle(action);
    const committed = join(root, "actions", action, "dist");
    if (values.check) {
      if (!(await sameFiles(made, committed))) stale.push(action);
    } else {
      await rm(committed, { recursive: true, force: true });
      await cp(made, committed, { recursive: true });
      console.log(`${action}: ${Math.round((await readFile(join(committed, "index.js"))).length / 1024)} KiB`);
    }
    await rm(made, { recursive: true });
  }
}

/**
 * Bundles into a folder of its own, and returns it. The bundler's own minifier works module by module and keeps all they export;
 * minified as the one module it is, a bundle loses what nothing uses, a quarter of its size.
 */
async function bundle(action: string): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), `bundle-${action}-`));
  const index = join(out, "index.js");
  await node(
    "@vercel/ncc/dist/ncc/cli.js",
    "build",
    join(root, "actions", action, "main.ts"),
    ...bundling,
    "--out",
    out,
  );
  await node("terser/bin/terser", index, ...minifying, "--output", index);
  return out;
}

/** Runs the program of an installed package. */
async function node(program: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, "node_modules", program), ...args], { cwd: root });
}

async function sameFiles(a: string, b: string): Promise<boolean> {
  const [names, others] = await Promise.all([list(a), list(b)]);
  if (names.join() !== others.join()) return false;
  const equal = await Promise.all(
    names.map(async (name) => (await readFile(join(a, name))).equals(await readFile(join(b, name)))),
  );
  return equal.every(Boolean);
}

async function list(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? (await readdir(folder)).sort() : [];
}
