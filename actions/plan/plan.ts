import { pullKey } from "../lib/domain/deploy-record.ts";
import { desiredTenant } from "../lib/domain/desired.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { CostRange, FailedPlan, PullRequestPlan, TenantPlan } from "../lib/domain/plan.ts";
import { refusals } from "../lib/domain/plan.ts";
import type { PlanComment } from "../lib/domain/plan-view.ts";
import { formatProblem, type Problem } from "../lib/domain/problem.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { tenantChangeFindings } from "../lib/domain/tenant-change.ts";
import { tenantStackName } from "../lib/domain/tenant-stack.ts";
import { type PlannedCell, planTenant } from "../lib/engine/plan-tenant.ts";
import { platformOutputs } from "../lib/engine/platform.ts";
import { together } from "../lib/engine/together.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations, DeclaredTenant } from "../lib/ports/declarations.ts";
import type { PlanView } from "../lib/ports/plan-view.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface PlanRequest {
  /** What the files would say after the merge, and what they say now. */
  readonly head: Declarations;
  readonly base: Declarations;
  /** Commit of the pull request that is shown as planned. */
  readonly commit: string;
  /** Number of the pull request. */
  readonly pull: number;
  /** `static` checks files only, as for a pull request from a fork. */
  readonly depth: "full" | "static";
  readonly links: PlanComment["links"];
}

