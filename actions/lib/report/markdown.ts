/**
 * Markdown as values. A string is foreign text until it has gone through here: `md` escapes every string put into it, so a report
 * that forgets to escape does not compile, it has nothing to forget. Inline pieces and blocks are different types, so a block
 * cannot get into a table cell.
 */

import { clip, entities, oneLine } from "./visible.ts";

/** One line of Markdown that may stand in a paragraph, a cell, a list item or a summary. */
export interface Inline {
  readonly inline: string;
}

/** Whole lines of Markdown that stand between blank lines. */
export interface Block {
  readonly block: string;
}

/** No single value is worth more of a reader's screen. Code points. */
const longestValue = 500;
const longestCause = 1_500;

/** Inline Markdown from a template: the template's own text is Markdown, strings put into it are escaped, `Inline` stays. */
export function md(template: TemplateStringsArray, ...values: readonly (string | number | Inline)[]): Inline {
  const parts = template.map((own, index) => {
    const value = values[index];
    return value === undefined ? own : own + inlineOf(value);
  });
  return { inline: parts.join("") };
}

/** Foreign text as plain words, at most so many code points of it. */
export function text(value: string, most: number = longestValue): Inline {
  return { inline: entities(clip(value, most)) };
}

/** A cause or a note: as AWS words them they can be long, and their end says what to do. */
export function causeText(value: string): Inline {
  return text(value, longestCause);
}

/** Foreign text in bold. */
export function strong(value: string | Inline): Inline {
  const { inline } = typeof value === "string" ? text(value) : value;
  // Asterisks only open and close beside letters; beside anything else HTML is the form that always holds.
  return {
    inline: /^[\p{L}\p{N}](?:[^*\\]*[\p{L}\p{N}])?$/u.test(inline) ? `**${inline}**` : `<strong>${inline}</strong>`,
  };
}

/**
 * A foreign value as code, exact and on one line: spaces that HTML would swallow are shown as `␣`, the empty string as `""`.
 * GitHub looks for no mentions, issue numbers or links inside code.
 */
export function code(value: string): Inline {
  const line = oneLine(clip(value, longestValue)).replace(/^ +| +$| {2,}/g, (spaces) => "␣".repeat(spaces.length));
  if (line === "") return { inline: '<code>""</code>' };
  // Backticks need no escapes but cannot hold backticks, and in a table no pipe; the rest is excluded to stay convertible to HTML.
  return { inline: /^[^`|<>&*\\]+$/.test(line) ? `\`${line}\`` : `<code>${entities(line)}</code>` };
}

/** A link of ours. The address must be http or https and may not come from tenant files or services. */
export function link(label: string, address: string): Inline {
  const url = new URL(address);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError(`not a web address: ${address}`);
  const href = url.href.replace(/[()<>[\]|\\*_`~"' ]/g, (character) => `%${hex(character)}`);
  return { inline: `[${entities(clip(label, longestValue))}](${href})` };
}

/** Pieces with something of ours between them. */
export function join(pieces: readonly Inline[], between: string): Inline {
  return { inline: pieces.map(({ inline }) => inline).join(between) };
}

/** Small print. */
export function small(content: Inline): Inline {
  return { inline: `<sub>${content.inline}</sub>` };
}

/** Inline Markdown where only HTML is read (a `<summary>`): our two kinds of Markdown, bold and code, become tags. */
export function asHtml(content: Inline): string {
  return content.inline.replace(/`([^`]*)`/g, "<code>$1</code>").replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
}

function inlineOf(value: string | number | Inline): string {
  if (typeof value === "string") return text(value).inline;
  return typeof value === "number" ? value.toLocaleString("en-US") : value.inline;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
}
