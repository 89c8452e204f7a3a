import { escapeHtml } from "./html.ts";

/** Elements GitHub lets through in comments. */
const ALLOWED = new Set(
  `a abbr b bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img
  input ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time
  tr tt ul var wbr`.split(/\s+/),
);

const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

/** Elements that go together with everything in them. */
const DROPPED_WHOLE =
  /^<(script|style|iframe|noembed|noframes|noscript|xmp|plaintext|textarea|title|svg|math|template)\b/i;

const PLAIN_ATTRIBUTES = new Set(["align", "alt", "colspan", "rowspan", "start", "title", "open", "width", "height"]);

/** Classes the Markdown renderer itself writes; any other is dropped. */
const CLASSES = new Set(
  "diff diff-add diff-del diff-hunk diff-note task alert alert-title alert-note alert-tip alert-important alert-warning alert-caution".split(
    " ",
  ),
);

const TAG = /^<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/;

/**
 * Makes HTML from a comment harmless, as GitHub does after rendering: only known elements and attributes survive, comments go,
 * every element that was opened is closed, so nothing can reach outside the comment. Images become their description: a page
 * must not call anywhere.
 */
export function sanitize(input: string): string {
  const open: string[] = [];
  let out = "";
  let at = 0;
  while (at < input.length) {
    const next = input.indexOf("<", at);
    if (next === -1) break;
    out += input.slice(at, next);
    const rest = input.slice(next);
    const comment = /^<!--[\s\S]*?(?:-->|$)/.exec(rest);
    const dropped = DROPPED_WHOLE.exec(rest);
    const tag = TAG.exec(rest);
    if (comment !== null) {
      at = next + comment[0].length;
    } else if (dropped !== null) {
      const end = new RegExp(`</${dropped[1]}\\s*>`, "i").exec(rest);
      at = end === null ? input.length : next + end.index + end[0].length;
    } else if (tag === null) {
      out += "&lt;";
      at = next + 1;
    } else {
      out += tagText(tag, open);
      at = next + tag[0].length;
    }
  }
  out += input.slice(at);
  return (
    out +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join("")
  );
}

/** What is written for a tag; keeps account of the open elements. */
function tagText([, closing, name = "", attributes = ""]: RegExpExecArray, open: string[]): string {
  const element = name.toLowerCase();
  if (!ALLOWED.has(element)) return "";
  if (closing === "/") {
    const from = open.lastIndexOf(element);
    if (from === -1) return "";
    return open
      .splice(from)
      .reverse()
      .map((each) => `</${each}>`)
      .join("");
  }
  const given = readAttributes(attributes);
  if (element === "img") return `<span class="image">${escapeHtml(given.get("alt") || "image")}</span>`;
  if (element === "input") {
    if (given.get("type") !== "checkbox") return "";
    return `<input type="checkbox" disabled${given.has("checked") ? " checked" : ""}>`;
  }
  if (!VOID.has(element)) open.push(element);
  return `<${element}${keptAttributes(element, given)}>`;
}

function keptAttributes(element: string, given: ReadonlyMap<string, string>): string {
  let text = "";
  for (const [name, value] of given) {
    if (PLAIN_ATTRIBUTES.has(name)) text += ` ${name}="${escapeHtml(value)}"`;
    if (name === "class") {
      const kept = value.split(/\s+/).filter((each) => CLASSES.has(each));
      if (kept.length > 0) text += ` class="${kept.join(" ")}"`;
    }
    if (name === "href" && element === "a" && isHarmlessLink(value)) {
      text += ` href="${escapeHtml(value)}" rel="nofollow noopener noreferrer"`;
    }
  }
  return text;
}

function isHarmlessLink(value: string): boolean {
  // Browsers ignore control characters and spaces inside a scheme, so they are taken out before looking.
  const seen = [...value]
    .filter((character) => character > " ")
    .join("")
    .toLowerCase();
  return /^(https?:|mailto:|#|\/|\.|[^:]*$)/.test(seen);
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g)) {
    const [, name = "", double, single, bare] = match;
    const value = double ?? single ?? bare ?? "";
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), decodeEntities(value));
  }
  return attributes;
}

/** Attribute values are escaped again when written, so what is escaped in the source must not be escaped twice. */
function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    colon: ":",
    tab: "\t",
    newline: "\n",
  };
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));?/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (name !== undefined) return named[name.toLowerCase()] ?? whole;
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    },
  );
}
