import { type Danger, dangersOf, planDigest, type ResourceChange } from "../domain/plan.ts";
import { firstFailure, type Stack, type StackDesire, type StackEvent, stackCondition } from "../domain/stack.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";
import { planStack } from "./plan-stack.ts";
import { recoverStack } from "./recover-stack.ts";
import { waitFor } from "./wait.ts";

export interface ApplyRequest {
  readonly desire: StackDesire;
  /** `allowDestruction` of the tenant file. */
  readonly allowed: readonly { readonly resource: string; readonly reason: string }[];
  /** What the pull request showed; undefined if no plan of this content was ever stored. */
  readonly reviewed?: { readonly digest: string; readonly dangers: readonly Danger[] };
  /** How long one stack operation may take, in milliseconds. */
  readonly atMostMs: number;
}

export type ApplyOutcome =
  | { readonly outcome: "unchanged"; readonly stack: Stack }
  | {
      readonly outcome: "applied";
      readonly stack: Stack;
      readonly changes: readonly ResourceChange[];
      /** Set when what was applied is not exactly what was reviewed. */
      readonly note?: string;
    }
  /** Nothing was done; a person has to look at the plan first. */
  | {
      readonly outcome: "held";
      readonly reasonCode: string;
      readonly cause: string;
      readonly dangers: readonly Danger[];
    }
  | {
      readonly outcome: "failed";
      readonly reasonCode: string;
      readonly cause: string;
      readonly evidence: readonly string[];
    };

