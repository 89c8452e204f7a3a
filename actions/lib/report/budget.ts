/**
 * Reports that fit. A report is a head that is always there and sections that know shorter forms of themselves. Where the whole is
 * too long, the least important section takes its next shorter form, again and again; a section is whole or shorter or absent, never cut.
 */

import { document } from "./block.ts";
import type { Block } from "./markdown.ts";

/**
 * Largest texts GitHub accepts. Comments and issues: "body is too long (maximum is 65536 characters)". Checks: "Maximum length: 65535
 * characters" for summary and text (REST API, check runs). Summaries: 1 MiB per step, a larger one is dropped whole (workflow commands,
 * "Step isolation and limits"). We count UTF-8 bytes for all of them: never fewer than characters, however those are counted.
 */
export const limits = {
  comment: 65_536,
  check: 65_535,
  stepSummary: 1_048_576,
} as const;

export interface Section {
  /** What the reader misses when it gets shorter: `resources of 12 tenants`. */
  readonly what: string;
  /** The higher, the longer it stays whole. */
  readonly priority: number;
  /** From complete to shortest; after the last comes nothing at all. */
  readonly forms: readonly (readonly Block[])[];
}

export interface Report {
  /** Always there, whole, so it must be short by nature. */
  readonly head: readonly Block[];
  /** In reading order. */
  readonly sections: readonly Section[];
  /** Always there, at the end. */
  readonly foot: readonly Block[];
  /** Says what got shorter and where the rest is; stands before the foot. Must not grow with `what`. */
  readonly shortened: (what: readonly string[]) => readonly Block[];
}

/**
 * The report as Markdown of at most `limit` bytes.
 *
 * @throws RangeError when even head and foot alone are longer: a bug of ours, for no data may make them grow
 */
export function render(report: Report, limit: number): string {
  const chosen = report.sections.map(() => 0);
  const sizes = report.sections.map(({ forms }) => forms.map(size));
  const names = (): readonly string[] =>
    report.sections.filter((_section, index) => (chosen[index] ?? 0) > 0).map(({ what }) => what);
  const notice = (): readonly Block[] => (names().length === 0 ? [] : report.shortened(names()));
  const total = (): number =>
    size(report.head) +
    size(report.foot) +
    size(notice()) +
    chosen.reduce((sum, form, index) => sum + (sizes[index]?.[form] ?? 0), 0);

  while (total() > limit) {
    const next = leastImportant(report.sections, chosen);
    if (next === undefined) throw new RangeError(`a report's head and foot alone are longer than ${limit} bytes`);
    chosen[next] = (chosen[next] ?? 0) + 1;
  }
  const body = report.sections.flatMap(({ forms }, index) => forms[chosen[index] ?? 0] ?? []);
  return document([...report.head, ...body, ...notice(), ...report.foot]);
}

/** Index of the section to shorten next: lowest priority, later in the text first among equals. */
function leastImportant(sections: readonly Section[], chosen: readonly number[]): number | undefined {
  let least: number | undefined;
  for (const [index, section] of sections.entries()) {
    if ((chosen[index] ?? 0) >= section.forms.length) continue;
    if (least === undefined || section.priority <= (sections[least]?.priority ?? 0)) least = index;
  }
  return least;
}

/** Bytes including the blank line after each block. */
function size(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { block }) => sum + Buffer.byteLength(block) + 2, 0);
}
