/** Puts a tenant's stack back to what git says: looked at first, and then exactly what was looked at. */
import type { DesiredTenant } from "../domain/desired.ts";
import type { KnownDrift } from "../domain/drift.ts";
import { type RevertPlan, revertPlan } from "../domain/drift-revert.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { settledFingerprints, settledPrefix } from "../domain/settled.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";
import { type ApplyOutcome, applyStack } from "./apply-stack.ts";
import { asDeclared } from "./as-declared.ts";
import { planStack } from "./plan-stack.ts";
import { recoverStack } from "./recover-stack.ts";
import { startToChange } from "./start-to-change.ts";

export interface RevertSources {
  readonly declarations: Declarations;
  readonly known: KnownDrift;
}

/** How long putting back may take; a database that changes its class with a standby needs most of an hour. Milliseconds. */
const atMostMs = 90 * 60_000;

/**
 * What a revert would change of a tenant's stack; undefined if nothing differs. Leaves nothing behind in AWS.
 *
 * @throws OperatorError if the tenant has not settled, whose stack is not expected to be what git says, or if it cannot be planned
 */
export async function lookAtRevert(
  desired: DesiredTenant,
  fleet: Fleet<"records">,
  { declarations, known }: RevertSources,
): Promise<RevertPlan | undefined> {
  await needSettled(desired, fleet, declarations);
  const { tenant, stack } = desired;
  const { stacks } = fleet.cell;
  const planned = await planStack(stack, { stacks, clock: fleet.clock, purpose: "revert" });
  switch (planned.outcome) {
    case "impossible":
      throw new OperatorError(planned.reasonCode, [planned.cause, ...planned.evidence].join("\n"));
    case "unchanged":
      return undefined;
    case "planned": {
      // It shows what there is at this moment; carrying it out makes another.
      await stacks.deleteChangeSet(planned.changeSet);
      const { name, environment, tier, allowDestruction } = tenant;
      const about = { tenant: name, environment, tier, stack: stack.name };
      return revertPlan(about, planned.changes, { allowed: allowDestruction, known });
    }
  }
}

/**
 * Carries a revert out. Can be repeated at any point: an operation that still runs is waited for, and what it reached counts.
 *
 * @param reviewed digest of the changes somebody looked at; anything else is held
 */
export async function carryOutRevert(
  desired: DesiredTenant,
  fleet: Fleet<"records">,
  { declarations, known, reviewed }: RevertSources & { readonly reviewed: string },
): Promise<ApplyOutcome> {
  await needSettled(desired, fleet, declarations);
  const allowed = desired.tenant.allowDestruction;
  const { cell, clock, progress } = fleet;
  return await applyStack(
    {
      desire: desired.stack,
      ...{ allowed, atMostMs, revert: { digest: reviewed, allowed, known } },
      prepare: (changes) => startToChange(desired, changes, fleet),
    },
    { stacks: cell.stacks, clock, progress },
  );
}

/**
 * Waits for whatever is being done to a tenant's stack: an attempt of this revert that was lost may still be at work.
 *
 * @throws OperatorError if the stack is stuck
 */
export async function letStackSettle(desired: DesiredTenant, { cell, clock, progress }: Fleet): Promise<void> {
  const recovery = await recoverStack(desired.stack.name, atMostMs, { stacks: cell.stacks, clock, progress });
  if (recovery.outcome === "blocked") throw new OperatorError(recovery.reasonCode, recovery.cause);
}

/** @throws OperatorError `not-settled` */
async function needSettled(desired: DesiredTenant, fleet: Fleet<"records">, declarations: Declarations): Promise<void> {
  const { name } = desired.tenant;
  const settled = settledFingerprints(await fleet.cell.records.list(settledPrefix)).get(name);
  // It settled as its file says, or with what commands had changed by then.
  const file = asDeclared(fleet, declarations).get(name) ?? desired;
  if (settled !== undefined && [desired.fingerprint, file.fingerprint].includes(settled)) return;
  throw new OperatorError(
    "not-settled",
    `${name} has changes in git that are not deployed, so reverting would deploy them as well; /retry ${name} first`,
  );
}
