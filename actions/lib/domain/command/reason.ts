/** Why somebody does something, in their own words. */

import { serviceNames } from "../tenant.ts";
import { show } from "../wording.ts";
import type { Known, ReadWord } from "./argument-kinds.ts";

const shortest = 10;
const longest = 200;

/**
 * Letters and digits of any language and plain punctuation. A reason goes into commit messages, descriptions and e-mails, each with
 * rules of its own: so no `@` (it would call people), no `<`, `>` or backtick, nothing that is not seen.
 */
const allowed = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,;:'’"!?&()/+%#=–—-]*$/u;

const fillers: readonly string[] = ["and", "or", "also", "with", "for", "on", "of", "then", "plus", "both", "+", "&"];

/** A reason as it will be kept, or what is wrong with it. */
export function readReason(words: string, { tenants }: Known): ReadWord<string> {
  const text = words.normalize("NFC");
  const each = text.split(" ");
  const names: readonly string[] = [...tenants, ...serviceNames];
  const namesOnly = (some: readonly string[]): boolean =>
    some.every((word) => fillers.includes(word) || names.includes(word.replace(/,$/, "")));
  const why = each.indexOf("because");
  // Not a reason but the wish for more, or for less: whoever names two tenants must not be left with one of them done, and whoever names a
  // service not with all of them.
  if (namesOnly(each) || (why > 0 && namesOnly(each.slice(0, why)))) {
    return { problem: `names alone are no reason, got ${show(words)}; one command is for one tenant` };
  }
  if (text.length < shortest || each.length < 2) {
    return { problem: `reason must be a few words of at least ${shortest} characters, got ${show(words)}` };
  }
  if (text.length > longest) return { problem: `reason has ${text.length} characters and may have ${longest}` };
  if (allowed.test(text)) return { value: text };
  return {
    problem: `reason may have letters, digits, spaces and .,;:'"!?&()/+%#=- and starts with a letter or digit, got ${show(words)}`,
  };
}
