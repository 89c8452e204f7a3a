import { unsettledKey, unsettledLabel, unsettledRecord } from "../lib/domain/deploy-record.ts";
import type { DesiredTenant } from "../lib/domain/desired.ts";
import { journalKey } from "../lib/domain/operation.ts";
import { byTenant, isSettled, isUnsettled, type StageOutcome, type TenantOutcome } from "../lib/domain/outcome.ts";
import type { HistoryEntry } from "../lib/domain/plan-view.ts";
import { inDoubt, settledKey, settledPrefix } from "../lib/domain/settled.ts";
import { together } from "../lib/engine/together.ts";
import type { Deployments } from "../lib/ports/deployments.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { Issues } from "../lib/ports/issues.ts";
import type { Telling } from "./telling.ts";

export interface SettleRequest {
  readonly outcomes: readonly StageOutcome[];
  readonly commit: string;
  /** Id of the operation: the run and its attempt. */
  readonly operation: string;
  readonly actor: string;
  /** The pull request whose merge it is, if it is one; `unknown` while GitHub does not say. */
  readonly pull?: number | "unknown";
  readonly runUrl: string;
}

/** Title and body of the issue of a tenant that is not settled. */
export type WriteIssue = (
  tenant: TenantOutcome,
  context: { readonly release: string; readonly since: string; readonly history: readonly HistoryEntry[] },
) => { readonly title: string; readonly body: string };

export interface SettlePorts {
  readonly issues: Issues;
  readonly deployments: Deployments;
  readonly writeIssue: WriteIssue;
  readonly telling: Telling;
}

/**
 * Closes a wave: what reached its desired state is recorded as settled and its issue closed, what did not gets its issue, and
 * every tenant its journal entry and its deployment on GitHub. A tenant that a lost job never reported counts as not settled.
 *
 * @returns what became of every tenant of the wave
 */
export async function settle(
  request: SettleRequest,
  fleet: Fleet<"records">,
  ports: SettlePorts,
): Promise<readonly TenantOutcome[]> {
  const reported = byTenant(request.outcomes);
  return await together(fleet.tenants, 8, async (desired) => {
    const outcome = complete(
      reported.find(({ tenant }) => tenant === desired.tenant.name),
      desired,
    );
    // The record comes last: a run lost after it would find nothing to do, and nobody would ever be told.
    await journal(request, { desired, outcome }, fleet);
    if (!(await toldBefore({ desired, outcome }, fleet))) {
      // While GitHub is ill, what is true is recorded all the same, for this tenant and for all others.
      await ports.telling.show(`${outcome.tenant}: its deployment is not shown on GitHub`, () =>
        announce(request, { desired, outcome }, ports.deployments),
      );
    }
    await doubtWhatItWas({ desired, outcome }, request, fleet);
    if (isUnsettled(outcome)) await openIssue({ desired, outcome }, { request, fleet, ports });
    else if (isSettled(outcome)) await recordSettled({ desired, outcome }, { request, fleet, ports });
    return outcome;
  });
}

const lostReason = "run-lost";

/** A tenant is settled only if it went through all stages; one that was not reported to the end was lost on the way. */
function complete(outcome: TenantOutcome | undefined, { tenant, environment }: DesiredTenant): TenantOutcome {
  if (outcome !== undefined && (isUnsettled(outcome) || outcome.outcome === "skipped" || isSettled(outcome)))
    return outcome;
  const lost: StageOutcome = {
    tenant: tenant.name,
    environment: environment.name,
    stage: "roll",
    outcome: "failed",
    durationMs: 0,
    cause: "the run ended before this tenant was done; what it had started goes on in AWS and is taken up again",
    reasonCode: lostReason,
    next: `/retry ${tenant.name}`,
  };
  return {
    tenant: tenant.name,
    environment: environment.name,
    outcome: "failed",
    durationMs: outcome?.durationMs ?? 0,
    stages: [...(outcome?.stages ?? []), lost],
  };
}

interface Subject {
  readonly desired: DesiredTenant;
  readonly outcome: TenantOutcome;
}

interface Context {
  readonly request: SettleRequest;
  readonly fleet: Fleet<"records">;
  readonly ports: SettlePorts;
}

async function openIssue({ desired, outcome }: Subject, { request, fleet, ports }: Context): Promise<void> {
  const { records } = fleet.cell;
  const now = fleet.clock.now().toISOString();
  const key = unsettledKey(desired.tenant.name);
  const stored = await records.get(key);
  const before = stored === undefined ? { since: now, history: [] } : unsettledRecord.parse(stored.value);
  const cause = outcome.stages.find((stage) => stage.cause !== undefined)?.cause ?? "not settled";
  const history = [...before.history, { at: now, what: `${cause} (${request.runUrl})` }].slice(-50);
  const written = ports.writeIssue(outcome, { release: desired.release, since: before.since, history: before.history });
  const label = unsettledLabel(desired.tenant.name);
  const open = await ports.telling.tell(
    `${outcome.tenant}: it is not settled, and its issue does not say so`,
    async () => {
      const issue = await ports.issues.find(label);
      if (issue === undefined) return await ports.issues.open({ label, ...written });
      await ports.issues.rewrite(issue.number, written);
      return issue;
    },
  );
  const issue = open?.told.url ?? before.issue;
  await records.put(key, { since: before.since, history, cause, ...(issue !== undefined && { issue }) });
}

