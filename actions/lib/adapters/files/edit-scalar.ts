/**
 * Changes exactly one value in a YAML text and nothing else: every comment, quote and blank stays.
 */

import { isDeepStrictEqual } from "node:util";
import { OperatorError } from "../../domain/operator-error.ts";
import type { Path } from "../../domain/schema.ts";
import { show } from "../../domain/wording.ts";
import { parseYaml } from "./parse-yaml.ts";
import { keyText, type Scalar, scalarText } from "./scalar-text.ts";
import { type MappingNode, reach, readValue, type ScalarNode, type YamlKey, type YamlNode } from "./yaml-node.ts";

/**
 * The text with the value at `path` set to `value`. Keys on the path that are missing are added under the last one there is, in
 * the style of its surroundings. The result is read again and compared before it is returned.
 *
 * @throws OperatorError when the text is no valid YAML, or when `path` leads to or through something that is not a single value,
 * for example `services.django.count` where the file has a mapping of `min` and `max`
 */
export function editScalar(text: string, path: Path, value: Scalar): string {
  const root = parsed(text);
  const { node, key, rest } = reach(root, path);
  const edited =
    rest.length === 0
      ? replaced(text, node, { path, value })
      : added(text, { parent: node, key }, { path, rest, value });
  verify(edited, { before: readValue(root), path, value });
  return edited;
}

interface Target {
  readonly path: Path;
  readonly value: Scalar;
}

function replaced(text: string, node: YamlNode, { path, value }: Target): string {
  if (node.kind !== "scalar") {
    throw new OperatorError(
      "not-a-single-value",
      `${path.join(".")} is a ${node.kind}, not a single value; name one inside it`,
    );
  }
  if (node.style === "block")
    return splice(text, blockHeader(text, node), node.end, `${scalarText(value)}${eolOf(text)}`);
  const gap = node.start === node.end ? " " : "";
  return splice(text, node.start, node.end, gap + scalarText(value, node.style));
}

interface Parent {
  readonly parent: YamlNode;
  readonly key: YamlKey | undefined;
}

function added(text: string, { parent, key }: Parent, { path, rest, value }: Target & { readonly rest: Path }): string {
  const [head, ...tail] = rest;
  const names = rest.filter((step) => typeof step === "string");
  const at = path.slice(0, path.length - rest.length).join(".") || "the file";
  if (head === undefined || names.length < rest.length) {
    throw new OperatorError(
      "no-such-item",
      `${at} has no item ${String(head)}; only keys can be added, not list items`,
    );
  }
  if (parent.kind === "mapping") {
    return parent.style === "flow" || parent.entries.length === 0
      ? addedToFlow(text, parent, flowEntry(names, value))
      : addedToBlock(text, parent, blockLines(names, value, indentOf(text, parent)));
  }
  if (parent.kind === "scalar" && parent.value === null && key !== undefined) {
    return splice(text, parent.start, parent.end, ` { ${flowEntry(names, value)} }`);
  }
  const what = parent.kind === "scalar" ? show(parent.value) : "a list";
  throw new OperatorError(
    "not-a-mapping",
    `${at} is ${what}, so ${[head, ...tail].join(".")} cannot be set inside it; change ${at} by hand`,
  );
}

function addedToFlow(text: string, parent: MappingNode, entry: string): string {
  const last = parent.entries.at(-1);
  if (last === undefined) return splice(text, parent.start + 1, parent.end - 1, ` ${entry} `);
  return splice(text, last.value.end, last.value.end, `, ${entry}`);
}

/** New lines go below the parent's last line, comments at its end included. */
function addedToBlock(text: string, parent: MappingNode, lines: readonly string[]): string {
  const eol = eolOf(text);
  const block = lines.map((line) => line + eol).join("");
  // A block scalar already ends behind its line break; everything else ends somewhere on its last line.
  if (/[\r\n]$/.test(text.slice(0, parent.end))) return splice(text, parent.end, parent.end, block);
  const rest = /^[^\r\n]*(\r\n|\n|\r)?/.exec(text.slice(parent.end));
  const end = parent.end + (rest?.[0].length ?? 0);
  return splice(text, end, end, rest?.[1] === undefined ? eol + block : block);
}

function blockLines(names: readonly string[], value: Scalar, indent: string): readonly string[] {
  return names.map((name, depth) => {
    const written = depth === names.length - 1 ? ` ${scalarText(value)}` : "";
    return `${indent}${"  ".repeat(depth)}${keyText(name)}:${written}`;
  });
}

function flowEntry([name = "", ...deeper]: readonly string[], value: Scalar): string {
  return `${keyText(name)}: ${deeper.length === 0 ? scalarText(value) : `{ ${flowEntry(deeper, value)} }`}`;
}

/** Blanks as wide as what stands before the mapping's first key, which after `- ` is more than indentation. */
function indentOf(text: string, { entries, start }: MappingNode): string {
  const first = entries[0]?.key.start ?? start;
  const lineStart = Math.max(text.lastIndexOf("\n", first - 1), text.lastIndexOf("\r", first - 1)) + 1;
  return " ".repeat(first - lineStart);
}

/** Where `|` or `>` stands: on the line before the block's text, or the last line when the block is empty. */
function blockHeader(text: string, { start }: ScalarNode): number {
  const header = /[|>][0-9+-]*[ \t]*(#[^\r\n]*)?(\r\n|\n|\r|$)\s*$/.exec(text.slice(0, start));
  if (header === null)
    throw new OperatorError("not-a-single-value", "a text of several lines can only be changed by hand");
  return header.index;
}

function eolOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function parsed(text: string): YamlNode {
  const result = parseYaml(text);
  if (result.ok) return result.root;
  throw new OperatorError(
    "invalid-yaml",
    `the file cannot be edited: ${result.faults[0]?.message ?? "it is not valid YAML"}`,
  );
}

/** Nothing is handed out that would not read as what was there before with this one value changed. */
function verify(edited: string, { before, path, value }: Target & { readonly before: unknown }): void {
  const after = parseYaml(edited);
  if (after.ok && isDeepStrictEqual(readValue(after.root), withValue(before, path, value))) return;
  throw new OperatorError(
    "edit-not-exact",
    `${path.join(".")} cannot be set to ${show(value)} without touching more; change it by hand`,
  );
}

function withValue(tree: unknown, [step, ...rest]: Path, value: Scalar): unknown {
  if (step === undefined) return value;
  if (Array.isArray(tree))
    return tree.map((item, position) => (position === step ? withValue(item, rest, value) : item));
  const entries = typeof tree === "object" && tree !== null ? Object.entries(tree) : [];
  const name = String(step);
  const changed = entries.map(([key, old]) => [key, key === name ? withValue(old, rest, value) : old] as const);
  const copy = {};
  for (const [key, child] of entries.some(([known]) => known === name)
    ? changed
    : [...changed, [name, withValue(undefined, rest, value)] as const]) {
    Object.defineProperty(copy, key, { value: child, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}
