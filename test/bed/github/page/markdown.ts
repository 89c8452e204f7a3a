import { Marked, type Tokens } from "marked";
import { escapeHtml, type Html, trusted } from "./html.ts";
import { sanitize } from "./sanitize.ts";

/** Short names of emoji that pipelines like to write. */
const EMOJI: Readonly<Record<string, string>> = {
  warning: "⚠️",
  x: "❌",
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  rocket: "🚀",
  eyes: "👀",
  "+1": "👍",
  "-1": "👎",
  tada: "🎉",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  lock: "🔒",
  unlock: "🔓",
  no_entry: "⛔",
  stop_sign: "🛑",
  rotating_light: "🚨",
  information_source: "ℹ️",
  bulb: "💡",
  hospital: "🏥",
  moneybag: "💰",
  recycle: "♻️",
  red_circle: "🔴",
  green_circle: "🟢",
  yellow_circle: "🟡",
  white_circle: "⚪",
};

const ALERT = /^<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br>\s*)?/;

const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({
  extensions: [
    {
      name: "emoji",
      level: "inline",
      start: (source) => source.indexOf(":"),
      tokenizer: (source) => {
        const [raw, name] = /^:([a-z0-9_+-]+):/.exec(source) ?? [];
        return raw !== undefined && EMOJI[name ?? ""] !== undefined ? { type: "emoji", raw, name } : undefined;
      },
      renderer: (token) => EMOJI[String(token.name)] ?? "",
    },
  ],
  renderer: {
    code({ text, lang }: Tokens.Code): string {
      const body = lang === "diff" ? diffLines(text) : escapeHtml(text);
      return `<pre${lang === "diff" ? ' class="diff"' : ""}><code>${body}</code></pre>\n`;
    },
    blockquote({ tokens }: Tokens.Blockquote): string {
      const body = this.parser.parse(tokens);
      const [start, kind] = ALERT.exec(body) ?? [];
      if (start === undefined || kind === undefined) return `<blockquote>\n${body}</blockquote>\n`;
      const title = kind.charAt(0) + kind.slice(1).toLowerCase();
      const rest = `<p>${body.slice(start.length)}`.replace(/^<p><\/p>/, "");
      return `<div class="alert alert-${kind.toLowerCase()}"><p class="alert-title">${title}</p>${rest}</div>\n`;
    },
  },
});

/** Markdown of a comment as GitHub shows it: line breaks count, raw HTML is limited, nobody is pinged. */
export function renderMarkdown(text: string): Html {
  const rendered = marked.parse(text);
  if (typeof rendered !== "string") throw new Error("marked was asked to be synchronous");
  return trusted(sanitize(rendered));
}

function diffLines(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const kind = line.startsWith("@@")
        ? "hunk"
        : { "+": "add", "-": "del", "!": "note", "#": "note" }[line.charAt(0)];
      return kind === undefined ? escapeHtml(line) : `<span class="diff-${kind}">${escapeHtml(line)}</span>`;
    })
    .join("\n");
}
