/** Which word of a command is which argument. Decides by place and keyword; whether the words are any good is not asked here. */

import { type Known, kinds } from "./argument-kinds.ts";
import type { Argument } from "./grammar.ts";

export interface Placed {
  /** Words by the name of their argument. */
  readonly words: Readonly<Record<string, string>>;
  readonly missing: readonly Argument[];
  /** Words that are left over, and the argument each was probably meant for. */
  readonly extra: readonly { readonly word: string; readonly meant?: Argument }[];
}

/** Places the words after the verb. */
export function placeWords(all: readonly string[], expected: readonly Argument[], known: Known): Placed {
  const keywords = new Map(
    expected.flatMap((argument) => (argument.keyword === undefined ? [] : [[argument.keyword as string, argument]])),
  );
  // The first word is never a keyword: a tenant may be called "for".
  const first = all.findIndex((word, index) => index > 0 && keywords.has(word));
  const [plain, rest] = first < 0 ? [all, []] : [all.slice(0, first), all.slice(first)];
  const inPlace = byPlace(
    plain,
    expected.filter(({ keyword }) => keyword === undefined),
    known,
  );
  const named = byKeyword(rest, keywords);
  const words = { ...inPlace.words, ...named.words };
  const free = expected.filter(({ name }) => words[name] === undefined && !named.empty.includes(name));
  return {
    words,
    // A keyword that stands there twice, once without a value, is not made good by the other.
    missing: expected.filter(
      ({ name, need }) => named.empty.includes(name) || (words[name] === undefined && need === "required"),
    ),
    extra: claimed([...inPlace.extra, ...named.extra], free, known),
  };
}

interface Taken {
  readonly words: Readonly<Record<string, string>>;
  readonly extra: readonly string[];
}

function byPlace(all: readonly string[], expected: readonly Argument[], known: Known): Taken {
  const words: Record<string, string> = {};
  let at = 0;
  expected.forEach((argument, index) => {
    const word = all[at];
    if (word === undefined) return;
    if (argument.kind === "reason") {
      // People write "because" here as well, since every other command wants it.
      words[argument.name] = all.slice(word === "because" ? at + 1 : at).join(" ");
      at = all.length;
      return;
    }
    const after = expected.slice(index + 1);
    const later = after.filter(({ need }) => need === "required");
    const skip = argument.need === "optional" && !plausible(argument, word, known);
    const fits = later.some((other) => plausible(other, word, known)) || after.some(({ kind }) => kind === "reason");
    if (skip && (all.length - at <= later.length || fits)) return;
    words[argument.name] = word;
    at++;
  });
  return { words, extra: all.slice(at) };
}

function byKeyword(
  all: readonly string[],
  keywords: ReadonlyMap<string, Argument>,
): Taken & { readonly empty: readonly string[] } {
  const words: Record<string, string> = {};
  const extra: string[] = [];
  const empty: string[] = [];
  for (let at = 0; at < all.length; at++) {
    const word = all[at] ?? "";
    const argument = keywords.get(word);
    if (argument === undefined) {
      extra.push(word);
      continue;
    }
    if (words[argument.name] !== undefined) {
      // The second one and its value are one thing too many.
      extra.push(all.slice(at, at + 2).join(" "));
      at++;
      continue;
    }
    const value = argument.kind === "reason" ? all.slice(at + 1).join(" ") : (all[at + 1] ?? "");
    if (value === "" || keywords.has(value)) {
      empty.push(argument.name);
      continue;
    }
    words[argument.name] = value;
    if (argument.kind === "reason") break;
    at++;
  }
  return { words, extra, empty };
}

/** `4 django`, `15m` without since, words without because: each left-over word goes to a free argument it fits. */
function claimed(extra: readonly string[], free: readonly Argument[], known: Known): Placed["extra"] {
  const open = new Set(free);
  const each = extra.map((word) => {
    const meant = [...open].find((argument) => plausible(argument, word, known));
    if (meant !== undefined) open.delete(meant);
    return { word, ...(meant !== undefined && { meant }) };
  });
  const reason = [...open].find(({ kind }) => kind === "reason");
  if (reason === undefined || extra.length < 2 || each.some(({ meant }) => meant !== undefined)) return each;
  return [{ word: extra.join(" "), meant: reason }];
}

function plausible({ kind }: Argument, word: string, known: Known): boolean {
  if (kind === "reason") return false;
  const read = kinds[kind].read(word, known);
  return "value" in read || read.instead !== undefined;
}
