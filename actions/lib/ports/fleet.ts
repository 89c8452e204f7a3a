import type { DesiredTenant } from "../domain/desired.ts";
import type { LeaseWish } from "../domain/lease.ts";
import type { StageOutcome } from "../domain/outcome.ts";
import type { Outputs } from "../domain/stack-outputs.ts";
import type { Cell } from "./cell.ts";
import type { Clock } from "./clock.ts";
import type { Progress } from "./progress.ts";

/** The tenants of one environment that a run works on, and what it works with. */
export interface Fleet<Parts extends keyof Cell = never> {
  readonly cell: Pick<Cell, Parts | "environment" | "stacks" | "trace" | "backups">;
  /** Outputs of the environment's platform stack. */
  readonly platform: Outputs;
  readonly tenants: readonly DesiredTenant[];
  readonly clock: Clock;
  readonly progress: Progress;
  /** Who holds the leases of tenants that are worked on. */
  readonly run?: Pick<LeaseWish, "operation" | "holder" | "run" | "runId">;
  /** A tenant as it is to run by now: commands may have changed it since the fleet was selected. */
  readonly again?: (tenant: string) => Promise<DesiredTenant>;
  /** Which part of its wave these tenants are; left out where they are all of it. */
  readonly shard?: ShardOfWave;
}

/** One of several jobs that work on a wave at the same time. */
export interface ShardOfWave {
  readonly shards: number;
  /** Tenants of the whole wave. */
  readonly waveTenants: number;
  /** Lets the other shards know of a tenant that is not settled. */
  readonly tell: (outcome: StageOutcome) => Promise<void>;
  /** Tenants of the other shards that are not settled, as far as it is known by now. */
  readonly elsewhere: () => Promise<readonly StageOutcome[]>;
}
