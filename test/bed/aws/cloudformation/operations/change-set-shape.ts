import type { ParameterValue } from "../parameters.ts";
import type { Detail } from "../stack/details.ts";
import type { PlannedChange } from "../stack/plan.ts";
import type { ChangeSet, Stack } from "../stack/state.ts";
import { asText, type Section } from "../template/value.ts";
import { changeDriftShape, comparedShape, revertShape, text } from "./revert-shape.ts";

/** Why a change set fails that would change nothing. */
export const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";
const INCOMPLETE = "[WARN] --include-property-values option can return incomplete ChangeSet data because: ";

/** The description of a change set as DescribeChangeSet gives it, all changes on one page. */
export function describeChangeSet(
  stack: Stack,
  changeSet: ChangeSet,
  values: boolean,
): { readonly Changes: readonly object[] } {
  const { plan, options, blueprint } = changeSet;
  const warned = values && plan !== undefined && plan.warnings.length > 0;
  // Asked for values, AWS does not say that there is nothing to change (boto/boto3 issue 4178).
  const own = values && changeSet.reason === NO_CHANGES ? undefined : changeSet.reason;
  const reason = warned ? INCOMPLETE + plan.warnings.join("; ") : own;
  const parameters = parameterShapes([...blueprint.parameters.values()]);
  return {
    ...{
      ChangeSetName: changeSet.name,
      ChangeSetId: changeSet.id,
      StackId: stack.id,
      StackName: stack.name,
      ...(changeSet.description !== undefined && { Description: changeSet.description }),
      ...(parameters.length > 0 && { Parameters: parameters }),
      CreationTime: new Date(changeSet.createdAt),
      ExecutionStatus: changeSet.execution,
      Status: changeSet.status,
      ...(reason !== undefined && { StatusReason: reason }),
      NotificationARNs: options.notificationArns,
      RollbackConfiguration: options.rollbackConfiguration,
      Capabilities: options.capabilities,
      ...(options.tags.length > 0 && { Tags: options.tags }),
      IncludeNestedStacks: changeSet.includeNested,
      ...(changeSet.parentId !== undefined && { ParentChangeSetId: changeSet.parentId }),
      ...(changeSet.rootId !== undefined && { RootChangeSetId: changeSet.rootId }),
      ...(changeSet.importExisting && { ImportExistingResources: true }),
      ...(changeSet.onFailure !== undefined && { OnStackFailure: changeSet.onFailure }),
      ...(changeSet.config !== undefined && { DeploymentConfig: changeSet.config }),
      ...revertShape(changeSet),
    },
    Changes: (plan?.changes ?? []).flatMap((change) => changeShape(change, values) ?? []),
  };
}

/** Parameters as descriptions show them: NoEcho masked, stored values resolved. */
export function parameterShapes(parameters: readonly ParameterValue[]): readonly object[] {
  return parameters.map(({ name, text, resolved, noEcho }) => ({
    ParameterKey: name,
    ParameterValue: noEcho ? "****" : text,
    ...(resolved !== undefined && { ResolvedValue: resolved }),
  }));
}

function changeShape(change: PlannedChange, values: boolean): object | undefined {
  const { action, declared, physicalId } = change;
  const hidden = values ? "without values" : "with values";
  const details = change.details.filter(({ shown }) => shown !== hidden);
  if (action === "Modify" && details.length === 0) return undefined;
  const policy = policyAction(change);
  return {
    Type: "Resource",
    ResourceChange: {
      ...(policy !== undefined && { PolicyAction: policy }),
      Action: action,
      LogicalResourceId: declared.logicalId,
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      ResourceType: declared.type,
      ...(change.changeSetId !== undefined && { ChangeSetId: change.changeSetId }),
      ...(change.replacement !== undefined && { Replacement: change.replacement }),
      Scope: [...new Set(details.map(({ target }) => target.attribute))].sort(),
      Details: details.map((detail) => detailShape(detail, values)),
      ...changeDriftShape(change, values),
      ...(values && change.before !== undefined && { BeforeContext: context(change.before, change.around.before) }),
      ...(values && change.after !== undefined && { AfterContext: context(change.after, change.around.after) }),
    },
  };
}

function context(properties: Section, around: Section): string {
  return JSON.stringify(asText({ Properties: properties, ...around }));
}

/** What happens to the old resource: the policy's own word for a removal, with "ReplaceAnd" before it for a replacement. */
function policyAction({ action, declared, replacement }: PlannedChange): string | undefined {
  const word = (policy: string): string => (policy === "RetainExceptOnCreate" ? "Retain" : policy);
  if (action === "Remove") return word(declared.deletionPolicy);
  return replacement === "True" || replacement === "Conditional"
    ? `ReplaceAnd${word(declared.updateReplacePolicy)}`
    : undefined;
}

function detailShape({ target, evaluation, source, causing, compared }: Detail, values: boolean): object {
  const { attribute, name, recreation, before, after, path } = target;
  const changes = before === undefined ? "Add" : after === undefined ? "Remove" : "Modify";
  const kind = source === "NoModification" ? "SyncWithActual" : changes;
  return {
    Target: {
      Attribute: attribute,
      ...(name !== undefined && { Name: name }),
      RequiresRecreation: recreation,
      ...(values &&
        path !== undefined && {
          Path: path,
          ...(before !== undefined && { BeforeValue: text(before) }),
          ...(after !== undefined && { AfterValue: text(after) }),
          AttributeChangeType: kind,
          ...comparedShape(compared),
        }),
    },
    Evaluation: evaluation,
    ChangeSource: source,
    ...(causing !== undefined && { CausingEntity: causing }),
  };
}
