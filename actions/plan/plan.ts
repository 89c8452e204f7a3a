import { desiredTenant } from "../lib/domain/desired.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { describeOverride, unrecorded, withOverrides } from "../lib/domain/override.ts";
import type { CostRange, FailedPlan, PullRequestPlan, TenantPlan } from "../lib/domain/plan.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { tenantStackName } from "../lib/domain/tenant-stack.ts";
import { placesInWaves, waves } from "../lib/domain/wave.ts";
import { waveReach } from "../lib/domain/wave-shards.ts";
import { adaptively } from "../lib/engine/adaptively.ts";
import { liveOverrides } from "../lib/engine/live-overrides.ts";
import { type PlannedCell, planTenant } from "../lib/engine/plan-tenant.ts";
import { platformOutputs } from "../lib/engine/platform.ts";
import { rememberedImages } from "../lib/engine/remembered-images.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Pulls } from "../lib/ports/pulls.ts";
import { type Affected, affectedTenants, changeProblems, environmentOf } from "./affected.ts";
import { withDangerLines } from "./danger-lines.ts";
import { discardChangeSets } from "./discard-change-sets.ts";
import { planOffboarding } from "./offboarding.ts";
import { recallPull, rememberPull } from "./pull-memory.ts";
import { unsettledTenants } from "./unsettled.ts";

export interface PlanRequest {
  /** What the files would say after the merge, and what they say now. */
  readonly head: Declarations;
  readonly base: Declarations;
  /** Commit that is shown as planned. */
  readonly commit: string;
  /** Number of the pull request; undefined for a merge group, which is held against what its pull requests showed. */
  readonly pull?: number;
  /** `static` checks files only, as for a pull request from a fork. */
  readonly depth: "full" | "static";
  readonly links: PlanComment["links"];
}

