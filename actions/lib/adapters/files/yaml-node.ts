/**
 * A YAML file as a tree whose every part knows where in the text it stands.
 */

import type { Path } from "../../domain/schema.ts";

export type ScalarStyle = "plain" | "single-quoted" | "double-quoted" | "block";

/** Offsets into the text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends Span {
  readonly kind: "scalar";
  readonly style: ScalarStyle;
  readonly value: string | number | boolean | null;
}

export interface YamlKey extends Span {
  readonly text: string;
}

export interface YamlEntry {
  readonly key: YamlKey;
  readonly value: YamlNode;
}

/** A flow collection (`{…}`, `[…]`) ends behind its bracket, a block collection behind its last child. */
export interface MappingNode extends Span {
  readonly kind: "mapping";
  readonly style: "block" | "flow";
  readonly entries: readonly YamlEntry[];
}

export interface SequenceNode extends Span {
  readonly kind: "sequence";
  readonly style: "block" | "flow";
  readonly items: readonly YamlNode[];
}

export type YamlNode = ScalarNode | MappingNode | SequenceNode;

/** Something wrong with the YAML itself, at an offset of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** The plain value of a node. Every key becomes a property of its own, whatever objects inherit. */
export function readValue(node: YamlNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "sequence":
      return node.items.map(readValue);
    case "mapping": {
      const value = {};
      for (const { key, value: child } of node.entries) {
        Object.defineProperty(value, key.text, {
          value: readValue(child),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return value;
    }
  }
}

/** How far down a path the tree goes: the last node on it, its key if it is an entry, and what is left of the path. */
export interface Reached {
  readonly node: YamlNode;
  readonly key: YamlKey | undefined;
  readonly rest: Path;
}

/** Follows `path` from `root` as far as it exists. */
export function reach(root: YamlNode, path: Path): Reached {
  let reached: Reached = { node: root, key: undefined, rest: path };
  for (const [depth, step] of path.entries()) {
    const next = childOf(reached.node, step);
    if (next === undefined) return reached;
    reached = { ...next, rest: path.slice(depth + 1) };
  }
  return reached;
}

function childOf(node: YamlNode, step: string | number): Omit<Reached, "rest"> | undefined {
  if (node.kind === "mapping") {
    const entry = node.entries.find(({ key }) => key.text === String(step));
    return entry && { node: entry.value, key: entry.key };
  }
  const item = node.kind === "sequence" && typeof step === "number" ? node.items[step] : undefined;
  return item && { node: item, key: undefined };
}
