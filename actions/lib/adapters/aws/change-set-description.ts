import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  type ResourceChangeDetail,
  type ResourceChange as SdkResourceChange,
} from "@aws-sdk/client-cloudformation";
import { withoutFalseAlarm } from "../../domain/false-alarm.ts";
import type { ResourceChange } from "../../domain/plan.ts";
import type { ChangeSet } from "../../domain/stack.ts";
import { droppedChanges, toChangeSet, toResourceChange } from "./change-set.ts";

/** Stacks inside stacks inside stacks: more than this is a loop. */
const deepest = 8;

interface Pages {
  readonly description: DescribeChangeSetOutput;
  readonly changes: readonly SdkResourceChange[];
}

/**
 * Describes a change set by its ARN completely: every page; the changes of nested stacks, as `Outer.Inner`; and what the
 * description with values leaves out, read again without values. It leaves out whole changes (aws-cdk-cli issue 1780), and why a
 * resource may be replaced where that hangs on an attribute of another one that changes.
 */
export async function describeCompletely(client: CloudFormationClient, id: string): Promise<ChangeSet> {
  const { description, changes, incomplete } = await describeWithNested(client, id, 0);
  return toChangeSet(description, changes, incomplete);
}

interface Described {
  readonly description: DescribeChangeSetOutput;
  readonly changes: readonly ResourceChange[];
  readonly incomplete: boolean;
}

async function describeWithNested(client: CloudFormationClient, id: string, depth: number): Promise<Described> {
  if (depth > deepest) throw new Error(`change sets of nested stacks more than ${deepest} deep, at ${id}`);
  const valued = await allPages(client, id, true);
  const dropped = droppedChanges(valued.description);
  const unclear = valued.changes.some(({ Replacement }) => Replacement === "Conditional");
  // Asked for values, CloudFormation does not say why one without changes counts as failed (boto/boto3 issue 4178).
  const silent = valued.description.Status === "FAILED" && valued.description.StatusReason === undefined;
  const without = dropped || unclear || silent ? await allPages(client, id, false) : undefined;
  const plain = without?.changes ?? [];
  const changes = (dropped ? merged(valued.changes, plain) : valued.changes).map((change) => withCauses(change, plain));
  const inner = await Promise.all(
    changes.map(async (change): Promise<Pick<Described, "changes" | "incomplete">> => {
      const own = withoutFalseAlarm(toResourceChange(change));
      if (change.ChangeSetId === undefined) return { changes: [own], incomplete: false };
      const nested = await describeWithNested(client, change.ChangeSetId, depth + 1);
      if (valued.description.Status !== "FAILED") refuseFailed(nested.description, own);
      const inside = nested.changes.map((one) => ({ ...one, logicalId: `${own.logicalId}.${one.logicalId}` }));
      // What changes in a nested stack is what changes inside; coming and going is a change of its own.
      const whole = own.action === "modify" && own.replacement === "never" ? inside : [own, ...inside];
      return { changes: whole, incomplete: nested.incomplete };
    }),
  );
  return {
    description: silent && without !== undefined ? without.description : valued.description,
    changes: inner.flatMap((one) => one.changes),
    incomplete: dropped || inner.some(({ incomplete }) => incomplete),
  };
}

/** What a failed one would change nobody knows; one without changes is called failed too. @throws Error */
function refuseFailed(description: DescribeChangeSetOutput, { logicalId }: ResourceChange): void {
  const { state } = toChangeSet(description, [], false);
  if (description.Status === "FAILED" && state.kind === "failed")
    throw new Error(`the change set of nested stack ${logicalId} failed: ${state.reason}`);
}

async function allPages(client: CloudFormationClient, id: string, values: boolean): Promise<Pages> {
  const changes: SdkResourceChange[] = [];
  let description: DescribeChangeSetOutput | undefined;
  let token: string | undefined;
  do {
    const page = await client.send(
      new DescribeChangeSetCommand({
        ChangeSetName: id,
        IncludePropertyValues: values,
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    description ??= page;
    // The marker of dropped changes may stand on any page.
    if (droppedChanges(page)) description = { ...description, StatusReason: page.StatusReason };
    for (const change of page.Changes ?? []) {
      if (change.ResourceChange !== undefined) changes.push(change.ResourceChange);
    }
    token = page.NextToken;
  } while (token !== undefined);
  return { description, changes };
}

/** Every change, with its values where they could be had. */
function merged(
  valued: readonly SdkResourceChange[],
  plain: readonly SdkResourceChange[],
): readonly SdkResourceChange[] {
  const known = new Map(valued.map((change) => [change.LogicalResourceId, change]));
  const listed = new Set(plain.map((change) => change.LogicalResourceId));
  const only = valued.filter((change) => !listed.has(change.LogicalResourceId));
  return [...plain.map((change) => known.get(change.LogicalResourceId) ?? change), ...only];
}

/** What may be replaced, with the causes that only the description without values gives. */
function withCauses(change: SdkResourceChange, plain: readonly SdkResourceChange[]): SdkResourceChange {
  if (change.Replacement !== "Conditional") return change;
  const shown = new Set(change.Details?.map(nameOf));
  const all = plain.find((one) => one.LogicalResourceId === change.LogicalResourceId)?.Details ?? [];
  return { ...change, Details: [...(change.Details ?? []), ...all.filter((detail) => !shown.has(nameOf(detail)))] };
}

/** `Properties KmsKeyId` */
function nameOf({ Target }: ResourceChangeDetail): string {
  return `${Target?.Attribute} ${Target?.Name ?? ""}`;
}
