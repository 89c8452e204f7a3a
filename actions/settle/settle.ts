import type { DesiredTenant } from "../lib/domain/desired.ts";
import { byTenant, isUnsettled, type StageOutcome, type TenantOutcome } from "../lib/domain/outcome.ts";
import { settledKey, settledPrefix } from "../lib/domain/settled.ts";
import { together } from "../lib/engine/together.ts";
import type { Deployments } from "../lib/ports/deployments.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { Issues } from "../lib/ports/issues.ts";

export interface SettleRequest {
  readonly outcomes: readonly StageOutcome[];
  readonly commit: string;
  readonly operation: string;
  readonly actor: string;
  readonly runUrl: string;
}

export interface SettlePorts {
  readonly issues: Issues;
  readonly deployments: Deployments;
  /** Writes the issue of a tenant that is not settled; `before` is its present text. */
  readonly write: (
    tenant: TenantOutcome,
    context: { readonly release: string; readonly since: Date; readonly before?: string },
  ) => { readonly title: string; readonly body: string };
}

/**
 * Closes a wave: what reached its desired state is recorded as settled and its issue closed, what did not gets its issue, and
 * every tenant its journal entry and its deployment on GitHub. A tenant that a lost job never reported counts as not settled.
 */
export async function settle(
  request: SettleRequest,
  fleet: Fleet,
  ports: SettlePorts,
): Promise<readonly TenantOutcome[]> {
  const reported = byTenant(request.outcomes);
  return await together(fleet.tenants, 8, async (desired) => {
    const { name } = desired.tenant;
    const outcome = complete(reported.find(({ tenant }) => tenant === name) ?? lost(desired));
    const label = `unsettled:${name}`;
    const issue = await ports.issues.find(label);
    if (isUnsettled(outcome)) {
      const written = ports.write(outcome, {
        release: desired.release,
        since: issue?.openedAt ?? fleet.clock.now(),
        ...(issue !== undefined && { before: issue.body }),
      });
      if (issue === undefined) await ports.issues.open({ label, ...written });
      else await ports.issues.rewrite(issue.number, written);
    } else if (outcome.outcome !== "skipped") {
      await recordSettled(desired, fleet);
      if (issue !== undefined)
        await ports.issues.close(issue.number, `${name} is what its file says again: ${request.runUrl}`);
    }
    await journal(request, { desired, outcome }, fleet);
    await announce(request, { desired, outcome }, ports.deployments);
    return outcome;
  });
}

/** A tenant is settled only if it went through all three stages. */
function complete(outcome: TenantOutcome): TenantOutcome {
  if (isUnsettled(outcome) || outcome.stages.some(({ stage }) => stage === "roll")) return outcome;
  return {
    ...outcome,
    outcome: "failed",
    stages: [...outcome.stages, unfinished(outcome.tenant, outcome.environment)],
  };
}

function lost({ tenant, environment }: DesiredTenant): TenantOutcome {
  const stage = unfinished(tenant.name, environment.name);
  return { tenant: tenant.name, environment: environment.name, outcome: "failed", durationMs: 0, stages: [stage] };
}

function unfinished(tenant: string, environment: string): StageOutcome {
  return {
    tenant,
    environment,
    stage: "roll",
    outcome: "failed",
    durationMs: 0,
    cause: "the run ended before this tenant was done; what it had started goes on in AWS and is taken up again",
    reasonCode: "run-lost",
    next: `/retry ${tenant}`,
  };
}

/** The new record first, then the old ones go: in between the tenant counts as unsettled, which only costs another look. */
async function recordSettled({ tenant, fingerprint, release }: DesiredTenant, { cell, clock }: Fleet): Promise<void> {
  const key = settledKey(tenant.name, fingerprint);
  await cell.records.put(key, { release, at: clock.now().toISOString() });
  const keys = await cell.records.list(`${settledPrefix}${tenant.name}/`);
  for (const old of keys) if (old !== key) await cell.records.delete(old);
}

interface Subject {
  readonly desired: DesiredTenant;
  readonly outcome: TenantOutcome;
}

async function journal(request: SettleRequest, { desired, outcome }: Subject, { cell, clock }: Fleet): Promise<void> {
  const at = clock.now().toISOString();
  const key = `journal/${at.slice(0, 10).replaceAll("-", "/")}/${request.operation}-${outcome.tenant}.json`;
  await cell.records.put(key, {
    operation: request.operation,
    verb: "deploy",
    tenant: outcome.tenant,
    environment: outcome.environment,
    actor: request.actor,
    commit: request.commit,
    release: desired.release,
    fingerprint: desired.fingerprint,
    run: request.runUrl,
    at,
    outcome: outcome.outcome,
    stages: outcome.stages,
  });
}

async function announce(
  request: SettleRequest,
  { desired, outcome }: Subject,
  deployments: Deployments,
): Promise<void> {
  if (outcome.outcome === "unchanged" || outcome.outcome === "skipped") return;
  const url = `https://${desired.tenant.subdomain}.${desired.environment.domain}`;
  await deployments.record({
    environment: `${outcome.tenant}-${outcome.environment}`,
    commit: request.commit,
    state: isUnsettled(outcome) ? "failure" : "success",
    description: isUnsettled(outcome)
      ? (outcome.stages.find(({ cause }) => cause !== undefined)?.cause ?? "not settled")
      : `runs ${desired.release}`,
    ...(!isUnsettled(outcome) && { url }),
  });
}
