import { creationStep } from "../domain/deletion-protection.ts";
import { compareWithLook, type RevertReview } from "../domain/drift-revert.ts";
import { type Danger, dangersOf, planDigest, type ResourceChange } from "../domain/plan.ts";
import { failoverStep, type UpdateStep } from "../domain/redis-failover.ts";
import { compareWithReview, compareWithWhole, type ReviewedPlan, type ReviewVerdict } from "../domain/review.ts";
import { type Stack, type StackDesire, stackCondition } from "../domain/stack.ts";
import { evidenceOf, firstFailure } from "../domain/stack-event.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import type { Stacks } from "../ports/stacks.ts";
import { applyInTwoUpdates } from "./apply-in-two-updates.ts";
import { followStack, leftBehind, type StackEnd } from "./follow-stack.ts";
import { planStack, type StackPlan } from "./plan-stack.ts";
import { recoverStack } from "./recover-stack.ts";
import { waitFor } from "./wait.ts";

export interface ApplyRequest {
  readonly desire: StackDesire;
  /** `allowDestruction` of the tenant file. */
  readonly allowed: readonly { readonly resource: string; readonly reason: string }[];
  /** What the pull request showed; undefined if no plan of this content was ever stored. */
  readonly reviewed?: ReviewedPlan;
  /** This is one of several updates of one plan with these changes, and may contain no others. */
  readonly within?: readonly ResourceChange[];
  /** Undoes what was changed outside the stack, if that is what somebody looked at: the digest of those changes, and why else not. */
  readonly revert?: RevertReview;
  /** How long one stack operation may take, in milliseconds. */
  readonly atMostMs: number;
  /** Called before these changes are made, whenever they are: what they need is put in place. */
  readonly prepare?: (changes: readonly ResourceChange[]) => Promise<void>;
}

export type ApplyOutcome =
  | { readonly outcome: "unchanged"; readonly stack: Stack }
  | {
      readonly outcome: "applied";
      readonly stack: Stack;
      readonly changes: readonly ResourceChange[];
      /** What was applied is not exactly what was reviewed, or something was left behind. */
      readonly notes: readonly string[];
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

/** A change set can become obsolete between being looked at and being executed; somebody who does that all the time is a problem. */
const tries = 3;

/**
 * Makes a stack what it should be by executing the change set of that content. What is executed is what was reviewed, or
 * differs from it harmlessly; anything that could lose data and was not reviewed is held. Can be repeated at any point: an
 * operation that still runs, ours or not, is waited for, and what it reached counts.
 */
export async function applyStack(request: ApplyRequest, ports: ApplyPorts): Promise<ApplyOutcome> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const outcome = await attemptToApply(request, ports);
    if (outcome !== "overtaken") return outcome;
    ports.progress.say(`${request.desire.name}: somebody else changed the stack just now, planning again`);
  }
  return failed(
    "stack-moved",
    `stack ${request.desire.name} is changed by somebody else all the time; stop that, then deploy again`,
  );
}

async function attemptToApply(request: ApplyRequest, ports: ApplyPorts): Promise<ApplyOutcome | "overtaken"> {
  const { desire, allowed } = request;
  const { stacks, clock } = ports;
  const recovery = await recoverStack(desire.name, request.atMostMs, ports);
  if (recovery.outcome === "blocked") return failed(recovery.reasonCode, recovery.cause);

  const purpose = request.revert === undefined ? "change" : "revert";
  const plan = await planStack(desire, { stacks, clock, purpose });
  if (plan.outcome === "impossible") return failed(plan.reasonCode, plan.cause, plan.evidence);
  if (plan.outcome === "unchanged") {
    // A run that was lost between lifting the policy and setting it again left it lifted.
    if (!plan.stack.terminationProtection || allowed.length > 0) await stacks.protect(plan.stack.id);
    return { outcome: "unchanged", stack: plan.stack };
  }
  const dangers = dangersOf(plan.changes, allowed);
  const verdict = judge({ changes: plan.changes, dangers }, request);
  if (verdict.verdict === "dangerous") {
    return { outcome: "held", reasonCode: "not-reviewed", cause: verdict.cause, dangers };
  }
  const notes = verdict.verdict === "harmless" ? [verdict.note] : [];
  const step = purpose === "revert" ? undefined : stepBefore(plan.stack, desire);
  if (step !== undefined) {
    const part = (request: ApplyRequest): ReturnType<typeof attemptToApply> => attemptToApply(request, ports);
    return await applyInTwoUpdates({ whole: plan.changes, step, request, notes }, part);
  }
  const permitted = dangers.map(({ logicalId }) => logicalId);
  await request.prepare?.(plan.changes);
  const end = await execute({ ...request, plan, permitted }, ports);
  // While the operation goes on, what it may replace has to stay permitted; the next deployment ends that.
  if (end === "slow") return slow(request);
  if (end === "overtaken") {
    if (permitted.length > 0 && plan.stack !== undefined) await stacks.protect(plan.stack.id);
    return end;
  }
  const stack = await asEnded(desire.name, end, ports);
  if (stack === undefined) return failed("stack-gone", `stack ${desire.name} was deleted while it was being changed`);
  const undone = stackCondition(stack.status).kind === "creation-undone";
  // What is to be deleted at once must not be protected before.
  if (!undone && (permitted.length > 0 || !stack.terminationProtection)) await stacks.protect(stack.id);
  if (end.status === "CREATE_COMPLETE" || end.status === "UPDATE_COMPLETE") {
    return { outcome: "applied", stack, changes: plan.changes, notes: [...notes, ...leftBehind(end)] };
  }
  const failure = explain(desire.name, end);
  if (!undone) return failure;
  // A first creation that was undone leaves an empty stack, which would refuse the next plan: it goes at once.
  const cleared = await recoverStack(desire.name, request.atMostMs, ports);
  return cleared.outcome === "blocked" ? { ...failure, evidence: [...failure.evidence, cleared.cause] } : failure;
}

