import type { DesiredTenant } from "../domain/desired.ts";
import type { Lease, LeaseWish } from "../domain/lease.ts";
import type { Clock } from "../ports/clock.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Progress } from "../ports/progress.ts";
import type { Records } from "../ports/records.ts";
import { type HeldLease, takeLease } from "./lease.ts";
import { fencedCell } from "./lease-fence.ts";
import type { StageResult } from "./outcome-of.ts";
import { waitFor } from "./wait.ts";

/** A command has done its work, or its runner is dead, well before that; milliseconds. */
const pace = { everyMs: 5_000, atMostMs: 25 * 60_000 } as const;

/**
 * Does a stage's work on a tenant under its lease, so that no command, and no other run, changes the tenant at the same time. A command that is at work is
 * waited for, and what it changed is taken into account. Without a `run` to hold it, as in rehearsals of a single stage, nobody else is
 * there and the work is simply done.
 *
 * @param work with the tenant as it is to run by then, and the fleet whose cell asks for the lease before every change
 */
export async function aloneOnTenant<Whole extends Fleet<"records">>(
  desired: DesiredTenant,
  fleet: Whole,
  work: (desired: DesiredTenant, fleet: Whole) => Promise<StageResult>,
): Promise<StageResult> {
  const { run, again, cell, clock, progress } = fleet;
  if (run === undefined || again === undefined) return await work(desired, fleet);
  const { name } = desired.tenant;
  const wish = { ...run, tenant: name, purpose: `deployment of ${desired.release}` };
  const held = await leaseInTime(wish, { records: cell.records, clock, progress });
  if ("cause" in held) {
    return {
      ...held,
      outcome: "failed",
      reasonCode: "lease-held",
      running: "nothing was changed",
      next: `/unlock ${name}`,
    };
  }
  try {
    return await work(await again(name), { ...fleet, cell: fencedCell(cell, held) });
  } finally {
    await held.release();
  }
}

/** Takes the lease of a tenant, waiting for whoever works on it. @returns why not, in words, if that takes too long */
export async function leaseInTime(
  wish: LeaseWish,
  ports: { readonly records: Records; readonly clock: Clock; readonly progress: Progress },
): Promise<HeldLease | { readonly cause: string }> {
  const { records, clock, progress } = ports;
  // Whether a holder is alive is asked of GitHub only where a person waits for the answer; here its time is waited out.
  const holders = { state: async () => "unknown" as const };
  const name = wish.tenant;
  let by: Lease | undefined;
  const held = await waitFor(clock, pace, async () => {
    const answer = await takeLease(wish, { records, holders, clock });
    if (answer.answer === "taken") return answer.held;
    if (by?.operation !== answer.by.operation)
      progress.say(`${name}: waiting for ${answer.by.purpose} (${answer.by.run})`);
    by = answer.by;
    return undefined;
  });
  if (held !== undefined) return held;
  return {
    cause: `${by?.purpose ?? "something"} of ${by?.holder ?? "somebody"} has ${name} since ${by?.since ?? "long ago"} (${by?.run ?? "no run"})`,
  };
}
