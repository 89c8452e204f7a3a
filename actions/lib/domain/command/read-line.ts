/** One line as a command. The line is known to stand first in a comment and to have only visible characters. */

import { closest } from "../spelling.ts";
import { show } from "../wording.ts";
import type { Known } from "./argument-kinds.ts";
import type { Command } from "./grammar.ts";
import { readArguments } from "./read-arguments.ts";
import { type CommandVerb, commandVerbs, foreignCommands, isVerb, otherWords } from "./verbs.ts";
import { writeCommand } from "./write-command.ts";

/** What is no command: nothing to us, or something to answer. */
export type Answer =
  | { readonly kind: "ignore" }
  | {
      readonly kind: "help";
      /** Everything that keeps it from being a command, each a sentence. */
      readonly because: readonly string[];
      /** The command that was probably meant; it parses. */
      readonly suggestion?: string;
      /** How it is used, with the words that are right already in place; where the verb is plain. */
      readonly usage?: string;
      /** The verb it is about, where that is plain. */
      readonly verb?: CommandVerb;
    };

export type LineReading = Answer | { readonly kind: "command"; readonly command: Command };

/** Reads a line that may be a command. */
export function readLine(line: string, known: Known): LineReading {
  const [head = "", ...words] = line.split(" ").filter((word) => word !== "");
  if (!head.startsWith("/")) return { kind: "ignore" };
  const verb = head.slice(1);
  if (isVerb(verb)) return readVerb(verb, words, known);
  if (verb === "") return spaceAfterSlash(words, known);
  // Paths (/usr/bin) and fractions are no commands of anybody.
  if (!/^\p{L}[\p{L}\p{M}\p{N}_-]{0,30}[:,.;!]?$/u.test(verb)) return { kind: "ignore" };
  return unknownVerb(verb, words, known);
}

function readVerb(verb: CommandVerb, words: readonly string[], known: Known): LineReading {
  const read = readArguments(verb, words, known);
  if ("command" in read) return { kind: "command", command: read.command };
  return {
    kind: "help",
    because: read.problems,
    usage: read.usage,
    ...(read.suggestion !== undefined && { suggestion: read.suggestion }),
    verb,
  };
}

function spaceAfterSlash([verb = "", ...words]: readonly string[], known: Known): LineReading {
  if (!isVerb(verb)) return { kind: "ignore" };
  return amended("no space may stand after the slash", readVerb(verb, words, known));
}

function unknownVerb(word: string, words: readonly string[], known: Known): LineReading {
  const bare = word.replace(/[:,.;!]$/, "").toLowerCase();
  if (foreignCommands.has(bare)) return { kind: "ignore" };
  const near = isVerb(bare) ? bare : closest(bare, commandVerbs);
  const meant = otherWords.get(bare) ?? commandVerbs.find((verb) => verb === near);
  if (meant !== undefined) {
    return amended(`no command is called ${show(`/${word}`)}; did you mean /${meant}?`, readVerb(meant, words, known));
  }
  // Somebody who names a tenant, or nothing else at all, meant us; other lines that start with a slash may be anything.
  if (words.length > 0 && !words.some((other) => known.tenants.includes(other))) return { kind: "ignore" };
  return { kind: "help", because: [`no command is called ${show(`/${word}`)}`] };
}

/** The reading of what was meant as an answer, with one more thing that is wrong. */
export function amended(problem: string, meant: LineReading): Answer {
  switch (meant.kind) {
    case "ignore":
      return meant;
    case "help":
      return { ...meant, because: [problem, ...meant.because] };
    case "command":
      return { kind: "help", because: [problem], suggestion: writeCommand(meant.command), verb: meant.command.verb };
  }
}
