/** How a revert ended, and what the journal keeps of it. */
import { revertOperation } from "../domain/drift-revert.ts";
import { journalKey } from "../domain/operation.ts";
import { planDigest, type ResourceChange } from "../domain/plan.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { ApplyOutcome } from "./apply-stack.ts";
import type { AskedRun } from "./second-person.ts";

export interface RevertEnd {
  readonly tenant: string;
  readonly environment: string;
  /** `unchanged`: by then nothing differed, because somebody, or an attempt before this one, had put it back. */
  readonly outcome: "reverted" | "unchanged" | "held" | "failed";
  readonly changes: readonly ResourceChange[];
  readonly notes: readonly string[];
  /** Why it was held or failed. */
  readonly failure?: { readonly reasonCode: string; readonly cause: string; readonly evidence: readonly string[] };
}

/** What became of a tenant's stack, as the end of a revert. */
export function revertEnd(about: Pick<RevertEnd, "tenant" | "environment">, end: ApplyOutcome): RevertEnd {
  const nothing = { ...about, changes: [], notes: [] };
  switch (end.outcome) {
    case "unchanged":
      return { ...nothing, outcome: "unchanged" };
    case "applied":
      return { ...about, outcome: "reverted", changes: end.changes, notes: end.notes };
    case "held":
      return {
        ...nothing,
        outcome: "held",
        failure: { reasonCode: end.reasonCode, cause: end.cause, evidence: [] },
      };
    case "failed":
      return { ...nothing, outcome: "failed", failure: end };
  }
}

/** Notes in the journal, which nobody can change; what a lost attempt noted already is not noted again. */
export function revertJournal(
  {
    tenant,
    environment,
    run,
    confirmedBy,
  }: {
    readonly tenant: string;
    readonly environment: string;
    readonly run: AskedRun;
    readonly confirmedBy: string | undefined;
  },
  { cell, clock }: Pick<Fleet<"records">, "cell" | "clock">,
): { note(outcome: string, changes: readonly ResourceChange[]): Promise<void> } {
  const operation = revertOperation(run.id);
  return {
    note: async (outcome, changes) => {
      const at = clock.now().toISOString();
      const key = journalKey({ at, operation: `${operation}-${outcome}`, tenant });
      const entry = {
        ...{ operation, verb: "revert", tenant, environment },
        ...{ actor: run.actor, ...(confirmedBy !== undefined && { confirmedBy }), run: run.url, at, outcome },
        digest: planDigest(changes),
        changes: changes.map(({ logicalId, type, action, properties }) => ({
          ...{ logicalId, type, action },
          properties: properties.map(({ path, before, after }) => ({ path, before, after })),
        })),
      };
      await cell.records.put(key, entry, { ifAbsent: true });
    },
  };
}
