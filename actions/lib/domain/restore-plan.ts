/** What a restore would do, as a value: shown by a dry run, and what an execution then goes through. */
import type { FileCounts } from "./restore-files.ts";
import type { RestoreNames } from "./restore-names.ts";
import type { RestoreSource } from "./restore-point.ts";
import type { RestoreWhat, StoppedDatabase } from "./restore-record.ts";
import { expectedMinutes, isDown, minutesOf, restoreSteps, type StepName, stepKinds } from "./restore-steps.ts";

export interface Finding {
  /** What is refused is not begun. */
  readonly level: "refuse" | "know";
  readonly text: string;
}

export interface PlannedStep {
  readonly step: StepName;
  readonly does: string;
  readonly minutes: number;
  readonly down: boolean;
}

export interface RestorePlan {
  readonly operation: string;
  readonly tenant: string;
  readonly environment: string;
  readonly kind: "dedicated" | "shared";
  readonly what: RestoreWhat;
  readonly source?: RestoreSource;
  /** The moment everything goes back to. */
  readonly at: Date;
  /** What was written from `at` on until the tenant is stopped is not in what serves afterwards. */
  readonly lossMinutes: number;
  readonly names: RestoreNames;
  /** Why the tenant's own database stands still; undefined if it runs, or is not touched. */
  readonly stopped?: StoppedDatabase;
  readonly steps: readonly PlannedStep[];
  readonly minutes: { readonly whole: number; readonly down: number };
  readonly files?: FileCounts;
  readonly findings: readonly Finding[];
}

/** What is known about a restore before anything is done. */
export interface PlanFacts
  extends Pick<RestorePlan, "operation" | "tenant" | "environment" | "kind" | "what" | "at" | "names"> {
  readonly source?: RestoreSource;
  readonly stopped?: StoppedDatabase;
  readonly files?: FileCounts;
  readonly findings: readonly Finding[];
  readonly storageGib: number;
  readonly now: Date;
}

export function restorePlan({ storageGib, now, ...known }: PlanFacts): RestorePlan {
  const names = restoreSteps(known.what, known.kind, known.stopped);
  const steps = names.map((step) => {
    const { does } = stepKinds[step];
    return { step, does, down: isDown(step, names), minutes: minutesOf(step, storageGib) };
  });
  return {
    ...known,
    lossMinutes: Math.max(0, Math.ceil((now.getTime() - known.at.getTime()) / 60_000)),
    steps,
    minutes: expectedMinutes(names, storageGib),
  };
}

/** Why it cannot be begun; none when it can. */
export function refusals({ findings }: Pick<RestorePlan, "findings">): readonly string[] {
  return findings.filter(({ level }) => level === "refuse").map(({ text }) => text);
}
