/**
 * The plan: what merging would change, as a value. It is made once from complete change sets and the services that run, shown in
 * the pull request, stored under its fingerprint, and compared again before anything is executed.
 */

import { dataIn, holdsData, restoresFromCopy } from "./data-resource.ts";
import { fingerprint } from "./fingerprint.ts";

/** Whether a change makes CloudFormation create a new physical resource in place of the present one. */
export type Replacement = "never" | "conditional" | "always";

/** What happens to the physical resource that goes, as CloudFormation itself reports it (ResourceChange.PolicyAction). */
export type PolicyAction =
  | "Delete"
  | "Retain"
  | "Snapshot"
  | "ReplaceAndDelete"
  | "ReplaceAndRetain"
  | "ReplaceAndSnapshot";

export interface PropertyChange {
  /** Path inside the resource, as CloudFormation writes it: `/Properties/DBInstanceClass`. */
  readonly path: string;
  /** Undefined when there was no value. Sensitive values arrive here already masked. */
  readonly before?: string;
  /** Undefined when the property goes. `(known after apply)` when only the deployment will tell. */
  readonly after?: string;
  readonly replacement: Replacement;
}

export interface ResourceChange {
  readonly logicalId: string;
  /** `AWS::RDS::DBInstance` */
  readonly type: string;
  readonly physicalId?: string;
  readonly action: "add" | "modify" | "remove" | "import" | "dynamic" | "sync";
  readonly replacement: Replacement;
  readonly policyAction?: PolicyAction;
  /** Live value differed from the last deployed one when the plan was made. */
  readonly drifted?: boolean;
  readonly properties: readonly PropertyChange[];
}

/** What a roll would do to one service; `from` and `to` are images by release or digest, counts are running tasks. */
export type ServiceChange =
  | { readonly kind: "create"; readonly service: string; readonly to: string; readonly count: string }
  | { readonly kind: "roll"; readonly service: string; readonly from: string; readonly to: string }
  | {
      readonly kind: "reconfigure";
      readonly service: string;
      readonly property: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: "scale"; readonly service: string; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly service: string; readonly from: string };

/** Why a change could lose data, and whether the tenant file allows it by name and with a reason. */
export interface Danger {
  readonly logicalId: string;
  readonly type: string;
  /** `replaced, and the present one is deleted` */
  readonly what: string;
  /** Properties that force it, empty for a removal. */
  readonly because: readonly string[];
  /** The reason given in `allowDestruction`; undefined means the plan check fails. */
  readonly allowedBecause?: string;
}

/** Monthly cost in USD between the floor and the ceiling of auto scaling; what has no known price is named. */
export interface CostRange {
  readonly floor: number;
  readonly ceiling: number;
  readonly unknown: readonly string[];
}

export interface TenantPlan {
  readonly tenant: string;
  readonly displayName: string;
  readonly environment: string;
  readonly tier: string;
  /** `mate-hospital-a-production` */
  readonly stack: string;
  /** What becomes of the tenant as a whole. */
  readonly kind: "create" | "change" | "offboard" | "unchanged";
  /** Content of the stack; the change set is named `plan-<fingerprint>`. */
  readonly fingerprint: string;
  readonly resources: readonly ResourceChange[];
  readonly services: readonly ServiceChange[];
  /** Undefined `from`: the tenant does not run yet. */
  readonly release: { readonly from?: string; readonly to: string };
  /** When a merge would reach the tenant, if nobody else waits to be deployed; undefined when no wave does. */
  readonly wave?: { readonly number: number; readonly of: number };
  readonly cost: { readonly before?: CostRange; readonly after: CostRange };
  readonly dangers: readonly Danger[];
  /** Things to know that are not changes: an override not yet recorded, a dropped-change warning, a settled failure. */
  readonly notes: readonly string[];
  /** Where the tenant is written, for annotations: path and line of the tenant file. */
  readonly source: { readonly file: string; readonly line: number };
  /** Logical id of a danger → line of the tenant file that caused it, where the file did. */
  readonly dangerLines?: Readonly<Record<string, number>>;
}

/** A tenant that could not be planned. */
export interface FailedPlan {
  readonly tenant: string;
  readonly environment: string;
  readonly stack: string;
  /** First cause, in words: what is wrong and what to do. */
  readonly cause: string;
  readonly source: { readonly file: string; readonly line: number };
}

