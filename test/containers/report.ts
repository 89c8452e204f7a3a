/** What the lane saw, for people: exit codes, logs and tables as they really were. */
import { mkdirSync, writeFileSync } from "node:fs";

export interface LaneReport {
  /** A table; cells are shown as they are. */
  table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Lines as something printed them. */
  lines(title: string, lines: readonly string[]): void;
  /** Writes the file and prints it. */
  write(): void;
}

const root = new URL("../../", import.meta.url);

export function laneReport(): LaneReport {
  const parts: string[] = ["# A release in real containers"];
  return {
    table: (title, head, rows) => {
      const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
      parts.push(`## ${title}`, [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"));
    },
    lines: (title, lines) => {
      parts.push(`## ${title}`, ["```text", ...lines.map((one) => one.replaceAll("```", "'''")), "```"].join("\n"));
    },
    write: () => {
      const text = `${parts.join("\n\n")}\n`;
      mkdirSync(new URL("out", root), { recursive: true });
      writeFileSync(new URL("out/containers.md", root), text);
      console.log(text);
    },
  };
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", "<br>");
}
