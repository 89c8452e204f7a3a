/** What happened in a stack operation, and the first cause of one that failed. */

/** One event of a stack operation. */
export interface StackEvent {
  readonly id: string;
  readonly at: Date;
  /** ARN of the stack it happened in: the operation's own, or a nested one. */
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  /** Token of the operation it belongs to; events of nested stacks have none of ours. */
  readonly operation?: string;
  /** A hook that looked at the resource: `AWS::ControlTower::Hook`, its verdict and its reason. */
  readonly hook?: { readonly type: string; readonly failed: boolean; readonly reason: string };
}

/** The first cause of a failed operation. */
export interface StackFailure {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/**
 * The first cause, not the last consequence: the earliest failed event that is not a cancellation of a sibling. A nested stack's
 * own failure only repeats what happened inside, and a resource's failure after a hook refused it only repeats the hook: give
 * the events of the operation, of its rollback and of its nested stacks in one list, and what is innermost is found.
 *
 * @param events in any order
 */
export function firstFailure(events: readonly StackEvent[]): StackFailure | undefined {
  const ordered = events.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const failed = ordered.filter(({ status, reason }) => status.endsWith("_FAILED") && !isCancellation(reason));
  const first = failed.find(({ type }) => type !== "AWS::CloudFormation::Stack") ?? failed[0];
  const refused = ordered.find(({ hook }) => hook?.failed === true);
  const hooked = refused !== undefined && (first === undefined || refused.at <= first.at || isHookEcho(first.reason));
  const event = hooked ? refused : first;
  if (event === undefined) return undefined;
  const { logicalId, type, status, hook, reason = "no reason given" } = event;
  return {
    logicalId,
    type,
    status: hooked ? "refused by a hook" : status,
    reason: hooked && hook !== undefined ? `${hook.type}: ${hook.reason}` : reason,
  };
}

/** Failed events as lines, oldest first, cancellations only counted. */
export function evidenceOf(events: readonly StackEvent[]): readonly string[] {
  const failed = events
    .filter(({ status, hook }) => status.endsWith("_FAILED") || hook?.failed === true)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const cancelled = failed.filter(({ reason }) => isCancellation(reason)).length;
  const lines = failed
    .filter(({ reason }) => !isCancellation(reason))
    .slice(0, 10)
    .map(({ at, logicalId, status, reason, hook }) =>
      `${at.toISOString()} ${logicalId} ${hook?.failed === true ? `${hook.type} refused` : status} ${hook?.reason ?? reason ?? ""}`.trim(),
    );
  return cancelled === 0 ? lines : [...lines, `${cancelled} others were cancelled because of it`];
}

/** CloudFormation gives no code for a cancelled sibling, only these reasons; they never decide success, only what is shown. */
function isCancellation(reason: string | undefined): boolean {
  return reason !== undefined && /^(Resource (creation|update|deletion) cancelled|Operation cancelled)/i.test(reason);
}

function isHookEcho(reason: string | undefined): boolean {
  return reason !== undefined && /^The following hook\(s\) failed/i.test(reason);
}
