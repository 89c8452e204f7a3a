/** What CloudFormation says of a change set → our values. */
import type {
  DescribeChangeSetOutput,
  ResourceChangeDetail,
  ResourceChange as SdkResourceChange,
} from "@aws-sdk/client-cloudformation";
import type { PolicyAction, PropertyChange, Replacement, ResourceChange } from "../../domain/plan.ts";
import { masked, shownValue, withoutSecrets } from "../../domain/sensitive.ts";
import { type ChangeSet, type ChangeSetState, strongest } from "../../domain/stack.ts";

/** The two reasons CloudFormation gives for a change set without changes; it has no code for it. */
const emptyReasons = ["The submitted information didn't contain changes.", "No updates are to be performed."];

/**
 * The only sign that values made CloudFormation drop whole changes (aws-cdk-cli issue 1780): the status is as good as ever.
 */
export function droppedChanges(description: Pick<DescribeChangeSetOutput, "StatusReason">): boolean {
  return description.StatusReason?.includes("[WARN] --include-property-values") ?? false;
}

/**
 * Translates a complete description.
 *
 * @param changes of all pages and nested stacks
 * @param incomplete whether CloudFormation could not show the values of some of them
 */
export function toChangeSet(
  description: DescribeChangeSetOutput,
  changes: readonly ResourceChange[],
  incomplete: boolean,
): ChangeSet {
  return {
    id: description.ChangeSetId ?? "",
    name: description.ChangeSetName ?? "",
    stackId: description.StackId ?? "",
    state: toState(description),
    changes,
    incomplete,
    createdAt: description.CreationTime ?? new Date(0),
  };
}

function toState({ Status, ExecutionStatus, StatusReason }: DescribeChangeSetOutput): ChangeSetState {
  switch (Status) {
    case "CREATE_PENDING":
    case "CREATE_IN_PROGRESS":
      return { kind: "creating" };
    case "FAILED":
      return emptyReasons.some((reason) => StatusReason?.startsWith(reason))
        ? { kind: "empty" }
        : { kind: "failed", reason: withoutSecrets(StatusReason ?? "CloudFormation gave no reason") };
    case "CREATE_COMPLETE":
      break;
    case "DELETE_PENDING":
    case "DELETE_IN_PROGRESS":
    case "DELETE_COMPLETE":
      return { kind: "deleting" };
    case "DELETE_FAILED":
      return { kind: "failed", reason: `the change set is in ${Status}` };
    default:
      throw new Error(`unknown change set status ${String(Status)}`);
  }
  switch (ExecutionStatus) {
    case "AVAILABLE":
      return { kind: "available" };
    case "UNAVAILABLE":
      return { kind: "failed", reason: StatusReason ?? "the change set is unavailable" };
    case "EXECUTE_IN_PROGRESS":
      return { kind: "executing" };
    case "EXECUTE_COMPLETE":
      return { kind: "executed" };
    case "EXECUTE_FAILED":
      return { kind: "failed", reason: "its execution failed" };
    case "OBSOLETE":
      return { kind: "obsolete" };
    default:
      throw new Error(`unknown change set execution status ${String(ExecutionStatus)}`);
  }
}

/** One change, with every value that is a secret masked. */
export function toResourceChange(change: SdkResourceChange): ResourceChange {
  const properties = byPath(change.Details ?? []);
  const policyAction = policyActions.find((one) => one === change.PolicyAction);
  return {
    logicalId: change.LogicalResourceId ?? "",
    type: change.ResourceType ?? "",
    ...(change.PhysicalResourceId !== undefined && { physicalId: change.PhysicalResourceId }),
    action: toAction(change.Action),
    replacement: toReplacement(change.Replacement),
    // One we do not know is left out, and what is left out counts as deletion.
    ...(policyAction !== undefined && { policyAction }),
    ...((change.ResourceDriftStatus === "MODIFIED" || change.ResourceDriftStatus === "DELETED") && { drifted: true }),
    properties,
  };
}

const policyActions: readonly PolicyAction[] = [
  "Delete",
  "Retain",
  "Snapshot",
  "ReplaceAndDelete",
  "ReplaceAndRetain",
  "ReplaceAndSnapshot",
];

/** One row per property path; CloudFormation gives a detail per cause. */
function byPath(details: readonly ResourceChangeDetail[]): readonly PropertyChange[] {
  const paths = new Map<string, ResourceChangeDetail[]>();
  for (const detail of details) {
    const target = detail.Target;
    const path =
      target?.Path ?? `/${target?.Attribute ?? "Properties"}${target?.Name === undefined ? "" : `/${target.Name}`}`;
    paths.set(path, [...(paths.get(path) ?? []), detail]);
  }
  return [...paths].map(([path, same]) => {
    const before = same.find((detail) => detail.Target?.BeforeValue !== undefined)?.Target?.BeforeValue;
    const after = same.find((detail) => detail.Target?.AfterValue !== undefined)?.Target?.AfterValue;
    return {
      path,
      ...shownPair(path, before, after),
      replacement: strongest(same.map((detail) => toRecreation(detail.Target?.RequiresRecreation))),
    };
  });
}

function shownPair(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Pick<PropertyChange, "before" | "after"> {
  const was = before === undefined ? undefined : shown(path, before);
  const will = after === undefined ? undefined : shown(path, after);
  const hidden = was === masked && will === masked;
  return {
    ...(was !== undefined && { before: was }),
    ...(will !== undefined && { after: hidden ? "(sensitive, changed)" : will }),
  };
}

function shown(path: string, value: string): string {
  return shownValue(path, value.replaceAll("{{changeSet:KNOWN_AFTER_APPLY}}", "(known after apply)"));
}

function toAction(action: SdkResourceChange["Action"]): ResourceChange["action"] {
  switch (action) {
    case "Add":
      return "add";
    case "Modify":
      return "modify";
    case "Remove":
      return "remove";
    case "Import":
      return "import";
    case "Dynamic":
      return "dynamic";
    case "SyncWithActual":
      return "sync";
    default:
      throw new Error(`unknown change set action ${String(action)}`);
  }
}

function toReplacement(replacement: SdkResourceChange["Replacement"]): Replacement {
  switch (replacement) {
    case "True":
      return "always";
    case "Conditional":
      return "conditional";
    case "False":
    case undefined:
      return "never";
    default:
      throw new Error(`unknown replacement ${String(replacement)}`);
  }
}

function toRecreation(recreation: string | undefined): Replacement {
  switch (recreation) {
    case "Always":
      return "always";
    case "Conditionally":
      return "conditional";
    case "Never":
    case undefined:
      return "never";
    default:
      throw new Error(`unknown recreation ${recreation}`);
  }
}
