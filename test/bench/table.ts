/** Figures as a table that fits a terminal and reads as Markdown. */
import type { Figure } from "./figure.ts";

export interface MeasuredBenchmark {
  readonly name: string;
  /** How many runs the figures are medians of. */
  readonly runs: number;
  readonly figures: readonly Figure[];
  /** Why there are none. */
  readonly failure?: string;
}

/** One line per figure: bar, measured, measured ÷ bar, and the verdict. */
export function table(benchmarks: readonly MeasuredBenchmark[]): string {
  const head = ["what", "bar", "measured", "÷ floor", "of the bar", ""];
  const rows = benchmarks.flatMap(({ name, figures, failure }): readonly (readonly string[])[] => [
    ...figures.map((figure) => [
      figure.what,
      figure.bar === undefined ? "" : `≤ ${shown(figure.bar)} ${figure.unit}`,
      `${shown(figure.measured)} ${figure.unit}${figure.floor === undefined ? "" : ` (floor ${shown(figure.floor)})`}`,
      floorRatio(figure),
      figure.bar === undefined || figure.bar === 0 ? "" : `${Math.round((figure.measured / figure.bar) * 100)} %`,
      verdict(figure),
    ]),
    ...(failure === undefined ? [] : [[name, "", "not measured", "", "", failure.split("\n")[0] ?? ""]]),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}

/** Whether a figure keeps to its bar; one without a bar always does. */
export function isMet({ bar, measured }: Figure): boolean {
  return bar === undefined || measured <= bar;
}

/** How many times what no program could do better. */
function floorRatio({ measured, floor, unit }: Figure): string {
  if (unit === "times the floor") return shown(measured);
  return floor === undefined || floor === 0 ? "" : shown(measured / floor);
}

function verdict(figure: Figure): string {
  if (figure.bar === undefined) return "";
  if (isMet(figure)) return "met";
  return `MISSED by ${shown(figure.measured - figure.bar)} ${figure.unit}`;
}

/** Three significant digits, whole from 100 on. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
