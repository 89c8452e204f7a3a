/** What a restore came to in one run, for outputs, summary and exit. */
import type { OperatorError } from "./operator-error.ts";
import { type RestorePlan, refusals } from "./restore-plan.ts";
import type { RestoreRecord } from "./restore-record.ts";

/** What can be restored of a tenant. */
export interface Restorable {
  readonly tenant: string;
  /** The instance its database is on. */
  readonly instance: string;
  /** Any second in between; undefined without automated backups. */
  readonly window?: { readonly earliest: Date; readonly latest: Date };
  /** Newest first. */
  readonly snapshots: readonly { readonly id: string; readonly at?: Date; readonly kind: string }[];
  /** Restores of this tenant, newest first, and the one that is not over. */
  readonly operations: readonly string[];
  readonly holder?: string;
}

export type RestoreOutcome =
  | { readonly outcome: "listed"; readonly restorable: Restorable }
  | { readonly outcome: "planned"; readonly plan: RestorePlan }
  | { readonly outcome: "carried-out"; readonly record: RestoreRecord }
  /** A step failed; the journal knows how far it is. */
  | { readonly outcome: "stopped"; readonly record: RestoreRecord; readonly failure: OperatorError };

/** Values of the action's outputs. */
export function restoreOutputs(outcome: RestoreOutcome): Readonly<Record<"operation" | "state" | "plan", string>> {
  switch (outcome.outcome) {
    case "listed":
      return { operation: outcome.restorable.holder ?? "", state: "listed", plan: "" };
    case "planned":
      return { operation: outcome.plan.operation, state: "planned", plan: JSON.stringify(outcome.plan) };
    case "carried-out":
    case "stopped":
      return { operation: outcome.record.operation, state: outcome.record.state, plan: "" };
  }
}

/** Why the run fails: a plan that would be refused, a step that failed, a stack that differs although all was done. */
export function restoreFailure(outcome: RestoreOutcome): {
  readonly failed?: { readonly reasonCode: string; readonly message: string };
} {
  switch (outcome.outcome) {
    case "listed":
      return {};
    case "planned": {
      const reasons = refusals(outcome.plan);
      return reasons.length === 0 ? {} : { failed: { reasonCode: "restore-refused", message: reasons.join("; ") } };
    }
    case "stopped":
      return { failed: { reasonCode: outcome.failure.reasonCode, message: outcome.failure.message } };
    case "carried-out": {
      const { drift = [] } = outcome.record.facts;
      if (drift.length === 0) return {};
      const message = `it is done, but the database differs from its stack: ${drift.join("; ")}`;
      return { failed: { reasonCode: "stack-drifted", message } };
    }
  }
}
