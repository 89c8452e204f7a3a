/** The blocks a report is made of. Each is complete in itself: what it opens, it closes. */

import { asHtml, type Block, type Inline } from "./markdown.ts";
import { clip, reveal } from "./visible.ts";

/** A log line longer than this has been pasted, not logged. Code points. */
const longestLine = 400;

export function heading(level: 1 | 2 | 3 | 4, content: Inline): Block {
  return { block: `${"#".repeat(level)} ${content.inline}` };
}

/** One paragraph; each piece is a line of its own, in comments, checks and summaries alike. */
export function paragraph(...lines: readonly Inline[]): Block {
  return { block: lines.map(({ inline }) => inline).join("\\\n") };
}

export function bullets(items: readonly Inline[]): Block {
  return { block: items.map(({ inline }) => `- ${inline}`).join("\n") };
}

/** A table. Rows have as many cells as there are columns; more than four columns do not fit a telephone. */
export function table(columns: readonly Inline[], rows: readonly (readonly Inline[])[]): Block {
  const line = (cells: readonly Inline[]): string => `| ${cells.map(({ inline }) => inline).join(" | ")} |`;
  return { block: [line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line)].join("\n") };
}

/** Something to open by a click, or, where the reader needs it at once, to close by one. */
export function details(summary: Inline, body: readonly Block[], first: "closed" | "open" = "closed"): Block {
  const content = body.map(({ block }) => block).join("\n\n");
  return {
    block: `<details${first === "open" ? " open" : ""}><summary>${asHtml(summary)}</summary>\n\n${content}\n\n</details>`,
  };
}

/**
 * A quotation with a coloured edge, as GitHub renders it ("Alerts" in the GitHub docs on writing). CAUTION is for what can lose data,
 * WARNING for what needs a person, NOTE for the rest.
 */
export function alert(kind: "CAUTION" | "WARNING" | "NOTE", body: readonly Block[]): Block {
  const content = body.map(({ block }) => block).join("\n\n");
  const quoted = content.split("\n").map((line) => (line === "" ? ">" : `> ${line}`));
  return { block: [`> [!${kind}]`, ...quoted].join("\n") };
}

/**
 * Lines as they were written: logs, events. The fence is longer than any run of backticks inside, and nothing inside can pass for a
 * marker of ours.
 */
export function fence(lines: readonly string[], language: "text" | "diff" | "yaml" = "text"): Block {
  const content = lines
    .flatMap((line) => line.split(/\r\n|[\n\r]/))
    .map((line) => reveal(clip(line.replace(/\t/g, "    "), longestLine)).replaceAll("<!--", "<! --"));
  const longest =
    content
      .join("\n")
      .match(/`+/g)
      ?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  const ticks = "`".repeat(Math.max(3, longest + 1));
  return { block: [`${ticks}${language}`, ...content, ticks].join("\n") };
}

/** A hidden line by which a comment or issue is found again, never anything to decide from. Words of ours only. */
export function marker(words: readonly string[]): Block {
  return { block: `<!-- ${words.map((word) => word.replace(/[^a-zA-Z0-9:._-]/g, "")).join(" ")} -->` };
}

/** Blocks as the text of a comment, issue, check or summary. */
export function document(blocks: readonly Block[]): string {
  return `${blocks
    .map(({ block }) => block)
    .filter((block) => block !== "")
    .join("\n\n")}\n`;
}
