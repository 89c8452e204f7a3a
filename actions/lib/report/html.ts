/** HTML as values: strings put into a template are escaped, pieces of HTML stay as they are. */
import { oneLine, reveal } from "./visible.ts";

export interface Html {
  readonly html: string;
}

/** HTML from a template. Lists are joined; undefined leaves nothing. */
export function html(
  template: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[] | undefined)[]
): Html {
  return { html: template.map((own, index) => own + textOf(values[index])).join("") };
}

/** HTML of ours that must not be escaped: styles, scripts. Nothing foreign may come here. */
export function raw(own: string): Html {
  return { html: own };
}

/**
 * A value as JSON inside a script element: `<` cannot end it or open a comment. What a script shows of it hides nothing from the reader
 * either: its texts are revealed here, where HTML of ours is made, for a script has no such thing.
 */
export function jsonForScript(value: unknown): Html {
  const shown = (_key: string, text: unknown): unknown => (typeof text === "string" ? oneLine(text) : text);
  return { html: JSON.stringify(value, shown).replaceAll("<", "\\u003c") };
}

function textOf(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return value.toLocaleString("en-US");
  if ("html" in value) return value.html;
  return value.map((piece) => piece.html).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return reveal(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
