/** How an action tells the runner something (GitHub docs, "Workflow commands"): files it appends to, and lines on stdout. */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

/** Appends `name=value` in the heredoc form, whose delimiter the value cannot contain. */
export function setOutput(file: string, name: string, value: string): void {
  const delimiter = `end-${randomUUID()}`;
  appendFileSync(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

/** Bytes of one step's summary; GitHub drops a longer one whole (GitHub docs, "Workflow commands", job summaries). */
const summaryLimit = 1_048_576;

/**
 * Appends Markdown to the step's summary; of one that GitHub would drop, where it is to be found instead. The work it tells of is done by
 * now, so that it is too long is no failure.
 *
 * @returns whether it fitted; if not, the caller prints it
 */
export function addSummary(file: string, markdown: string): "fitted" | "too long" {
  const fits = Buffer.byteLength(markdown) < summaryLimit;
  appendFileSync(
    file,
    `${fits ? markdown : "This summary is longer than GitHub keeps: it is in the log of this step."}\n`,
  );
  return fits ? "fitted" : "too long";
}

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** An annotation as a line on stdout. Nothing in it can end the line or start another command. */
export function annotationLine({ level, message, ...place }: Annotation): string {
  const properties = [
    ["title", place.title],
    ["file", place.file],
    ["line", place.line],
    ["col", place.column],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]));
  return `::${level}${properties.length === 0 ? "" : ` ${properties.join(",")}`}::${escapeData(message)}`;
}

/**
 * A line of progress as it may be printed: the runner reads every line of stdout, so one that looks like a command is bent.
 */
export function progressLine(text: string): string {
  return (
    text
      .replace(/[\r\n]+/g, " ")
      // The runner trims as .NET does, which takes U+0085 for a blank as well.
      .replace(/^([\s\u0085]*)::/, "$1: :")
      .replace(/##\[/g, "# #[")
  );
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
