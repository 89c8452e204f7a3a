/**
 * A value as YAML text that reads back as exactly that value.
 */

import { plainValue } from "./parse-yaml.ts";
import type { ScalarStyle } from "./yaml-node.ts";

export type Scalar = string | number | boolean;

/** Words that mean themselves anywhere in YAML, inside brackets too: nothing in them is punctuation of the language. */
const plainWord = /^[A-Za-z0-9_./][A-Za-z0-9_./@+=~-]*( [A-Za-z0-9_./@+=~-]+)*$/;

/** Text to us, a truth value to the many tools that still read YAML 1.1. */
const yaml11Word = /^(y|n|yes|no|on|off)$/i;

/** The text for `value`, quoted as the value it replaces was, or only when it has to be. */
export function scalarText(value: Scalar, before: ScalarStyle = "plain"): string {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new RangeError(`${value} cannot be written as a YAML number`);
  if (typeof value !== "string") return String(value);
  const printable = /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff]*$/.test(value);
  if (before === "single-quoted" && printable) return `'${value.replaceAll("'", "''")}'`;
  if (before !== "double-quoted" && isPlain(value)) return value;
  return doubleQuoted(value);
}

/** The text for a key of a mapping. */
export function keyText(key: string): string {
  return isPlain(key) ? key : doubleQuoted(key);
}

function isPlain(text: string): boolean {
  return (
    text.length < 120 &&
    !yaml11Word.test(text) &&
    plainWord.test(text) &&
    text !== "---" &&
    text !== "..." &&
    plainValue(text) === text
  );
}

/** JSON's quoting is YAML's, except that YAML takes some characters only escaped. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
