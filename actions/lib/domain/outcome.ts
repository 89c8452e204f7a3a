/**
 * What became of each tenant in one deployment, stage by stage, as values. Stages make them; the step summary, the pull request's
 * comment, the unsettled issue and the action's outputs are all written from the same ones.
 */

/** The stages of a deployment, in the order a tenant goes through them. */
export const stages = ["apply", "migrate", "roll"] as const;

export type Stage = (typeof stages)[number];

/**
 * - `unchanged`: nothing had to be done.
 * - `changed`: done, and seen to be healthy.
 * - `failed`: tried, and it did not get there; `cause` says why.
 * - `held`: not tried, because a person has to look first (a dangerous difference from what was reviewed).
 * - `skipped`: not tried, because something before it failed or the deployment stopped; the next deployment takes it up.
 */
export type Outcome = "unchanged" | "changed" | "failed" | "held" | "skipped";

/** One call that changed something, as AWS can find it again: CloudTrail and AWS Support ask for the request id. */
export interface MadeCall {
  /** ISO 8601. */
  readonly at: string;
  /** `ExecuteChangeSet` */
  readonly operation: string;
  readonly requestId: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

export interface StageOutcome {
  readonly tenant: string;
  readonly environment: string;
  readonly stage: Stage;
  readonly outcome: Outcome;
  /** ISO 8601; left out when it was not tried. */
  readonly startedAt?: string;
  /** How long the stage took, in milliseconds; 0 when it was not tried. */
  readonly durationMs: number;
  /** The first cause in words, for `failed`, `held` and `skipped`: what is wrong, not what followed from it. */
  readonly cause?: string;
  /** Lines that prove the cause, oldest first: events, stopped reason and exit code, the last log lines. No secrets. */
  readonly evidence?: readonly string[];
  /** What is true in AWS now: `3 of 3 services run v1.4.0 (rolled back)`. */
  readonly running?: string;
  /** The command that goes on from here: `/retry hospital-a`. */
  readonly next?: string;
  /** Machine-readable cause in kebab case, as in the action's `reason-code` output. */
  readonly reasonCode?: string;
  /** What changed, in a few words: `12 resources`, `v1.4.0 → v1.5.0`, `0042_add_ward applied`. */
  readonly what?: string;
  /** What the tenant was made from when this stage was through with it: the last stage says so. */
  readonly fingerprint?: string;
  /** Calls that changed something, for the journal; left out when nothing follows them. */
  readonly calls?: readonly MadeCall[];
}

/** Every stage of one tenant in one deployment, in stage order. */
export interface TenantOutcome {
  readonly tenant: string;
  readonly environment: string;
  /** The outcome that counts for the tenant: its worst. */
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly stages: readonly StageOutcome[];
}

/** The worse, the higher. A held tenant waits for a person, a failed one is broken; both leave it unsettled. */
const gravity: Readonly<Record<Outcome, number>> = { unchanged: 0, changed: 1, skipped: 2, held: 3, failed: 4 };

/** The worst of some outcomes, `unchanged` of none. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((worst, next) => (gravity[next] > gravity[worst] ? next : worst), "unchanged");
}

/**
 * Stage outcomes gathered per tenant (name and environment), worst tenants first, then by name. When a stage was tried more than
 * once for a tenant, the last one given counts.
 */
export function byTenant(outcomes: readonly StageOutcome[]): readonly TenantOutcome[] {
  const tenants = new Map<string, Map<Stage, StageOutcome>>();
  for (const outcome of outcomes) {
    const key = `${outcome.environment}/${outcome.tenant}`;
    const known = tenants.get(key) ?? new Map<Stage, StageOutcome>();
    tenants.set(key, known.set(outcome.stage, outcome));
  }
  return [...tenants.values()].flatMap((known) => tenantOutcome(known)).sort(worstFirst);
}

/** Whether the tenant is not what its file says after this deployment: an issue is due. Only waiting for a turn is not. */
export function isUnsettled(tenant: Pick<TenantOutcome, "outcome">): boolean {
  return tenant.outcome === "failed" || tenant.outcome === "held";
}

/** Whether the tenant is what its file says: it went through all stages, and nothing was left out or went wrong. */
export function isSettled({ outcome, stages: passed }: TenantOutcome): boolean {
  return (outcome === "unchanged" || outcome === "changed") && passed.some(({ stage }) => stage === "roll");
}

function tenantOutcome(known: ReadonlyMap<Stage, StageOutcome>): readonly TenantOutcome[] {
  const ordered = stages.flatMap((stage) => known.get(stage) ?? []);
  const [first] = ordered;
  if (first === undefined) return [];
  return [
    {
      tenant: first.tenant,
      environment: first.environment,
      outcome: worstOutcome(ordered.map(({ outcome }) => outcome)),
      durationMs: ordered.reduce((sum, { durationMs }) => sum + durationMs, 0),
      stages: ordered,
    },
  ];
}

function worstFirst(a: TenantOutcome, b: TenantOutcome): number {
  return (
    gravity[b.outcome] - gravity[a.outcome] || compare(a.tenant, b.tenant) || compare(a.environment, b.environment)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