export interface PlanPorts {
  readonly cells: (environment: Environment) => PlannedCell;
  readonly cost: (tenant: Tenant, environment: Environment) => CostRange;
  readonly view: PlanView;
  readonly pulls: Pick<Pulls, "open">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * A plan of a tenant is waiting for CloudFormation most of the time, so many go at once: what limits them is the rate of calls, which
 * throttling tells.
 */
const tenantsAtOnce = { start: 128, most: 256 } as const;

/**
 * Plans every tenant that merging would change, and shows it. A tenant is affected when what it would be made from differs
 * between the two commits; every affected tenant is either planned or named as failed.
 */
export async function plan(request: PlanRequest, ports: PlanPorts): Promise<PlanComment> {
  const { head, base, commit, pull, links } = request;
  const problems = [...head.problems, ...changeProblems(head, base)];
  const affected = problems.length > 0 ? [] : affectedTenants(head, base);
  const expected = affected.map(({ name }) => name);
  const shown = { commit, expected, problems, unsettled: [], history: [], links };
  if (request.depth === "static" || problems.length > 0) {
    return await show(ports.view, { ...shown, state: { state: request.depth === "static" ? "fork" : "planned" } });
  }
  const concerned = environmentsOf(expected, head);
  const cells = concerned.map(ports.cells);
  const before = pull === undefined ? undefined : await recallPull(pull, cells);
  const history = before?.history ?? [];
  const stale = before?.plan === undefined ? {} : { plan: before.plan };
  await ports.view.show({ ...shown, ...stale, history, state: { state: "planning" } });

  const [planned, unsettled] = await Promise.all([planAll(affected, request, ports), unsettledTenants(cells)]);
  const at = ports.clock.now().toISOString();
  const state: PlanComment = {
    ...shown,
    state: { state: "planned" },
    unsettled,
    history: [...history, { at, what: `planned ${counted(planned.length)} at ${commit.slice(0, 7)}` }].slice(-50),
    plan: pullRequestPlan(inWaves(planned, concerned), commit, head.tenants.size),
  };
  if (pull !== undefined) {
    await rememberPull(pull, state, cells);
    if (before !== undefined)
      await discardChangeSets({ pull, was: before, now: state }, { ...ports, environments: head.environments });
  }
  return await show(ports.view, state);
}

async function planAll(
  affected: readonly Affected[],
  request: PlanRequest,
  ports: PlanPorts,
): Promise<readonly (TenantPlan | FailedPlan)[]> {
  const { head, commit } = request;
  const platforms = new Map<string, Promise<Readonly<Record<string, string>>>>();
  const live = new Map<string, ReturnType<typeof liveOverrides>>();
  const images = new Map<string, PlannedCell["images"]>();
  const throttled = (): number =>
    [
      ...new Set(
        environmentsOf(
          affected.map(({ name }) => name),
          head,
        ),
      ),
    ]
      .map((environment) => ports.cells(environment).trace?.throttled() ?? 0)
      .reduce((sum, one) => sum + one, 0);
  return await adaptively(affected, { ...tenantsAtOnce, throttled }, async (one) => {
    ports.progress.say(`planning ${one.name}`);
    const { after, before } = one;
    if (after === undefined && before !== undefined) return await planOffboarding(before, { ...request, ...ports });
    const environment = environmentOf(after?.tenant, head);
    if (after === undefined || environment === undefined)
      throw new Error(`${one.name} is affected but nowhere declared`);
    const source = { file: after.file, line: after.locate(["name"]).line };
    try {
      const given = ports.cells(environment);
      const known = images.get(environment.name) ?? rememberedImages(given.images);
      images.set(environment.name, known);
      const cell = { ...given, images: known };
      const outputs = platforms.get(environment.name) ?? platformOutputs(environment, cell.stacks);
      platforms.set(environment.name, outputs);
      const platform = await outputs;
      const changed = live.get(environment.name) ?? liveOverrides(cell.records);
      live.set(environment.name, changed);
      const overrides = (await changed).get(one.name) ?? [];
      const now = ports.clock.now();
      const tenant = withOverrides(after.tenant, overrides, now);
      const sources = { environment, template: head.template, platform };
      const desired = desiredTenant(tenant, sources);
      const cost = {
        ...(before !== undefined && { before: ports.cost(before.tenant, environment) }),
        after: ports.cost(after.tenant, environment),
      };
      const review = request.pull === undefined ? "compare" : "store";
      const plan = await planTenant({ desired, platform, commit, cost, source, review }, cell, ports.clock);
      if ("cause" in plan) return plan;
      const notes = unrecorded(after.tenant, overrides, now).map((each) => describeOverride(each, after.tenant));
      const told = [...plan.notes, ...notes.map((note) => `by command and not in git yet: ${note}`)];
      return withDangerLines({ ...plan, notes: told }, { ...one, after }, sources);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      const stack = tenantStackName(after.tenant);
      return { tenant: one.name, environment: environment.name, stack, cause: error.message, source };
    }
  });
}

function environmentsOf(tenants: readonly string[], declarations: Declarations): readonly Environment[] {
  const names = new Set(tenants.map((name) => declarations.tenants.get(name)?.tenant.environment));
  return [...declarations.environments.values()].filter(({ name }) => names.has(name));
}

/** Plans with the wave in which a merge would reach their tenant. */
function inWaves(
  planned: readonly (TenantPlan | FailedPlan)[],
  environments: readonly Environment[],
): readonly (TenantPlan | FailedPlan)[] {
  const reached = planned.filter((one) => !("kind" in one && one.kind === "offboard"));
  const places = environments.map((environment) => {
    const names = reached.filter((one) => one.environment === environment.name).map(({ tenant }) => tenant);
    return [environment.name, placesInWaves(waves(names, environment.rollout, waveReach(environment)))] as const;
  });
  const of = new Map(places);
  return planned.map((one) => {
    const wave = of.get(one.environment)?.get(one.tenant);
    return wave === undefined ? one : { ...one, wave };
  });
}

function pullRequestPlan(
  planned: readonly (TenantPlan | FailedPlan)[],
  commit: string,
  tenants: number,
): PullRequestPlan {
  return {
    commit,
    tenants,
    plans: planned.filter((one) => "fingerprint" in one),
    failures: planned.filter((one) => "cause" in one),
  };
}

function counted(tenants: number): string {
  return `${tenants} tenant${tenants === 1 ? "" : "s"}`;
}

async function show(view: PlanView, state: PlanComment): Promise<PlanComment> {
  await view.show(state);
  return state;
}
