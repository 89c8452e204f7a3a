/**
 * A lease: who may change what runs of a tenant. It stands in the environment's bucket, is only ever written over the version that was
 * read, belongs to an operation, ends by itself, and carries a number that grows with every holder, so that a holder who was asleep
 * finds out that somebody else had the tenant in between.
 */

import * as z from "zod";

/** How long a lease holds without a sign of life, in milliseconds: nobody waits longer than this for a runner that died. */
export const leaseMs = 3 * 60_000;

/** How often a holder gives a sign of life, in milliseconds: three may be lost. */
export const heartbeatMs = 45_000;

export const leaseRecord = z.strictObject({
  tenant: z.string(),
  /** Grows by one with every holder. */
  fence: z.int().min(1),
  state: z.literal(["held", "free"]),
  operation: z.string(),
  /** What it is for, as somebody would say it: `/scale hospital-a 4`. */
  purpose: z.string().max(500),
  /** GitHub login of who asked for it. */
  holder: z.string(),
  /** Address of the run that works, and GitHub's id of it. */
  run: z.string(),
  runId: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});

export type Lease = Readonly<z.infer<typeof leaseRecord>>;

export interface LeaseWish {
  readonly tenant: string;
  readonly operation: string;
  readonly purpose: string;
  readonly holder: string;
  readonly run: string;
  readonly runId: string;
}

/** What GitHub says about the run of a holder. */
export type HolderState = "alive" | "gone" | "unknown";

/** `leases/hospital-a.json` */
export function leaseKey(tenant: string): string {
  return `leases/${tenant}.json`;
}

/** Whether a lease keeps others away at this moment. */
export function isHeld(lease: Lease | undefined, now: Date): lease is Lease {
  return lease !== undefined && lease.state === "held" && now.getTime() < Date.parse(lease.until);
}

/**
 * Whether `wish` may have the lease now. One that is free, has ended, or is of the same operation is taken; one whose holder's run is
 * over is taken before its time, because nobody is left to give it back.
 *
 * @param holder asked of GitHub only when it matters; `unknown` keeps it
 */
export function mayTake(
  lease: Lease | undefined,
  { wish, holder, now }: { readonly wish: LeaseWish; readonly holder: HolderState; readonly now: Date },
): boolean {
  if (!isHeld(lease, now)) return true;
  // Two attempts of one run never work at the same time; the later one goes on with the same operation.
  if (lease.operation === wish.operation && lease.runId === wish.runId) return true;
  return holder === "gone";
}

/** The lease as `wish` holds it from now on. */
export function taken(before: Lease | undefined, wish: LeaseWish, now: Date): Lease {
  const { tenant, operation, purpose, holder, run, runId } = wish;
  return {
    ...{ tenant, operation, holder, run, runId },
    purpose: purpose.slice(0, 500),
    fence: (before?.fence ?? 0) + 1,
    state: "held",
    since: now.toISOString(),
    until: new Date(now.getTime() + leaseMs).toISOString(),
  };
}

/** The same holder, for another while. */
export function prolonged(lease: Lease, now: Date): Lease {
  return { ...lease, until: new Date(now.getTime() + leaseMs).toISOString() };
}

/** The lease given back. The record stays, so that its number goes on growing. */
export function given(lease: Lease, now: Date): Lease {
  return { ...lease, state: "free", until: now.toISOString() };
}