/** What has to be in place before what is wanted can be. */
function stepBefore(present: Stack | undefined, desire: StackDesire): UpdateStep | undefined {
  return present === undefined ? creationStep(desire) : failoverStep(present, desire);
}

function judge(
  now: { readonly changes: readonly ResourceChange[]; readonly dangers: readonly Danger[] },
  { reviewed, within, revert }: ApplyRequest,
): ReviewVerdict {
  if (revert !== undefined) return compareWithLook(now.changes, revert);
  return within === undefined ? compareWithReview(now, reviewed) : compareWithWhole(now, within);
}

/** Executes a plan's change set and follows it to its end. */
async function execute(
  request: ApplyRequest & {
    readonly plan: Extract<StackPlan, { readonly outcome: "planned" }>;
    readonly permitted: readonly string[];
  },
  ports: ApplyPorts,
): Promise<StackEnd | "overtaken" | "slow"> {
  const { desire, plan, permitted, atMostMs } = request;
  const { stacks, clock } = ports;
  if (permitted.length > 0 && plan.stack !== undefined) await stacks.permit(plan.stack.id, permitted);
  const since = clock.now();
  const token = `apply-${planDigest(plan.changes)}-${plan.changeSet.split("/").at(-1)?.slice(0, 8)}`;
  if ((await stacks.executeChangeSet(plan.changeSet, token)) === "not-executable") return "overtaken";
  const stack = await waitFor(clock, { everyMs: 1_000, atMostMs: 60_000 }, () => stacks.find(desire.name));
  if (stack === undefined) throw new Error(`stack ${desire.name} is not there although its change set was executed`);
  return (await followStack({ name: desire.name, stackId: stack.id, token, since, atMostMs }, ports)) ?? "slow";
}

/** The stack as its last event says; what is read right after it can be older. */
async function asEnded(
  name: string,
  end: StackEnd,
  { stacks, clock }: Pick<ApplyPorts, "stacks" | "clock">,
): Promise<Stack | undefined> {
  const read = await waitFor(clock, { everyMs: 1_000, atMostMs: 60_000 }, async () => {
    const stack = await stacks.find(name);
    return stack === undefined || stack.status === end.status ? { stack } : undefined;
  });
  return read === undefined ? await stacks.find(name) : read.stack;
}

function explain(stack: string, { events }: StackEnd): Extract<ApplyOutcome, { outcome: "failed" }> {
  const first = firstFailure(events);
  const cause =
    first === undefined
      ? `stack ${stack} was rolled back without a failed resource; somebody may have cancelled the update`
      : `${first.logicalId} (${first.type}) ${first.status}: ${first.reason}`;
  return { outcome: "failed", reasonCode: "stack-failed", cause, evidence: evidenceOf(events) };
}

function slow({ desire, atMostMs }: ApplyRequest): ApplyOutcome {
  return failed(
    "stack-slow",
    `stack ${desire.name} is still changing after ${Math.round(atMostMs / 60_000)} minutes; it goes on by itself, and the next deployment waits for it and goes on from there`,
  );
}

function failed(
  reasonCode: string,
  cause: string,
  evidence: readonly string[] = [],
): Extract<ApplyOutcome, { outcome: "failed" }> {
  return { outcome: "failed", reasonCode, cause, evidence };
}
