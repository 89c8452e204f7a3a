import type { HolderState } from "../domain/lease.ts";

/** Runs that hold leases. */
export interface LeaseHolders {
  /** Whether a run still works. Whoever cannot be asked about is `unknown`. */
  state(runId: string): Promise<HolderState>;
}
