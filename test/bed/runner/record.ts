/** What is written down about a job while it runs: steps with logs, annotations, summaries. */
import type { Annotation, Conclusion, Status, StepView } from "./host.ts";
import type { SecretMask } from "./secrets.ts";

/** GitHub keeps ten annotations of a kind per step and fifty per job. */
const MOST_PER_STEP = 10;
const MOST_PER_JOB = 50;
/** GitHub refuses larger step summaries. */
export const SUMMARY_LIMIT = 1024 * 1024;

export class StepRecord {
  readonly number: number;
  readonly name: string;
  readonly annotated = new Map<Annotation["level"], number>();
  status: Status = "in_progress";
  outcome: Conclusion | undefined;
  conclusion: Conclusion | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  readonly #lines: string[] = [];
  readonly #mask: SecretMask;

  constructor(number: number, name: string, mask: SecretMask) {
    this.number = number;
    this.name = name;
    this.#mask = mask;
  }

  /** Adds to the log, secrets hidden. */
  print(text: string): void {
    this.#lines.push(this.#mask.hide(text));
  }

  get log(): string {
    return this.#lines.join("\n");
  }

  view(): StepView {
    const { number, name, status, conclusion, outcome, startedAt, completedAt, log } = this;
    return { number, name, status, conclusion, outcome, startedAt, completedAt, log };
  }
}

export interface Remark {
  readonly level: Annotation["level"];
  readonly message: string;
  readonly title?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  readonly column?: number | undefined;
  readonly endColumn?: number | undefined;
}

export class JobRecord {
  readonly steps: StepRecord[] = [];
  readonly annotations: Annotation[] = [];
  readonly summaries: string[] = [];
  readonly mask: SecretMask;
  readonly #now: () => number;
  readonly #changed: () => void;

  constructor(options: { readonly mask: SecretMask; readonly now: () => number; readonly changed: () => void }) {
    this.mask = options.mask;
    this.#now = options.now;
    this.#changed = options.changed;
  }

  begin(name: string): StepRecord {
    const step = new StepRecord(this.steps.length + 1, this.mask.hide(name), this.mask);
    step.startedAt = this.#now();
    this.steps.push(step);
    this.#changed();
    return step;
  }

  end(step: StepRecord, result: { readonly outcome: Conclusion; readonly conclusion: Conclusion }): void {
    step.outcome = result.outcome;
    step.conclusion = result.conclusion;
    step.status = "completed";
    step.completedAt = this.#now();
    this.#changed();
  }

  /** Prints a remark into the log of its step and keeps it as an annotation while the limits allow. */
  remark(step: StepRecord, remark: Remark): void {
    const label = remark.level === "failure" ? "error" : remark.level;
    step.print(`##[${label}]${remark.message}`);
    this.annotate(step, remark);
  }

  annotate(step: StepRecord, remark: Remark): void {
    const before = step.annotated.get(remark.level) ?? 0;
    step.annotated.set(remark.level, before + 1);
    if (before >= MOST_PER_STEP || this.annotations.length >= MOST_PER_JOB) return;
    const line = remark.line ?? 1;
    this.annotations.push({
      level: remark.level,
      message: this.mask.hide(remark.message),
      title: remark.title === undefined ? undefined : this.mask.hide(remark.title),
      file: remark.file ?? ".github",
      line,
      endLine: remark.endLine ?? line,
      column: remark.column,
      endColumn: remark.endColumn ?? remark.column,
    });
  }
}
