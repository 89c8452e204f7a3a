/** A piece of HTML that is safe to put into a page. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | undefined | false | readonly Piece[];

/** Writes HTML: everything put in is escaped unless it is Html itself; lists are joined; false and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return { html: strings.reduce((text, part, at) => text + flatten(values[at - 1]) + part) };
}

/** HTML that somebody else has made safe. */
export function trusted(text: string): Html {
  return { html: text };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function flatten(value: Piece): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  if (isHtml(value)) return value.html;
  return value.map(flatten).join("");
}

function isHtml(value: Html | readonly Piece[]): value is Html {
  return "html" in value;
}
