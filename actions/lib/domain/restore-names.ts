/** What a restore calls things: by the moment it began, so that two restores never meet and the newest is seen at a glance. */

export interface RestoreNames {
  /** The identifier the tenant's database has, or for a trial would have. */
  readonly live: string;
  /** The instance that is restored beside it. */
  readonly restored: string;
  /** The old instance after the swap. */
  readonly kept: string;
  /** The restored instance after the swap was reversed. */
  readonly undone: string;
  /** Snapshot of the old instance, taken when nothing writes to it any more. */
  readonly finalSnapshot: string;
}

/**
 * Names of one operation. The longest, with 40 characters of stack name, has 62 of the 63 that RDS allows an instance.
 *
 * @param live `mate-hospital-a-production`
 */
export function restoreNames(live: string, startedAt: Date): RestoreNames {
  const moment = compactMoment(startedAt);
  return {
    live,
    restored: `${live}-r${moment}`,
    kept: `${live}-old-${moment}`,
    undone: `${live}-undone-${moment}`,
    finalSnapshot: `${live}-before-${moment}`,
  };
}

/** Whether an instance is, or was, a tenant's own: the one that serves, or one that a restore put beside it or away. */
export function isInstanceOf(live: string, id: string): boolean {
  return id === live || (id.startsWith(`${live}-`) && /^(?:r|old-|undone-)\d{14}$/.test(id.slice(live.length + 1)));
}

/**
 * When the restore or the drill began that an instance is named after; undefined of any other. What was put away is as old as the hospital,
 * and counts from then.
 */
export function restoreMoment(id: string): Date | undefined {
  const [, moment] = /-(?:r|old-|undone-|drill-)(\d{14})$/.exec(id) ?? [];
  if (moment === undefined) return undefined;
  const at = new Date(moment.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The scratch instance of a drill. */
export function drillName(live: string, startedAt: Date): string {
  return `${live}-drill-${compactMoment(startedAt)}`;
}

/**
 * What the databases of a trial are called in a swap, on the instance that trials share: at most 63 characters (PostgreSQL, NAMEDATALEN). No
 * tenant's name makes two underscores beside each other: the copy of `practice` is never the database of a trial called `practice-restore`.
 */
export function trialDatabaseNames(
  database: string,
  startedAt: Date,
): { readonly restored: string; readonly kept: string; readonly undone: string } {
  const moment = compactMoment(startedAt);
  return {
    restored: `${database}__restore`,
    kept: `${database}_old_${moment}`,
    undone: `${database}_undone_${moment}`,
  };
}

/** Tag of everything a restore makes, with the operation's id: only what carries it is ever deleted. */
export const operationTag = "mate-operation";

/** Operation of a workflow run. Running it again, or its failed jobs, is the same operation. */
export function restoreOperation(runId: string): string {
  if (!/^[1-9]\d{0,15}$/.test(runId)) throw new RangeError(`not the id of a workflow run: ${runId}`);
  return `op-r${BigInt(runId).toString(36)}`;
}

/** `20261127031000`, in UTC. */
function compactMoment(at: Date): string {
  return at.toISOString().replace(/\D/g, "").slice(0, 14);
}
