/** What Markdown is made of, without its words: as GitHub-flavoured HTML tags, in order. */

import { marked } from "marked";

/** Every HTML tag and comment of the rendered text, in order, attributes left out: `<p> <code> </code> </p>`. */
export function skeleton(markdown: string): readonly string[] {
  const html = marked.parse(markdown, { async: false, gfm: true });
  return [...html.matchAll(/<!--|<\/?([a-zA-Z][a-zA-Z0-9]*)[^>]*>/g)].map(([whole, name]) =>
    whole.startsWith("<!--") ? "<!--" : `<${whole.startsWith("</") ? "/" : ""}${name}>`,
  );
}

/** The words a reader sees. */
export function words(markdown: string): string {
  return decoded(marked.parse(markdown, { async: false, gfm: true }).replace(/<!--[\s\S]*?-->|<[^>]*>/g, ""));
}

/** The pieces of text in which GitHub looks for names, numbers and addresses: not those in code, fences and links. */
export function proseOf(markdown: string): readonly string[] {
  const html = marked.parse(markdown, { async: false, gfm: true });
  return html
    .replace(/<(pre|code|a)\b[^>]*>[\s\S]*?<\/\1>/g, "<>")
    .split(/<[^>]*>/)
    .map(decoded);
}

/** The first tag that closes what is not open, or stays open; undefined when all is balanced. */
export function unbalanced(markdown: string): string | undefined {
  const open: string[] = [];
  for (const tag of skeleton(markdown)) {
    if (tag === "<!--" || tag === "<br>" || tag === "<hr>" || tag === "<input>") continue;
    if (!tag.startsWith("</")) open.push(tag.slice(1));
    else if (open.pop() !== tag.slice(2)) return tag;
  }
  return open.at(-1);
}

function decoded(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_entity, point: string) => String.fromCodePoint(Number(point)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
