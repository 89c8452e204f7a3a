/** Why somebody does something, in their own words. */

import { show } from "../wording.ts";
import type { ReadWord } from "./argument-kinds.ts";

const shortest = 10;
const longest = 200;

/**
 * Letters and digits of any language and plain punctuation. A reason goes into commit messages, descriptions and e-mails, each with
 * rules of its own: so no `@` (it would call people), no `<`, `>` or backtick, nothing that is not seen.
 */
const allowed = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,;:'’"!?&()/+%#=–—-]*$/u;

/** A reason as it will be kept, or what is wrong with it. */
export function readReason(words: string): ReadWord<string> {
  const text = words.normalize("NFC");
  if (text.length < shortest)
    return { problem: `reason must have at least ${shortest} characters, got ${show(words)}` };
  if (text.length > longest) return { problem: `reason has ${text.length} characters and may have ${longest}` };
  if (allowed.test(text)) return { value: text };
  return {
    problem: `reason may have letters, digits, spaces and .,;:'"!?&()/+%#=- and starts with a letter or digit, got ${show(words)}`,
  };
}
