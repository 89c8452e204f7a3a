/** A database instance, as somebody sees it who wants to stop or start it. */
export interface PoweredDatabase {
  readonly id: string;
  /** RDS's word for it: `available`, `stopping`, `stopped`, `starting`, `backing-up`, … */
  readonly status: string;
  /** When AWS starts a stopped one by itself. */
  readonly startsBy?: Date;
  /** Why RDS would not stop it whatever it is doing, in words; undefined if it would. */
  readonly unstoppable?: string;
}

/**
 * Stopping and starting database instances. `later` means that an instance is not in a state for it: look again, and ask again. AWS
 * takes these calls without a token, so what was asked for is found out by looking.
 */
export interface DatabasePower {
  /** The instance of that identifier, or undefined. */
  find(id: string): Promise<PoweredDatabase | undefined>;
  stop(id: string): Promise<"taken" | "later">;
  start(id: string): Promise<"taken" | "later">;
}