/**
 * A tenant that was changed and did not get to its end is not what it settled with any more either. A second key says so: then a
 * deployment takes it up also when the change is taken back in git. Of one that never settled it is the only key, by which its
 * off-boarding finds what there is of it when its file goes.
 */
async function doubtWhatItWas(
  { desired, outcome }: Subject,
  { operation }: SettleRequest,
  { cell: { records }, clock }: Fleet<"records">,
): Promise<void> {
  const touched = outcome.stages.some((stage) => stage.outcome === "changed" || stage.outcome === "failed");
  if (isSettled(outcome) || !touched) return;
  await records.put(settledKey(desired.tenant.name, inDoubt), { at: clock.now().toISOString(), operation });
}

/**
 * Made from what it was when it was rolled: since then a live change may have ended, or come, and what the tenant is to be now nobody
 * deployed.
 */
function settledWith({ desired, outcome }: Subject): { readonly fingerprint: string; readonly at?: string } {
  const roll = outcome.stages.find(({ stage }) => stage === "roll");
  const { fingerprint = desired.fingerprint, startedAt } = roll ?? {};
  return { fingerprint, ...(fingerprint !== desired.fingerprint && startedAt !== undefined && { at: startedAt }) };
}

/**
 * The new record first, then the old ones go: in between the tenant counts as unsettled, which only costs another look.
 */
async function recordSettled(subject: Subject, { request, fleet, ports }: Context): Promise<void> {
  const { desired } = subject;
  const { records } = fleet.cell;
  const { name } = desired.tenant;
  const { fingerprint, at = fleet.clock.now().toISOString() } = settledWith(subject);
  const key = settledKey(name, fingerprint);
  await records.put(key, { release: desired.release, at, operation: request.operation });
  for (const old of await records.list(`${settledPrefix}${name}/`)) if (old !== key) await records.delete(old);
  // Only a tenant that was not settled has an issue to close; the record spares asking GitHub for all the others.
  if ((await records.get(unsettledKey(name))) === undefined) return;
  await ports.telling.tell(`${name}: it is settled, and its issue is still open; close it by hand`, async () => {
    const issue = await ports.issues.find(unsettledLabel(name));
    if (issue !== undefined)
      await ports.issues.close(issue.number, `${name} is what its file says again: ${request.runUrl}`);
  });
  await records.delete(unsettledKey(name));
}

async function journal(
  request: SettleRequest,
  { desired, outcome }: Subject,
  { cell, clock }: Fleet<"records">,
): Promise<void> {
  const at = clock.now().toISOString();
  const key = journalKey({ at, operation: request.operation, tenant: outcome.tenant });
  const entry = {
    operation: request.operation,
    verb: "deploy",
    reason: reasonOf(request),
    ...(typeof request.pull === "number" && { pull: request.pull }),
    tenant: outcome.tenant,
    environment: outcome.environment,
    actor: request.actor,
    commit: request.commit,
    release: desired.release,
    fingerprint: settledWith({ desired, outcome }).fingerprint,
    run: request.runUrl,
    at,
    outcome: outcome.outcome,
    stages: outcome.stages,
  };
  // Nobody can change a journal entry; a repeated write of the same operation finds it there already.
  await cell.records.put(key, entry, { ifAbsent: true });
}

function reasonOf({ pull }: SettleRequest): string {
  if (pull === undefined) return "deployed without a pull request";
  return pull === "unknown" ? "GitHub did not say which pull request was merged" : `merge of #${pull}`;
}

/** Whether there is nothing to tell. What a lost run had done already is unchanged as well, but nobody was told of it. */
async function toldBefore(subject: Subject, { cell }: Fleet<"records">): Promise<boolean> {
  const { desired, outcome } = subject;
  if (outcome.outcome === "skipped") return true;
  if (outcome.outcome !== "unchanged") return false;
  return (await cell.records.get(settledKey(desired.tenant.name, settledWith(subject).fingerprint))) !== undefined;
}

async function announce(
  request: SettleRequest,
  { desired, outcome }: Subject,
  deployments: Deployments,
): Promise<void> {
  const url = `https://${desired.tenant.subdomain}.${desired.environment.domain}`;
  const failed = isUnsettled(outcome);
  // GitHub tells a deployment that failed from one that was never finished (REST docs, "Create a deployment status").
  const lost = outcome.stages.some(({ reasonCode }) => reasonCode === lostReason);
  await deployments.record({
    environment: `${outcome.tenant}-${outcome.environment}`,
    commit: request.commit,
    state: lost ? "error" : failed ? "failure" : "success",
    description: failed
      ? (outcome.stages.find(({ cause }) => cause !== undefined)?.cause ?? "not settled")
      : `runs ${desired.release}`,
    ...(!failed && { url }),
  });
}
