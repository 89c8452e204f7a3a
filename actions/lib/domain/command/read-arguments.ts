/** The words after a verb as a command, or everything that is wrong with them at once. */

import { show } from "../wording.ts";
import { type Known, kinds, type ReadWord } from "./argument-kinds.ts";
import { type Argument, type Command, ruleOf } from "./grammar.ts";
import { placeWords } from "./place-words.ts";
import type { CommandVerb } from "./verbs.ts";
import { usage, withKeyword, writeCommand } from "./write-command.ts";

export type ReadArguments =
  | { readonly command: Command }
  | {
      readonly problems: readonly string[];
      /** How the verb is used, with the words that are right already in place. */
      readonly usage: string;
      /** The command that was probably meant; it parses. */
      readonly suggestion?: string;
    };

/** Reads the words after `verb`. */
export function readArguments(verb: CommandVerb, words: readonly string[], known: Known): ReadArguments {
  const read = readOnce(verb, words, known);
  if ("command" in read) return read;
  const { mended, ...answer } = read;
  const meant = mended === undefined ? undefined : readOnce(verb, mended, known);
  return { ...answer, ...(meant !== undefined && "command" in meant && { suggestion: writeCommand(meant.command) }) };
}

type ReadOnce =
  | { readonly command: Command }
  /** `mended` are the words with each mistake replaced by what was probably meant, where that can be said of all. */
  | { readonly problems: readonly string[]; readonly usage: string; readonly mended?: readonly string[] };

function readOnce(verb: CommandVerb, words: readonly string[], known: Known): ReadOnce {
  const expected = ruleOf(verb).arguments;
  const placed = placeWords(words, expected, known);
  const values = expected.flatMap((argument) => {
    const word = placed.words[argument.name];
    if (word === undefined) return [];
    const read: ReadWord<unknown> = kinds[argument.kind].read(word, known);
    return [{ argument, word, read }];
  });
  const problems = [
    ...values.flatMap(({ read }) => ("problem" in read ? [withHint(read)] : [])),
    ...placed.missing.map(({ name, keyword }) =>
      keyword === undefined ? `${name} is missing` : `nothing follows ${keyword}`,
    ),
    ...placed.extra.map(leftOver),
  ];
  if (problems.length === 0) {
    const given = values.map(
      ({ argument, read }) => [argument.name, "value" in read ? read.value : undefined] as const,
    );
    // The table gives each name the type its kind reads; TypeScript cannot follow that through `fromEntries`.
    return { command: { verb, ...Object.fromEntries(given) } as Command };
  }
  const right = values
    .filter(({ read }) => "value" in read)
    .map(({ argument, word }) => [argument.name, word] as const);
  const answer = { problems, usage: usage(verb, Object.fromEntries(right)) };
  const better = new Map(values.map(({ argument, word, read }) => [argument, mend(word, read)]));
  for (const { word, meant } of placed.extra) {
    if (meant !== undefined) better.set(meant, mend(word, kinds[meant.kind].read(word, known)));
  }
  const lost = placed.missing.length > 0 || placed.extra.some(({ meant }) => meant === undefined);
  if (lost || [...better.values()].includes(undefined)) return answer;
  const mended = expected.flatMap((argument) => {
    const word = better.get(argument);
    return word === undefined ? [] : withKeyword(argument, word).split(" ");
  });
  return { ...answer, mended };
}

function withHint({ problem, instead }: { readonly problem: string; readonly instead?: string | undefined }): string {
  return instead === undefined ? problem : `${problem}; did you mean ${instead}?`;
}

function leftOver({ word, meant }: { readonly word: string; readonly meant?: Argument }): string {
  if (meant === undefined) return `${show(word)} does not belong here`;
  if (meant.keyword !== undefined) return `write ${show(withKeyword(meant, word))}, got ${show(word)}`;
  return `${show(word)} stands in the wrong place for the ${meant.name}`;
}

/** The word itself when it reads, otherwise what was probably meant. */
function mend(word: string, read: ReadWord<unknown>): string | undefined {
  return "value" in read ? word : read.instead;
}
