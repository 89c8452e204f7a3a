/**
 * A comment as a command: nothing to us, something to answer, or exactly a command. Total over any text, in time that grows with its
 * length only.
 */

import type { Known } from "./argument-kinds.ts";
import { asSeen, concealment } from "./concealment.ts";
import type { Command } from "./grammar.ts";
import { type Answer, amended, type LineReading, readLine } from "./read-line.ts";

export type Reading =
  | Answer
  | {
      readonly kind: "command";
      readonly command: Command;
      /** Lines after the command that say something. They were not read, and the answer says so. */
      readonly ignoredLines: number;
    };

/** The longest command with the longest reason is shorter. UTF-16 units. */
const longestLine = 400;

/**
 * Reads the first line of a comment that is not empty. Quotations, code and HTML comments are no commands and get no answer; near
 * misses get one; a command has to be exactly one.
 *
 * @param body the comment as the event brought it, never as it was fetched later
 * @param known what can be named, from the default branch
 */
export function readComment(body: string, known: Known): Reading {
  const { line, rest } = firstLine(body);
  // A tab or four spaces make it code (CommonMark, indented code blocks).
  if (/^(?: {0,3}\t| {4})/.test(line)) return { kind: "ignore" };
  const reading = readVisible(line, known);
  if (reading.kind === "ignore") return reading;
  if (isMailReply(rest)) {
    // Whoever has one notification mail can answer it in the name of its receiver: the address is the only proof.
    return withoutSuggestion(
      amended("commands sent by e-mail are not run; write it on the pull request's page", reading),
    );
  }
  return reading.kind === "command" ? { ...reading, ignoredLines: spoken(rest) } : reading;
}

function firstLine(body: string): { readonly line: string; readonly rest: string } {
  const start = /\S/.exec(body)?.index ?? 0;
  // Back to the start of that line: leading blanks tell code from text.
  const from = Math.max(body.lastIndexOf("\n", start - 1), body.lastIndexOf("\r", start - 1)) + 1;
  const length = /[\r\n]/.exec(body.slice(start))?.index ?? body.length - start;
  return { line: body.slice(from, start + length), rest: body.slice(start + length) };
}

function readVisible(line: string, known: Known): LineReading {
  if (line.length > longestLine) {
    const meant = readLine(asSeen(line.slice(0, longestLine)), known);
    if (meant.kind === "ignore" || !line.trimStart().startsWith("/")) return { kind: "ignore" };
    return withoutSuggestion(
      amended(`the line has ${line.length} characters; no command has more than ${longestLine}`, meant),
    );
  }
  const hidden = concealment(line);
  const plain = line.trim();
  const reading = readLine(plain, known);
  if (hidden === undefined && reading.kind === "command") return reading;
  const seen = asSeen(line);
  if (!seen.startsWith("/")) return withoutSlash(seen, known);
  const meant = readLine(seen, known);
  if (hidden !== undefined || !plain.startsWith("/")) return amended(disguise(hidden), meant);
  return meant.kind === "command" ? amended("type the command with plain letters and digits", meant) : reading;
}

function disguise(hidden: ReturnType<typeof concealment>): string {
  return hidden === undefined
    ? "a command starts with a plain slash"
    : `column ${hidden.column} has the character ${hidden.character}, which cannot be seen or looks like another; type the line anew`;
}

/** `scale hospital-a 4`: complete but for the slash. Sentences that only begin like a command are left alone. */
function withoutSlash(line: string, known: Known): Answer {
  const meant = readLine(`/${line}`, known);
  if (meant.kind !== "command" || !("tenant" in meant.command) || "reason" in meant.command) return { kind: "ignore" };
  return amended("a command starts with a slash", meant);
}

/** What GitHub writes into every notification, and what mail programs write above the text they quote. */
const mailLine =
  /^(?:[> ]{0,20}(?:Reply to this email directly|You are receiving this because)|On .{1,200} wrote:$|-{2,10} ?Original Message ?-{2,10}$|-- $|Sent from my )/im;

function isMailReply(rest: string): boolean {
  return mailLine.test(rest.replace(/\r\n?/g, "\n"));
}

function spoken(rest: string): number {
  return rest.split(/\r\n|[\r\n]/).filter((line) => /\S/.test(line)).length;
}

function withoutSuggestion(reading: Answer): Answer {
  if (reading.kind !== "help") return reading;
  const { suggestion: _, ...answer } = reading;
  return answer;
}
