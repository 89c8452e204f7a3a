/**
 * Collects parser events into one tree and keeps the faults found on the way, so that all are reported and not the first.
 */

import { COLLECTION_STYLE, type CollectionStyle } from "js-yaml";
import { show } from "../../domain/wording.ts";
import type { YamlEntry, YamlFault, YamlKey, YamlNode } from "./yaml-node.ts";

interface Open {
  readonly kind: "document" | "mapping" | "sequence";
  readonly style: "block" | "flow";
  readonly start: number;
  readonly entries: YamlEntry[];
  readonly items: YamlNode[];
  readonly seen: Set<string>;
  key: YamlKey | undefined;
  /** Where the last child ended. */
  last: number;
}

export class TreeBuilder {
  readonly faults: YamlFault[] = [];
  root: YamlNode | undefined;
  readonly #text: string;
  readonly #open: Open[] = [];
  #documents = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fault(offset: number, message: string): void {
    this.faults.push({ offset, message });
  }

  openDocument(): void {
    this.#documents++;
    const last = this.root?.end ?? 0;
    if (this.#documents === 2)
      this.fault(nextMarker(this.#text, last), "a file holds one document; split the rest into files of their own");
    this.#push("document", last, "block");
  }

  openCollection(kind: "mapping" | "sequence", start: number, style: CollectionStyle): void {
    this.#push(kind, start, style === COLLECTION_STYLE.FLOW ? "flow" : "block");
  }

  /** Adds a finished node. `make` gets the offset at which an empty value would stand. */
  add(make: (after: number) => YamlNode): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    const node = make(parent.key === undefined ? parent.last : afterColon(this.#text, parent.key.end));
    if (parent.kind === "mapping" && parent.key === undefined) {
      this.#takeKey(parent, node);
      return;
    }
    parent.last = Math.max(node.end, parent.last);
    if (parent.kind === "document") this.root ??= node;
    if (parent.kind === "sequence") parent.items.push(node);
    if (parent.kind === "mapping" && parent.key !== undefined) {
      parent.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    }
  }

  /** Ends the collection or document opened last. */
  close(): void {
    const done = this.#open.pop();
    if (done === undefined || done.kind === "document") return;
    // `[a: 1]` holds a mapping without brackets of its own.
    const bracketed = done.style === "flow" && /[{[]/.test(this.#text[done.start] ?? "");
    const end = bracketed ? afterBracket(this.#text, Math.max(done.last, done.start + 1)) : done.last;
    const span = { start: done.start, end, style: done.style };
    this.add(() =>
      done.kind === "mapping"
        ? { kind: "mapping", ...span, entries: done.entries }
        : { kind: "sequence", ...span, items: done.items },
    );
  }

  #push(kind: Open["kind"], start: number, style: Open["style"]): void {
    this.#open.push({ kind, style, start, entries: [], items: [], seen: new Set(), key: undefined, last: start });
  }

  #takeKey(parent: Open, node: YamlNode): void {
    const text = node.kind === "scalar" ? String(node.value) : "";
    if (node.kind !== "scalar" || node.value === null) this.fault(node.start, "a key must be a word");
    else if (text === "<<") this.fault(node.start, "merge keys are not supported here; write the values out");
    else if (text === "__proto__") this.fault(node.start, "__proto__ is not a key anything here has; remove it");
    else if (parent.seen.has(text)) this.fault(node.start, `key ${show(text)} is written twice; keep one`);
    parent.seen.add(text);
    parent.key = { text, start: node.start, end: node.end };
    parent.last = Math.max(node.end, parent.last);
  }
}

/** Behind the colon that follows a key; there may be blanks, and for `? key` a line break, in between. */
function afterColon(text: string, keyEnd: number): number {
  const colon = /^[ \t]*(?:#[^\r\n]*)?[\s]*:/.exec(text.slice(keyEnd, keyEnd + 1024));
  return colon === null ? keyEnd : keyEnd + colon[0].length;
}

/** Behind the bracket that closes a flow collection whose last child ended at `from`. */
function afterBracket(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === "}" || character === "]") return at + 1;
    // A comment inside a flow collection may hold brackets of its own.
    if (character === "#") at = endOfLine(text, at);
    else at++;
  }
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

function nextMarker(text: string, from: number): number {
  const marker = text.indexOf("\n---", Math.max(from - 1, 0));
  return marker < 0 ? from : marker + 1;
}