export interface ApplyPorts {
  readonly stacks: Stacks;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Makes a stack what it should be by executing the change set of that content. What is executed is what was reviewed, or
 * differs from it harmlessly; anything that could lose data and was not reviewed is held. Can be repeated at any point: an
 * operation of ours that still runs is followed, not started again.
 */
export async function applyStack(request: ApplyRequest, ports: ApplyPorts): Promise<ApplyOutcome> {
  const { desire } = request;
  const { stacks, clock } = ports;
  const recovery = await recoverStack(desire.name, request.atMostMs, ports);
  if (recovery.outcome === "blocked") return failed(recovery.reasonCode, recovery.cause);

  const plan = await planStack(desire, { stacks, clock });
  if (plan.outcome === "impossible") return failed(plan.reasonCode, plan.cause);
  if (plan.outcome === "unchanged") {
    if (!plan.stack.terminationProtection) await stacks.protect(plan.stack.id);
    return { outcome: "unchanged", stack: plan.stack };
  }

  const dangers = dangersOf(plan.changes, request.allowed);
  const verdict = compare(plan.changes, dangers, request.reviewed);
  if (verdict.held !== undefined) return { outcome: "held", reasonCode: "not-reviewed", cause: verdict.held, dangers };

  const permitted = dangers.map(({ logicalId }) => logicalId);
  if (permitted.length > 0 && plan.stack !== undefined) await stacks.permit(plan.stack.id, permitted);
  const since = clock.now();
  const token = `apply-${planDigest(plan.changes)}-${plan.changeSet.split("/").at(-1)?.slice(0, 8)}`;
  await stacks.executeChangeSet(plan.changeSet, token);
  const end = await follow({ ...request, token, since }, ports);
  if (end === undefined) {
    return failed(
      "stack-slow",
      `stack ${desire.name} is still changing after ${Math.round(request.atMostMs / 60_000)} minutes; it goes on by itself, and the next deploy takes it up`,
    );
  }
  const stack = await stacks.find(desire.name);
  if (stack === undefined) return failed("stack-gone", `stack ${desire.name} was deleted while it was being changed`);
  if (permitted.length > 0 || !stack.terminationProtection) await stacks.protect(stack.id);
  if (end.status === "CREATE_COMPLETE" || end.status === "UPDATE_COMPLETE") {
    return {
      outcome: "applied",
      stack,
      changes: plan.changes,
      ...(verdict.note !== undefined && { note: verdict.note }),
    };
  }
  const failure = await explain(desire.name, end.events);
  // A first creation that was undone leaves an empty stack, which would refuse the next plan: it goes at once.
  if (stackCondition(stack.status).kind === "creation-undone") await recoverStack(desire.name, request.atMostMs, ports);
  return failure;
}

/** Holds what could lose data and was not reviewed; notes what is merely different. */
function compare(
  changes: readonly ResourceChange[],
  dangers: readonly Danger[],
  reviewed: ApplyRequest["reviewed"],
): { readonly held?: string; readonly note?: string } {
  const refused = dangers.filter((danger) => danger.allowedBecause === undefined);
  if (refused.length > 0) {
    return {
      held: `${list(refused)}; name it in allowDestruction with a reason, or change the files so that it stays`,
    };
  }
  const same = reviewed?.digest === planDigest(changes);
  if (same) return {};
  const known = new Set(reviewed?.dangers.map(({ logicalId, what }) => `${logicalId} ${what}`) ?? []);
  const unseen = dangers.filter(({ logicalId, what }) => !known.has(`${logicalId} ${what}`));
  if (unseen.length > 0) {
    return { held: `${list(unseen)}, which the reviewed plan did not show; open a pull request to review it again` };
  }
  if (reviewed === undefined) return { note: "no plan of this content was stored; nothing in it can lose data" };
  return { note: "differs from the reviewed plan, harmlessly: the stack changed in between" };
}

function list(dangers: readonly Danger[]): string {
  return dangers.map(({ logicalId, what }) => `${logicalId} would be ${what}`).join("; ");
}

/** Events as they happen, until the stack itself ends the operation with our token; undefined when the time is up. */
async function follow(
  request: ApplyRequest & { readonly token: string; readonly since: Date },
  { stacks, clock, progress }: ApplyPorts,
): Promise<{ readonly status: string; readonly events: readonly StackEvent[] } | undefined> {
  const { desire, token } = request;
  const seen = new Set<string>();
  const stack = await stacks.find(desire.name);
  if (stack === undefined) return undefined;
  // Clocks differ a little; the token, not the time, decides which events are ours.
  const since = new Date(request.since.getTime() - 60_000);
  return await waitFor(clock, { everyMs: 2_000, atMostMs: request.atMostMs }, async () => {
    const events = (await stacks.events(stack.id, since)).filter(
      ({ operation, type }) =>
        operation === token || (operation === undefined && type !== "AWS::CloudFormation::Stack"),
    );
    for (const event of events) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      if (worthSaying(event))
        progress.say(
          `${desire.name}: ${event.logicalId} ${event.status}${event.reason === undefined ? "" : ` (${event.reason})`}`,
        );
    }
    const end = events.findLast(({ physicalId, status }) => physicalId === stack.id && isTerminal(status));
    return end === undefined ? undefined : { status: end.status, events };
  });
}

/** Ends of an operation; the clean-up after an update and the wait for a rollback are part of it. */
function isTerminal(status: string): boolean {
  return !status.endsWith("_IN_PROGRESS") && status !== "CREATE_FAILED" && status !== "UPDATE_FAILED";
}

function worthSaying({ status }: StackEvent): boolean {
  return status.endsWith("_COMPLETE") || status.endsWith("_FAILED");
}

async function explain(stack: string, events: readonly StackEvent[]): Promise<ApplyOutcome> {
  const first = firstFailure(events);
  const evidence = events
    .filter(({ status }) => status.endsWith("_FAILED"))
    .slice(0, 10)
    .map(({ at, logicalId, status, reason }) => `${at.toISOString()} ${logicalId} ${status} ${reason ?? ""}`.trim());
  const cause =
    first === undefined
      ? `stack ${stack} was rolled back without a failed resource; somebody may have cancelled the update`
      : `${first.logicalId} (${first.type}) ${first.status}: ${first.reason}`;
  return { outcome: "failed", reasonCode: "stack-failed", cause, evidence };
}

function failed(reasonCode: string, cause: string): ApplyOutcome {
  return { outcome: "failed", reasonCode, cause, evidence: [] };
}
