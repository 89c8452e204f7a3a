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
  const { head, sections, foot } = report;
  const sizes = sections.map(({ forms }) => forms.map(size));
  const chosen = sections.map(() => 0);
  const names = (): readonly string[] => sections.filter((_, index) => chosen[index] !== 0).map(({ what }) => what);
  const notice = (): readonly Block[] => (chosen.every((form) => form === 0) ? [] : report.shortened(names()));

  let total = size(head) + size(foot) + sizes.reduce((sum, [whole = 0]) => sum + whole, 0);
  const steps = shortenings(sections).values();
  // The notice is asked for only where it can matter: it looks at every section.
  while (total > limit || total + size(notice()) > limit) {
    const step = steps.next();
    if (step.done === true) throw new RangeError(`a report's head and foot alone are longer than ${limit} bytes`);
    const { index, form } = step.value;
    total += (sizes[index]?.[form] ?? 0) - (sizes[index]?.[form - 1] ?? 0);
    chosen[index] = form;
  }
  const body = sections.flatMap(({ forms }, index) => forms[chosen[index] ?? 0] ?? []);
  return document([...head, ...body, ...notice(), ...foot]);
}

/**
 * In which order sections get shorter: by priority; among equals all take their next form before one takes the form after that, the
 * last in the text first.
 */
function shortenings(sections: readonly Section[]): readonly { readonly index: number; readonly form: number }[] {
  return sections
    .flatMap(({ priority, forms }, index) => forms.map((_, form) => ({ priority, index, form: form + 1 })))
    .sort((a, b) => a.priority - b.priority || a.form - b.form || b.index - a.index);
}

/** Bytes including the blank line after each block. */
function size(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { block }) => sum + Buffer.byteLength(block) + 2, 0);
}
