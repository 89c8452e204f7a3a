/** Who may import whom in actions/: the directions of dependency as data, and what breaks them. */
import { posix } from "node:path";
import type { Source } from "./source.ts";

export const layers = [
  "domain",
  "ports",
  "engine",
  "report",
  "adapters",
  "runtime",
  "contract",
  "use case",
  "main",
] as const;
export type Layer = (typeof layers)[number];

interface Rule {
  /** Layers of ours it may import; of its own action's folder as well where `own` says so. */
  readonly ours: readonly Layer[];
  readonly own: readonly Layer[];
  /** Packages and Node's modules it may import. */
  readonly packages: RegExp;
}

const nothing = /^(?!)/;

export const rules: Readonly<Record<Layer, Rule>> = {
  // A hash is a pure function, so it is no I/O.
  domain: { ours: ["domain"], own: [], packages: /^(zod|node:crypto)$/ },
  ports: { ours: ["domain", "ports"], own: [], packages: nothing },
  engine: { ours: ["domain", "ports", "engine"], own: [], packages: nothing },
  report: { ours: ["domain", "report"], own: [], packages: nothing },
  adapters: { ours: ["domain", "ports", "adapters"], own: [], packages: /./ },
  runtime: { ours: ["domain", "ports", "runtime"], own: [], packages: /^(zod|node:crypto|node:fs)$/ },
  contract: { ours: ["domain", "runtime"], own: [], packages: /^zod$/ },
  "use case": { ours: ["domain", "ports", "engine"], own: ["use case"], packages: nothing },
  main: {
    ours: ["domain", "ports", "engine", "report", "adapters", "runtime"],
    own: ["contract", "use case"],
    packages: nothing,
  },
};

/** @throws Error for a path in actions/ that belongs to no layer */
export function layerOf(path: string): Layer {
  const [, folder, name = ""] = path.split("/");
  const layer = folder === "lib" ? layers.find((known) => known === name) : actionLayer(path);
  if (layer === undefined) throw new Error(`${path} belongs to no layer; put it into one of actions/lib, or an action`);
  return layer;
}

function actionLayer(path: string): Layer | undefined {
  if (!/^actions\/[^/]+\/[^/]+\.ts$/.test(path)) return undefined;
  const name = posix.basename(path, ".ts");
  return name === "main" || name === "contract" ? name : "use case";
}

/** Each import of a source of actions/ that its layer may not have, in words. */
export function breaches({ path, imports }: Source): readonly string[] {
  const layer = layerOf(path);
  const { ours, own, packages } = rules[layer];
  return imports.flatMap((target) => {
    const says = (why: string): readonly string[] => [`${path} (${layer}) imports ${target}: ${why}`];
    if (!target.includes("/") || target.startsWith("node:") || target.startsWith("@")) {
      return packages.test(target) ? [] : says("not a package of this layer");
    }
    if (!target.startsWith("actions/")) return says("production code is in actions/ only");
    const other = layerOf(target);
    if (ours.includes(other)) return [];
    if (!own.includes(other)) return says(`${layer} may not know ${other}`);
    return posix.dirname(target) === posix.dirname(path) ? [] : says("no action knows another");
  });
}

/**
 * The files along each cycle of imports that load one another, once per cycle found; empty if there is none. Types may refer to
 * each other: they are gone before anything is loaded.
 */
export function cycles(sources: readonly Source[]): readonly (readonly string[])[] {
  const graph = new Map(sources.map(({ path, loads }) => [path, loads]));
  const done = new Set<string>();
  const found: (readonly string[])[] = [];
  const follow = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path]);
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) if (graph.has(next)) follow(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) follow(path, []);
  return found;
}
