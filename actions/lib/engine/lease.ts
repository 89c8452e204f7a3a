import {
  given,
  heartbeatMs,
  isHeld,
  type Lease,
  type LeaseWish,
  leaseKey,
  leaseRecord,
  mayTake,
  prolonged,
  taken,
} from "../domain/lease.ts";
import { OperatorError } from "../domain/operator-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { LeaseHolders } from "../ports/lease-holders.ts";
import type { Records } from "../ports/records.ts";

export interface LeasePorts {
  readonly records: Records;
  readonly holders: LeaseHolders;
  readonly clock: Clock;
}

/** A lease in somebody's hand. */
export interface HeldLease {
  readonly lease: Lease;
  /**
   * To be called before every call that changes something.
   *
   * @throws OperatorError `lease-lost` if it ended or somebody else has it by now
   */
  check(): Promise<void>;
  /** Gives it back; does nothing if somebody else has it by now. */
  release(): Promise<void>;
}

export type LeaseAnswer =
  | { readonly answer: "taken"; readonly held: HeldLease }
  | { readonly answer: "held"; readonly by: Lease };

/**
 * Who has the lease of a tenant so that `wish` could not take it now; undefined if it could. Nothing is written.
 */
export async function whoHolds(wish: LeaseWish, { records, holders, clock }: LeasePorts): Promise<Lease | undefined> {
  const { lease } = await readLease(wish.tenant, records);
  const now = clock.now();
  if (!isHeld(lease, now)) return undefined;
  return mayTake(lease, { wish, holder: await holders.state(lease.runId), now }) ? undefined : lease;
}

/** Two that want it at the same moment write one after the other; the later one looks again. */
const tries = 5;

/**
 * Takes the lease of a tenant, or says who has it. The holder's run is asked about only if the lease has not ended. While it is held,
 * signs of life are written in the background.
 */
export async function takeLease(wish: LeaseWish, ports: LeasePorts): Promise<LeaseAnswer> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const { lease, tag } = await readLease(wish.tenant, ports.records);
    const now = ports.clock.now();
    const holder = isHeld(lease, now) ? await ports.holders.state(lease.runId) : "gone";
    if (lease !== undefined && !mayTake(lease, { wish, holder, now })) return { answer: "held", by: lease };
    const mine = taken(lease, wish, now);
    const written = await ports.records.put(
      leaseKey(wish.tenant),
      mine,
      tag === undefined ? { ifAbsent: true } : { ifTag: tag },
    );
    if (written !== undefined) return { answer: "taken", held: hold(mine, written, ports) };
  }
  throw new OperatorError(
    "lease-contended",
    `several operations want ${wish.tenant} at the same moment; write the command again`,
  );
}

/**
 * Takes a lease from whoever has it.
 *
 * @returns the lease that was ended, or undefined if nobody held it
 */
export async function breakLease(
  tenant: string,
  { records, clock }: Pick<LeasePorts, "records" | "clock">,
): Promise<Lease | undefined> {
  const { lease, tag } = await readLease(tenant, records);
  if (tag === undefined || !isHeld(lease, clock.now())) return undefined;
  // The next holder gets a higher number, so the one who had it is stopped at its next step.
  const written = await records.put(leaseKey(tenant), given(lease, clock.now()), { ifTag: tag });
  if (written !== undefined) return lease;
  throw new OperatorError(
    "lease-alive",
    `${lease.operation} gave a sign of life at this moment; it works on ${tenant}, look at ${lease.run}`,
  );
}

/** Gives back what a run that was lost held for an operation that is over; does nothing if it is not held for it any more. */
export async function letGo(
  { tenant, operation, runId }: Pick<LeaseWish, "tenant" | "operation" | "runId">,
  { records, clock }: Pick<LeasePorts, "records" | "clock">,
): Promise<void> {
  const { lease, tag } = await readLease(tenant, records);
  if (tag === undefined || lease?.state !== "held" || lease.operation !== operation || lease.runId !== runId) return;
  await records.put(leaseKey(tenant), given(lease, clock.now()), { ifTag: tag });
}

/** The lease of a tenant as it stands. */
export async function readLease(
  tenant: string,
  records: Pick<Records, "get">,
): Promise<{ readonly lease?: Lease; readonly tag?: string }> {
  const stored = await records.get(leaseKey(tenant));
  return stored === undefined ? {} : { lease: leaseRecord.parse(stored.value), tag: stored.tag };
}

/** Signs of life are written in the background; one that fails is made up for by the next, and the check before each step decides. */
function hold(mine: Lease, tag: string, { records, clock }: LeasePorts): HeldLease {
  let version = tag;
  let beating = true;
  // One at a time: two writes over the same version would make the second look like a theft.
  let turn: Promise<unknown> = Promise.resolve();
  const own = (lease: Lease | undefined): boolean =>
    lease?.fence === mine.fence && lease.operation === mine.operation && lease.state === "held";
  const write = async (next: (now: Date) => Lease): Promise<void> => {
    const written = await records.put(leaseKey(mine.tenant), next(clock.now()), { ifTag: version });
    if (written !== undefined) {
      version = written;
      return;
    }
    // Our own earlier write may have come through although its answer was lost.
    const { lease, tag: present } = await readLease(mine.tenant, records);
    if (own(lease) && present !== undefined && present !== version) {
      version = present;
      await write(next);
    } else {
      // Somebody else has it by now; signs of life would say nothing.
      beating = false;
    }
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };
  const beat = async (): Promise<void> => {
    let last = clock.now().getTime();
    while (beating) {
      // Short naps, so that a process that is done does not stay for its next sign of life.
      await clock.sleep(1_000);
      if (!beating || clock.now().getTime() - last < heartbeatMs) continue;
      last = clock.now().getTime();
      await inTurn(() => write((now) => prolonged(mine, now))).catch(() => {});
    }
  };
  void beat();
  return {
    lease: mine,
    check: async () => {
      await turn;
      const { lease } = await readLease(mine.tenant, records);
      if (own(lease) && isHeld(lease, clock.now())) return;
      beating = false;
      const why =
        lease === undefined || own(lease) ? "it ended" : `${lease.operation} of ${lease.holder} had it in between`;
      throw new OperatorError(
        "lease-lost",
        `the lease of ${mine.tenant} was lost: ${why}; nothing more was changed, look at what runs and write the command again`,
      );
    },
    release: async () => {
      beating = false;
      await inTurn(() => write((now) => given(mine, now)));
    },
  };
}