export interface PlanPorts {
  readonly cells: (environment: Environment) => PlannedCell;
  readonly cost: (tenant: Tenant, environment: Environment) => CostRange;
  readonly view: PlanView;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** How many tenants are planned at the same time; CloudFormation throttles somewhere above ten to twenty stacks at once. */
const atOnce = 16;

/**
 * Plans every tenant that merging would change, and shows it. A tenant is affected when what it would be made from differs
 * between the two commits; every affected tenant is either planned or named as failed.
 */
export async function plan(request: PlanRequest, ports: PlanPorts): Promise<PlanComment> {
  const { head, base, commit, links } = request;
  const problems = [...head.problems, ...changeProblems(head, base)];
  const affected = problems.length > 0 ? [] : affectedTenants(head, base);
  const expected = affected.map(({ name }) => name);
  const shown = { commit, expected, problems, unsettled: [], history: [], links };
  if (request.depth === "static" || problems.length > 0) {
    return await show(ports.view, { ...shown, state: { state: request.depth === "static" ? "fork" : "planned" } });
  }
  await ports.view.show({ ...shown, state: { state: "planning" } });

  const platforms = new Map<string, Promise<Readonly<Record<string, string>>>>();
  const planned = await together(affected, atOnce, async (one): Promise<TenantPlan | FailedPlan> => {
    ports.progress.say(`planning ${one.name}`);
    const refused = refusal(one);
    if (refused !== undefined) return refused;
    const { after, before } = one;
    const environment = environmentOf(after?.tenant, head);
    if (after === undefined || environment === undefined)
      throw new Error(`${one.name} is affected but nowhere declared`);
    const source = { file: after.file, line: after.locate(["name"]).line };
    try {
      const cell = ports.cells(environment);
      const outputs = platforms.get(environment.name) ?? platformOutputs(environment, cell.stacks);
      platforms.set(environment.name, outputs);
      const platform = await outputs;
      const desired = desiredTenant(after.tenant, { environment, template: head.template, platform });
      const cost = {
        ...(before !== undefined && { before: ports.cost(before.tenant, environment) }),
        after: ports.cost(after.tenant, environment),
      };
      return await planTenant({ desired, platform, commit, cost, source }, cell, ports.clock);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return {
        tenant: one.name,
        environment: environment.name,
        stack: tenantStackName(after.tenant),
        cause: error.message,
        source,
      };
    }
  });
  const state: PlanComment = {
    ...shown,
    state: { state: "planned" },
    history: [
      { at: ports.clock.now().toISOString(), what: `planned ${planned.length} tenants at ${commit.slice(0, 7)}` },
    ],
    plan: pullRequestPlan(planned, commit, head.tenants.size),
  };
  await remember(request.pull, state, { head, cells: ports.cells });
  return await show(ports.view, state);
}

export interface PlanFailure {
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

/** Why a finished plan must not be merged, in words; nothing when it may. */
export function planFailure({ plan, problems, expected }: PlanComment): PlanFailure {
  const [problem] = problems;
  if (problem !== undefined) {
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more problems in the files)`;
    return failed("file-problems", `${formatProblem(problem)}${more}`);
  }
  if (plan === undefined) return {};
  const [failure] = plan.failures;
  if (failure !== undefined) return failed("plan-failed", `${failure.tenant} cannot be planned: ${failure.cause}`);
  const refused = plan.plans.find((one) => refusals(one).length > 0);
  if (refused !== undefined) {
    const [danger] = refusals(refused);
    return failed(
      "data-loss",
      `${refused.tenant}: ${danger?.logicalId} would be ${danger?.what}; name it in allowDestruction of ${refused.source.file} with a reason, or change the files so that it stays`,
    );
  }
  if (plan.plans.length === expected.length) return {};
  return failed("plan-incomplete", `${plan.plans.length} of ${expected.length} affected tenants were planned`);
}

function failed(reasonCode: string, message: string): PlanFailure {
  return { failed: { reasonCode, message } };
}

interface Affected {
  readonly name: string;
  readonly before?: DeclaredTenant;
  readonly after?: DeclaredTenant;
}

/** Tenants whose fingerprint differs between two commits, those that come and those that go included, by name. */
function affectedTenants(head: Declarations, base: Declarations): readonly Affected[] {
  const names = new Set([...head.tenants.keys(), ...base.tenants.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const [before, after] = [base.tenants.get(name), head.tenants.get(name)];
    if (fingerprintIn(base, name) === fingerprintIn(head, name)) return [];
    return [{ name, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  });
}

/** The platform's outputs are the same on both sides of a comparison, so none are needed. */
function fingerprintIn(declarations: Declarations, name: string): string | undefined {
  const declared = declarations.tenants.get(name);
  const environment = environmentOf(declared?.tenant, declarations);
  if (declared === undefined || environment === undefined) return undefined;
  return desiredTenant(declared.tenant, { environment, template: declarations.template, platform: {} }).fingerprint;
}

function environmentOf(tenant: Tenant | undefined, { environments }: Declarations): Environment | undefined {
  return tenant === undefined ? undefined : environments.get(tenant.environment);
}

/** A change that is not a plan: a tenant whose file is gone. */
function refusal({ name, before, after }: Affected): FailedPlan | undefined {
  if (after === undefined && before !== undefined) {
    return {
      tenant: name,
      environment: before.tenant.environment,
      stack: tenantStackName(before.tenant),
      cause: `${before.file} is gone, but removing a hospital's resources is not something a merge does; put the file back with state: suspended, which stops it and keeps its data`,
      source: { file: before.file, line: 1 },
    };
  }
  return undefined;
}

/** Edits that look like one line and are a migration of data: problems of the file, on the line that says so. */
function changeProblems(head: Declarations, base: Declarations): readonly Problem[] {
  return [...head.tenants].flatMap(([name, { tenant, file, locate }]) => {
    const before = base.tenants.get(name)?.tenant;
    if (before === undefined) return [];
    return tenantChangeFindings(before, tenant).map(({ path, message, hint }) => ({
      file,
      ...locate(path),
      message,
      ...(hint !== undefined && { hint }),
    }));
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

/** Leaves the plan where the deployment of its merge finds it again, to go on showing it. */
async function remember(
  pull: number,
  { commit, expected, plan, history }: PlanComment,
  { head, cells }: { readonly head: Declarations } & Pick<PlanPorts, "cells">,
): Promise<void> {
  const concerned = new Set(expected.map((name) => environmentOf(head.tenants.get(name)?.tenant, head)));
  for (const environment of concerned) {
    if (environment === undefined) continue;
    await cells(environment).records.put(pullKey(pull), { commit, expected, plan, history });
  }
}

async function show(view: PlanView, state: PlanComment): Promise<PlanComment> {
  await view.show(state);
  return state;
}
