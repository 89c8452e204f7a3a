/** Reverting drift: what putting a stack back to what git says would do, what speaks against it, and who has to agree. */
import { holdsData } from "./data-resource.ts";
import type { KnownDrift } from "./drift.ts";
import { isKnownDrift } from "./drift.ts";
import { type Danger, dangersOf, planDigest, type ResourceChange } from "./plan.ts";
import type { ReviewVerdict } from "./review.ts";
import type { TierName } from "./tenant.ts";

/** What a revert would do to a tenant's stack, as somebody looks at it before it is done. */
export interface RevertPlan {
  readonly tenant: string;
  readonly environment: string;
  readonly tier: TierName;
  /** `mate-hospital-a-production` */
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  /** What could lose data, or is lost already; with one of these a second person has to agree. */
  readonly dangers: readonly Danger[];
  /** Why it must not be done like this, each with the way out. Empty: it may. */
  readonly refusals: readonly string[];
  /** Of the changes: what is done has to be what was looked at. */
  readonly digest: string;
}

/** What a revert is held against before it is carried out. */
export interface RevertReview {
  /** Digest of the changes that somebody looked at. */
  readonly digest: string;
  readonly allowed: Allowed;
  readonly known: KnownDrift;
}

/** `allowDestruction` of the tenant file. */
type Allowed = readonly { readonly resource: string; readonly reason: string }[];

/** What the changes of a drift-aware change set mean for a tenant. */
export function revertPlan(
  tenant: Pick<RevertPlan, "tenant" | "environment" | "tier" | "stack">,
  changes: readonly ResourceChange[],
  { allowed, known }: Omit<RevertReview, "digest">,
): RevertPlan {
  const dangers = revertDangers(changes, allowed);
  return {
    ...tenant,
    changes,
    dangers,
    refusals: [...refusedDangers(dangers), ...knownRefusals(changes, known)],
    digest: planDigest(changes),
  };
}

/**
 * What could lose data, as in any plan, and besides that what holds data and was deleted by hand: made again it is empty, and whoever
 * finds it there may take that for the truth.
 */
export function revertDangers(changes: readonly ResourceChange[], allowed: Allowed): readonly Danger[] {
  const emptied = changes.filter(
    ({ action, drifted, type }) => action === "add" && drifted === true && holdsData(type),
  );
  return [
    ...dangersOf(changes, allowed),
    ...emptied.map(({ logicalId, type }): Danger => {
      const reason = allowed.find(({ resource }) => resource === logicalId)?.reason;
      return {
        ...{ logicalId, type, because: [] },
        what: "made again empty; it was deleted outside the stack",
        ...(reason !== undefined && { allowedBecause: reason }),
      };
    }),
  ];
}

/** Whether the changes are what somebody looked at and may be made. Reverting overwrites what people did: it never differs harmlessly. */
export function compareWithLook(changes: readonly ResourceChange[], review: RevertReview): ReviewVerdict {
  const dangers = revertDangers(changes, review.allowed);
  const refusals = [...refusedDangers(dangers), ...knownRefusals(changes, review.known)];
  if (refusals.length > 0) return { verdict: "dangerous", cause: refusals.join("; ") };
  if (planDigest(changes) === review.digest) return { verdict: "same" };
  return {
    verdict: "dangerous",
    cause: "what differs from git is not what was looked at any more; look again with mode plan-revert",
  };
}

function refusedDangers(dangers: readonly Danger[]): readonly string[] {
  return dangers
    .filter(({ allowedBecause }) => allowedBecause === undefined)
    .map(
      ({ logicalId, what }) =>
        `${logicalId} would be ${what}; restore what it held, or name it in allowDestruction with a reason and merge that first`,
    );
}

/** What AWS changes by itself, and would not let be undone: storage that grew cannot shrink. */
function knownRefusals(changes: readonly ResourceChange[], known: KnownDrift): readonly string[] {
  return changes.flatMap(({ logicalId, type, properties, action }) =>
    properties
      .filter(
        ({ path, before, after }) => action === "modify" && before !== after && isKnownDrift(type, inside(path), known),
      )
      .map(
        ({ path }) =>
          `${logicalId}${inside(path)} is known to change by itself, and would be set back as well; write its present value into the tenant's file first, with mode adopt`,
      ),
  );
}

/** `/Properties/AllocatedStorage` as drift detection writes it: `/AllocatedStorage`. */
function inside(path: string): string {
  return path.replace(/^\/Properties(?=\/)/, "");
}

/**
 * The operation of a revert in the journal. A run that is started again goes on with its own.
 *
 * @param runId GitHub's id of the run
 */
export function revertOperation(runId: string): string {
  if (!/^[1-9]\d{0,15}$/.test(runId)) throw new RangeError(`not the id of a workflow run: ${runId}`);
  return `op-v${BigInt(runId).toString(36)}`;
}
