/** Commands as text: a whole one, and the line that says how one is used. */

import { kinds } from "./argument-kinds.ts";
import { type Argument, type Command, ruleOf } from "./grammar.ts";
import type { CommandVerb } from "./verbs.ts";

/** The line that reads as this command. Readable as the comment of a person, and by `readComment`. */
export function writeCommand(command: Command): string {
  const values: Readonly<Record<string, unknown>> = { ...command };
  const all = ruleOf(command.verb).arguments;
  const words = all.flatMap((argument, index) => {
    const value = values[argument.name];
    if (value === undefined) return [];
    const leftOut = all.slice(0, index).filter(({ name }) => values[name] === undefined);
    return [placed(argument, written(argument, value), leftOut)];
  });
  return [`/${command.verb}`, ...words].join(" ");
}

/** A value as it stands in a line. @param leftOut arguments before it that have no value */
function placed(argument: Argument, word: string, leftOut: readonly Argument[]): string {
  const stands = argument.kind === "reason" && argument.keyword === undefined;
  return stands && isTakenFor(leftOut, word) ? `because ${word}` : withKeyword(argument, word);
}

/** Whether a reason that stands at its place begins like something else that was left out: then it takes a word before it. */
function isTakenFor(leftOut: readonly Argument[], reason: string): boolean {
  const [first = ""] = reason.split(" ");
  // One "because" in front is taken off when it is read.
  if (first === "because") return true;
  return leftOut.some(({ kind, keyword }) => {
    const read = kinds[kind].read(first, { tenants: [] });
    return keyword === undefined && ("value" in read || read.instead !== undefined);
  });
}

/**
 * How a verb is used: `/scale <tenant> [<service>] <n | min-max> [for <time>] [because <reason>]`.
 *
 * @param given words already known, by argument: they stand instead of their placeholder
 */
export function usage(verb: CommandVerb, given: Readonly<Record<string, string>> = {}): string {
  const all = ruleOf(verb).arguments;
  const words = all.map((argument, index) => {
    const word = given[argument.name];
    const leftOut = all.slice(0, index).filter(({ name }) => given[name] === undefined);
    if (word !== undefined) return placed(argument, word, leftOut);
    const form = withKeyword(argument, kinds[argument.kind].form);
    return argument.need === "optional" ? `[${form}]` : form;
  });
  return [`/${verb}`, ...words].join(" ");
}

/** Keyword and value as they stand in a line. */
export function withKeyword({ keyword }: Argument, word: string): string {
  return keyword === undefined ? word : `${keyword} ${word}`;
}

function written({ kind }: Argument, value: unknown): string {
  // The grammar ties a name to a kind and the kind to the type of the value; TypeScript cannot follow it through the table.
  const write = kinds[kind].write as (value: unknown) => string;
  return write(value);
}
