/**
 * One file people wrote: from bytes to a typed value, or to everything that is wrong with it, each at its line and column.
 */

import type * as z from "zod";
import type { Problem } from "../../domain/problem.ts";
import { check, type Finding, type Fixed, type Misplaced, type Path } from "../../domain/schema.ts";
import { lineIndex, type Place } from "./line-index.ts";
import { parseYaml } from "./parse-yaml.ts";
import { largestDeclaration, type SourceFile } from "./source-file.ts";
import { reach, readValue, type YamlNode } from "./yaml-node.ts";

/** A file that was read, with the way back from its values to its lines. */
export interface Located {
  readonly path: string;
  readonly text: string;
  /** The line and column of the value at `path`, or of the nearest thing around it that the file has. */
  readonly locate: (path: Path) => Place;
}

export interface Declaration<T> extends Located {
  readonly value: Fixed<T>;
  /** A finding about this file as a problem at its place. */
  readonly problem: (finding: Finding) => Problem;
}

export interface Form<T> {
  readonly schema: z.ZodType<T>;
  readonly misplaced: Misplaced;
}

export type DeclarationReading<T> =
  | { readonly ok: true; readonly declaration: Declaration<T> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads one declaration. Never throws, whatever the file holds. */
export function readDeclaration<T>(file: SourceFile, { schema, misplaced }: Form<T>): DeclarationReading<T> {
  const start = { file: file.path, line: 1, column: 1 };
  if (file.kind !== "file")
    return refused({ ...start, message: "this must be a file, not a link or anything else; put the content here" });
  if (file.bytes === undefined || file.size > largestDeclaration) {
    return refused({
      ...start,
      message: `the file has ${Math.ceil(file.size / 1024)} KiB and may have ${largestDeclaration / 1024}; nothing in it was read`,
    });
  }
  const { text, fault } = decode(file.bytes);
  const place = lineIndex(text);
  if (fault !== undefined) return refused({ file: file.path, ...place(fault.offset), message: fault.message });

  const parsed = parseYaml(text);
  if (!parsed.ok) {
    return refused(...parsed.faults.map(({ offset, message }) => ({ file: file.path, ...place(offset), message })));
  }
  const { root } = parsed;
  const problem = ({ path, at, message, hint }: Finding): Problem => ({
    file: file.path,
    ...place(offsetOf(root, path, at)),
    message,
    ...(hint !== undefined && { hint }),
  });
  const checked = check(schema, readValue(root), misplaced);
  if (!checked.ok) return refused(...checked.findings.map(problem));
  const locate = (path: Path): Place => place(offsetOf(root, path, "value"));
  return { ok: true, declaration: { path: file.path, text, locate, value: checked.value, problem } };
}

/**
 * Where to put the cursor for `path`: at the value; at the key when the key is meant, or when the value begins lines below it or
 * is not written at all; and for what is missing at whatever should contain it.
 */
export function offsetOf(root: YamlNode, path: Path, at: Finding["at"]): number {
  const { node, key, rest } = reach(root, path);
  if (key === undefined) return node.start;
  const beside = node.kind === "scalar" && node.style !== "block" && node.end > node.start;
  return at === "value" && rest.length === 0 && beside ? node.start : key.start;
}

function refused(...problems: readonly Problem[]): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems };
}

function decode(bytes: Uint8Array): {
  readonly text: string;
  readonly fault?: { readonly offset: number; readonly message: string };
} {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (text.startsWith("\ufeff")) {
    return {
      text,
      fault: { offset: 0, message: "the file starts with a byte order mark; save it as UTF-8 without one" },
    };
  }
  // U+FFFD stands for bytes that are no UTF-8, unless the file holds that very character.
  const valid = Buffer.from(text, "utf8").equals(bytes);
  if (valid) return { text };
  return {
    text,
    fault: {
      offset: Math.max(text.indexOf("\ufffd"), 0),
      message: "the file is not UTF-8 from here on; save it as UTF-8",
    },
  };
}
