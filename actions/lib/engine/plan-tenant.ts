import { adoptionNotes, consentedToEmpty, withAdopted } from "../domain/adoption.ts";
import type { DesiredTenant } from "../domain/desired.ts";
import { clusterName } from "../domain/environment-names.ts";
import { OperatorError } from "../domain/operator-error.ts";
import type { CostRange, FailedPlan, TenantPlan } from "../domain/plan.ts";
import { changesDatabase, dangersOf } from "../domain/plan.ts";
import { planKey, planRecord, toPlanRecord } from "../domain/plan-record.ts";
import { notReplicated } from "../domain/promotion.ts";
import { failoverStep } from "../domain/redis-failover.ts";
import { releaseImages } from "../domain/release.ts";
import { compareWithReview } from "../domain/review.ts";
import { type ServiceRole, serviceOrder } from "../domain/service.ts";
import { type ObservedService, serviceChanges } from "../domain/service-changes.ts";
import type { Outputs } from "../domain/stack-outputs.ts";
import { releaseTag, tenantServices } from "../domain/tenant-services.ts";
import type { Cell } from "../ports/cell.ts";
import type { Clock } from "../ports/clock.ts";
import { adoptable } from "./adopt-retained.ts";
import { lastSuspension } from "./command/database-power.ts";
import { observeServices } from "./observe-services.ts";
import { planStack } from "./plan-stack.ts";
import { outputsNow } from "./restore/serving-secret.ts";
import { builtDigests } from "./tenant-images.ts";

/** What of an environment a plan reads and writes. */
export type PlannedCell = Omit<Cell, "tasks">;

export interface TenantPlanRequest {
  readonly desired: DesiredTenant;
  readonly platform: Outputs;
  readonly commit: string;
  readonly cost: { readonly before?: CostRange; readonly after: CostRange };
  /** File of the tenant, and the line where its name stands. */
  readonly source: { readonly file: string; readonly line: number };
  /** `store` makes the plan what was reviewed; `compare` holds it against what was. */
  readonly review: "store" | "compare";
}

/**
 * Plans one tenant: its stack through a real change set, its services against what runs. The plan is stored under its
 * fingerprint, so that what is applied can be held against what was reviewed.
 */
export async function planTenant(
  request: TenantPlanRequest,
  cell: PlannedCell,
  clock: Clock,
): Promise<TenantPlan | FailedPlan> {
  const { desired, source } = request;
  const { tenant, environment, stack } = desired;
  const identity = { tenant: tenant.name, environment: environment.name, stack: stack.name, source };
  try {
    const adoption = await adoptable(desired, cell);
    if (adoption !== undefined) consentedToEmpty(adoption, tenant);
    const [stackPlan, observed] = await Promise.all([
      planStack(stack, { stacks: cell.stacks, clock, takesOver: adoption !== undefined }),
      observeServices(clusterName(environment), serviceNames(desired), cell.services),
    ]);
    if (stackPlan.outcome === "impossible") {
      return { ...identity, cause: [stackPlan.cause, ...stackPlan.evidence].join("; ") };
    }
    const planned = stackPlan.outcome === "planned" ? stackPlan.changes : [];
    const changes = adoption === undefined ? planned : withAdopted(planned, adoption);
    const dangers = dangersOf(changes, tenant.allowDestruction);
    const creates = stackPlan.outcome === "planned" && stackPlan.kind === "create";
    const running = creates ? undefined : stackPlan.stack?.outputs;
    const key = planKey(stack.name, desired.stackFingerprint);
    const [{ services, from }, review] = await Promise.all([
      planServices({ ...request, observed: creates ? [] : observed }, running, cell),
      request.review === "store" ? undefined : cell.records.get(key),
    ]);
    const record = toPlanRecord({ changes, dangers, commit: request.commit, at: clock.now() });
    const notes: string[] = adoption === undefined ? [] : adoptionNotes(adoption, tenant.tier);
    if (request.review === "store") await cell.records.put(key, record);
    else {
      // What was reviewed stays what was reviewed; a combination that nobody saw before is stored as what this check let through.
      const verdict = compareWithReview({ changes, dangers }, planRecord.safeParse(review?.value).data);
      if (verdict.verdict === "dangerous") return { ...identity, cause: verdict.cause };
      if (verdict.verdict === "harmless") notes.push(verdict.note);
      await cell.records.put(key, record, { ifAbsent: true });
    }
    const step =
      stackPlan.outcome === "planned" && stackPlan.stack !== undefined
        ? failoverStep(stackPlan.stack, stack)
        : undefined;
    if (step !== undefined) notes.push(`made in two updates, because AWS refuses it as one: ${step.inWords}`);
    if (changes.some(({ drifted }) => drifted)) {
      notes.push("something was changed outside this repository since the last deployment");
    }
    if (changesDatabase(changes)) {
      const { suspension } = await lastSuspension(tenant.name, cell.records);
      if (suspension?.state === "suspended" && suspension.database !== undefined) {
        notes.push(
          `its database ${suspension.database.id} is stopped: it is started for this change, and stopped again afterwards`,
        );
      }
    }
    if (stackPlan.outcome === "planned" && stackPlan.incomplete) {
      notes.push("CloudFormation could not show the values of some changes; the changes themselves are all here");
    }
    return {
      ...identity,
      displayName: tenant.displayName,
      tier: tenant.tier,
      kind: creates ? "create" : changes.length + services.length === 0 ? "unchanged" : "change",
      fingerprint: desired.stackFingerprint,
      resources: changes,
      services,
      release: { ...(from !== undefined && { from }), to: desired.release },
      cost: request.cost,
      dangers,
      notes,
    };
  } catch (error) {
    if (error instanceof OperatorError) return { ...identity, cause: error.message };
    throw error;
  }
}

async function planServices(
  { desired, platform, observed }: TenantPlanRequest & { readonly observed: readonly ObservedService[] },
  running: Outputs | undefined,
  cell: PlannedCell,
): Promise<Pick<TenantPlan, "services"> & { readonly from?: string }> {
  const { tenant, environment, release } = desired;
  const digests = await builtDigests(environment, release, cell.images);
  // A deployment could only fail. What is built here is built by the deployment.
  if (environment.releasesFrom !== undefined && serviceOrder.some((role) => digests[role] === undefined))
    throw notReplicated(environment, release);
  // An image that is not built yet has no digest; for what changes, its release is enough.
  const named = Object.fromEntries(serviceOrder.map((role) => [role, digests[role] ?? release]));
  const images = releaseImages(environment, named as Record<ServiceRole, string>);
  const outputs =
    running === undefined ? namedOutputs : await outputsNow(tenant.name, { ...platform, ...running }, cell.records);
  const desires = tenantServices(tenant, { environment, release, images, outputs });
  const from = observed.map(({ definition }) => definition.tags[releaseTag]).find((tag) => tag !== undefined);
  return { services: serviceChanges(desires, observed), ...(from !== undefined && { from }) };
}

/** Names of a tenant's services; they follow from the tenant alone. */
function serviceNames({ tenant, environment, release }: DesiredTenant): readonly { readonly name: string }[] {
  const images = releaseImages(
    environment,
    Object.fromEntries(serviceOrder.map((role) => [role, release])) as Record<ServiceRole, string>,
  );
  return tenantServices(tenant, { environment, release, images, outputs: namedOutputs });
}

/** Outputs of a stack that does not exist yet: each stands for itself by name. */
const namedOutputs: Outputs = new Proxy<Record<string, string>>({}, { get: (_target, name) => `{${String(name)}}` });
