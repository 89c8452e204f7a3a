/** Reviewed is what is applied: what the pull request showed, held against what would be executed now. */
import { type Danger, planDigest, type ResourceChange } from "./plan.ts";

/** What the pull request showed of a stack. */
export interface ReviewedPlan {
  readonly digest: string;
  readonly dangers: readonly Danger[];
}

export type ReviewVerdict =
  | { readonly verdict: "same" }
  /** It may be executed, and what is different is said. */
  | { readonly verdict: "harmless"; readonly note: string }
  /** It must not be executed before somebody has looked. */
  | { readonly verdict: "dangerous"; readonly cause: string };

/**
 * Holds what could lose data and was not reviewed, or that nobody allowed; the record of the review only ever narrows, because it
 * can be written by whoever can push a branch.
 *
 * @param reviewed undefined if no plan of this content was ever stored
 */
export function compareWithReview(
  now: { readonly changes: readonly ResourceChange[]; readonly dangers: readonly Danger[] },
  reviewed: ReviewedPlan | undefined,
): ReviewVerdict {
  const refused = now.dangers.filter((danger) => danger.allowedBecause === undefined);
  if (refused.length > 0) {
    return dangerous(
      `${inWords(refused)}; name it in allowDestruction with a reason, or change the files so that it stays`,
    );
  }
  if (reviewed?.digest === planDigest(now.changes)) return { verdict: "same" };
  const known = new Set(reviewed?.dangers.map(keyOf) ?? []);
  const unseen = now.dangers.filter((danger) => !known.has(keyOf(danger)));
  if (unseen.length > 0) {
    return dangerous(
      `${inWords(unseen)}, which the reviewed plan did not show; open a pull request to review it again`,
    );
  }
  return {
    verdict: "harmless",
    note:
      reviewed === undefined
        ? "no plan of this content was stored; nothing in it can lose data"
        : "differs from the reviewed plan, harmlessly: the stack changed in between",
  };
}

/** Holds one of several updates of a plan that does anything the whole plan does not do. */
export function compareWithWhole(
  now: { readonly changes: readonly ResourceChange[]; readonly dangers: readonly Danger[] },
  whole: readonly ResourceChange[],
): ReviewVerdict {
  const beyond = beyondPlan(now.changes, whole);
  if (beyond.length === 0) return { verdict: "same" };
  return dangerous(
    `${beyond.join(", ")} would change otherwise than the plan says, in one of its two updates; plan it again`,
  );
}

/** Logical ids of changes that a plan does not have, or not with this action or these values. */
function beyondPlan(changes: readonly ResourceChange[], plan: readonly ResourceChange[]): readonly string[] {
  const planned = new Map(plan.map((change) => [change.logicalId, change]));
  return changes.filter((change) => !isPartOf(change, planned.get(change.logicalId))).map(({ logicalId }) => logicalId);
}

/** What a plan shows for a value that only the deployment tells: any value is part of it. */
const knownLater = "(known after apply)";

function isPartOf(change: ResourceChange, whole: ResourceChange | undefined): boolean {
  if (whole === undefined) return false;
  // What the first update made, the second may finish.
  if (whole.action === "add" && change.action === "modify") return change.replacement === "never";
  const same = (["type", "physicalId", "action", "policyAction"] as const).every((key) => change[key] === whole[key]);
  const mild = change.replacement === "never" || change.replacement === whole.replacement;
  return (
    same &&
    mild &&
    change.properties.every(({ path, before, after }) =>
      whole.properties.some(
        (other) =>
          other.path === path &&
          other.before === before &&
          (other.after === after || other.after?.includes(knownLater) === true),
      ),
    )
  );
}

function keyOf({ logicalId, what }: Danger): string {
  return `${logicalId} ${what}`;
}

function inWords(dangers: readonly Danger[]): string {
  return dangers.map(({ logicalId, what }) => `${logicalId} would be ${what}`).join("; ");
}

function dangerous(cause: string): ReviewVerdict {
  return { verdict: "dangerous", cause };
}
