/** What DescribeChangeSet says of a drift-aware change set beyond what it says of others. */
import type { Detail } from "../stack/details.ts";
import type { PlannedChange } from "../stack/plan.ts";
import type { ChangeSet } from "../stack/state.ts";
import { refuse } from "../template/read.ts";
import { asText, isList, isSection, type Value } from "../template/value.ts";
import { unmodelled } from "./unmodelled.ts";

/**
 * @throws AwsError ValidationError for another mode than REVERT_DRIFT, and for one that has nothing to revert: only the stack that an
 * UPDATE change set is for can have drifted. UnsupportedOperation together with nested change sets, which the bed does not compare so
 */
export function checkDeploymentMode(
  {
    DeploymentMode: mode,
    IncludeNestedStacks: nested,
  }: { readonly DeploymentMode?: string; readonly IncludeNestedStacks?: boolean },
  type: ChangeSet["type"],
): void {
  if (mode === undefined) return;
  if (mode !== "REVERT_DRIFT")
    refuse(
      `1 validation error detected: Value '${mode}' at 'deploymentMode' failed to satisfy constraint: Member must satisfy enum value set: [REVERT_DRIFT]`,
    );
  if (type !== "UPDATE") refuse(`DeploymentMode REVERT_DRIFT is not supported for change sets of type ${type}`);
  if (nested === true) throw unmodelled("DeploymentMode REVERT_DRIFT with IncludeNestedStacks");
}

/** Of the whole change set: the mode, and whether the stack had drifted when it was worked out. */
export function revertShape({ revertsDrift, live }: ChangeSet): object {
  if (!revertsDrift) return {};
  const drifted = [...(live?.values() ?? [])].some(({ status }) => status === "MODIFIED" || status === "DELETED");
  return {
    DeploymentMode: "REVERT_DRIFT",
    ...(live !== undefined && { StackDriftStatus: drifted ? "DRIFTED" : "IN_SYNC" }),
  };
}

/** Of one change: the resource's drift, what of it is left alone, and what the last deployment had said. */
export function changeDriftShape({ drift }: PlannedChange, values: boolean): object {
  if (drift === undefined) return {};
  return {
    ResourceDriftStatus: drift.status,
    ResourceDriftIgnoredAttributes: drift.ignored,
    ...(values &&
      drift.previous !== undefined && {
        PreviousDeploymentContext: JSON.stringify({ Properties: asText(drift.previous) }),
      }),
  };
}

/** Of one property: where its values come from, and what it had been and is. */
export function comparedShape(compared: Detail["compared"]): object {
  if (compared === undefined) return {};
  const { from, drift } = compared;
  return {
    BeforeValueFrom: from,
    AfterValueFrom: "TEMPLATE",
    ...(drift !== undefined && {
      Drift: {
        ...(drift.previous !== undefined && { PreviousValue: text(drift.previous) }),
        ...(drift.actual !== undefined && { ActualValue: text(drift.actual) }),
        DriftDetectionTimestamp: new Date(drift.at),
      },
    }),
  };
}

/** A value as descriptions of changes show it. */
export function text(value: Value): string {
  return isList(value) || isSection(value) ? JSON.stringify(asText(value)) : String(value);
}