/** Everything one pull request would change. */
export interface PullRequestPlan {
  /** Commit that was planned, full hash. */
  readonly commit: string;
  readonly plans: readonly TenantPlan[];
  readonly failures: readonly FailedPlan[];
  /** Number of tenants the files describe, changed or not. */
  readonly tenants: number;
}

const consequences: Readonly<Record<PolicyAction, string>> = {
  Delete: "removed, and its data is deleted",
  Retain: "removed from the stack; the resource is kept",
  Snapshot: "removed after a final snapshot",
  ReplaceAndDelete: "replaced, and the present one is deleted with its data",
  ReplaceAndRetain: "replaced by an empty one; the present one is kept outside the stack",
  ReplaceAndSnapshot: "replaced by an empty one after a snapshot of the present one",
};

/**
 * The dangers in a list of changes: anything that may hold data and is removed, replaced or possibly replaced. Nothing is presumed
 * safe: a type nobody decided about may hold data, a `conditional` replacement counts because CloudFormation decides it only while
 * it executes, so does an action that is not known before, an unknown policy action counts as deletion, and a property that makes a
 * resource from a copy counts as a replacement whatever the change set says.
 *
 * @param changes resource changes of one stack
 * @param allowed `allowDestruction` of the tenant file: logical id and reason
 */
export function dangersOf(
  changes: readonly ResourceChange[],
  allowed: readonly { readonly resource: string; readonly reason: string }[],
): readonly Danger[] {
  return changes.flatMap((change) => {
    const what = consequenceOf(change);
    if (!holdsData(change.type) || what === undefined) return [];
    const because = change.properties
      .filter(({ path, replacement }) => replacement !== "never" || restoresFromCopy(change.type, path))
      .map(({ path }) => path.replace(/^\/Properties\//, ""));
    const reason = allowed.find((entry) => entry.resource === change.logicalId)?.reason;
    return [
      {
        logicalId: change.logicalId,
        type: change.type,
        what: dataIn(change.type) === "unknown" ? `${what} (whether this type holds data is not known)` : what,
        because,
        ...(reason !== undefined && { allowedBecause: reason }),
      },
    ];
  });
}

/** What a change does to the present resource, in words; undefined if it stays. */
function consequenceOf({ type, action, replacement, policyAction, properties }: ResourceChange): string | undefined {
  const replaced = consequences[policyAction ?? "ReplaceAndDelete"];
  switch (action) {
    case "remove":
      return consequences[policyAction ?? "Delete"];
    case "dynamic":
      return `possibly ${replaced}`;
    case "add":
    case "import":
      return undefined;
    case "modify":
    case "sync":
      if (replacement === "always" || policyAction?.startsWith("Replace") === true) {
        return replacement === "conditional" ? `possibly ${replaced}` : replaced;
      }
      if (properties.some(({ path, after }) => after !== undefined && restoresFromCopy(type, path))) return replaced;
      return replacement === "conditional" ? `possibly ${replaced}` : undefined;
  }
}

/** Dangers that nobody allowed: with one of these the plan check fails, and apply holds the tenant. */
export function refusals(plan: Pick<TenantPlan, "dangers">): readonly Danger[] {
  return plan.dangers.filter((danger) => danger.allowedBecause === undefined);
}

/**
 * The digest of what a stack plan would do. Equal digests mean the same changes, from the same values to the same values, of the
 * same resources; order, change set identity and marks of drift do not count.
 */
export function planDigest(changes: readonly ResourceChange[]): string {
  const semantic = changes.map(({ logicalId, type, physicalId, action, replacement, policyAction, properties }) => ({
    logicalId,
    type,
    physicalId,
    action,
    replacement,
    policyAction,
    properties: properties
      .map(({ path, before, after }) => ({ path, before, after }))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  }));
  return fingerprint(semantic.sort((a, b) => (a.logicalId < b.logicalId ? -1 : a.logicalId > b.logicalId ? 1 : 0)));
}

/** True when nothing would happen to the tenant's stack or services. */
export function isEmpty(plan: Pick<TenantPlan, "resources" | "services">): boolean {
  return plan.resources.length === 0 && plan.services.length === 0;
}

/** Whether a database that is there is changed; RDS changes none that is stopped. */
export function changesDatabase(changes: readonly Pick<ResourceChange, "type" | "action">[]): boolean {
  return changes.some(({ type, action }) => type === "AWS::RDS::DBInstance" && action !== "add" && action !== "import");
}
