import type { DesiredTenant } from "../lib/domain/desired.ts";
import { type RevertPlan, revertOperation } from "../lib/domain/drift-revert.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { carryOutRevert, letStackSettle, lookAtRevert, type RevertSources } from "../lib/engine/drift-revert.ts";
import { type RevertEnd, revertEnd, revertJournal } from "../lib/engine/drift-revert-journal.ts";
import { takeLease } from "../lib/engine/lease.ts";
import { fencedCell } from "../lib/engine/lease-fence.ts";
import { type AskedRun, askersMay, secondPerson } from "../lib/engine/second-person.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import type { Approvals } from "../lib/ports/approvals.ts";
import type { Cell } from "../lib/ports/cell.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { LeaseHolders } from "../lib/ports/lease-holders.ts";
import type { People } from "../lib/ports/people.ts";
import type { Progress } from "../lib/ports/progress.ts";
import { declaredTenant } from "./declared-tenant.ts";

export interface RevertRequest extends RevertSources {
  readonly tenant: string;
  /** The tenant's name, typed once more. */
  readonly confirm: string;
  /** Digest of the changes the look before showed. */
  readonly reviewed: string;
  readonly run: AskedRun;
}

export interface LookPorts {
  readonly cells: (environment: Cell["environment"]) => Pick<Cell, "environment" | "stacks" | "trace" | "records">;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface RevertPorts extends LookPorts {
  readonly approvals: Approvals;
  readonly people: People;
  readonly holders: LeaseHolders;
}

export interface RevertLook {
  readonly tenant: string;
  readonly environment: string;
  /** Undefined: nothing differs, so there is nothing to revert. */
  readonly plan: RevertPlan | undefined;
}

/** What reverting a tenant's stack drift would change. Changes nothing. */
export async function planRevert(
  request: RevertSources & { readonly tenant: string },
  ports: LookPorts,
): Promise<RevertLook> {
  const { desired, fleet } = await selected(request, ports);
  const { name: tenant, environment } = desired.tenant;
  return { tenant, environment, plan: await lookAtRevert(desired, fleet, request) };
}

/**
 * Reverts a tenant's stack drift as it was looked at. Who asks has to be an operator who may deploy the tenant; where data is at stake,
 * a second person has to have approved.
 *
 * @throws OperatorError when nothing was done, saying why; a stack that could not be put back is a result
 */
export async function revert(request: RevertRequest, ports: RevertPorts): Promise<RevertEnd> {
  const { desired, fleet } = await selected(request, ports);
  const { tenant, environment } = desired;
  const { run, reviewed } = request;
  if (request.confirm !== tenant.name)
    throw new OperatorError("not-confirmed", `type ${tenant.name} into confirm to revert its drift; nothing was done`);
  if (reviewed === "")
    throw new OperatorError("not-looked-at", "what would be reverted has to be looked at first; nothing was done");
  await askersMay("retry", run, { environment, tier: tenant.tier }, ports.people);
  const operation = revertOperation(run.id);
  const purpose = `reverting the drift of ${environment.name}/${tenant.name}`;
  const answer = await takeLease(
    { tenant: tenant.name, operation, purpose, holder: run.actor, run: run.url, runId: run.id },
    { records: fleet.cell.records, holders: ports.holders, clock: ports.clock },
  );
  if (answer.answer === "held") {
    const { by } = answer;
    throw new OperatorError(
      "tenant-busy",
      `${by.purpose} by ${by.holder} works on ${tenant.name} at this moment (${by.run}); start this again when it is over`,
    );
  }
  try {
    return await alone(request, desired, { ...ports, fleet: { ...fleet, cell: fencedCell(fleet.cell, answer.held) } });
  } finally {
    await answer.held.release();
  }
}

async function alone(
  request: RevertRequest,
  desired: DesiredTenant,
  ports: RevertPorts & { readonly fleet: Fleet<"records"> },
): Promise<RevertEnd> {
  const { fleet } = ports;
  const { tenant, environment } = desired;
  await letStackSettle(desired, fleet);
  const plan = await lookAtRevert(desired, fleet, request);
  const dangerous = (plan?.dangers.length ?? 0) > 0;
  const confirmedBy = dangerous
    ? await secondPerson(request.run, { environment, tier: tenant.tier }, ports)
    : undefined;
  const about = { tenant: tenant.name, environment: environment.name };
  const journal = revertJournal({ ...about, run: request.run, confirmedBy }, fleet);
  if (plan !== undefined) await journal.note("begun", plan.changes);
  const end = revertEnd(about, await carryOutRevert(desired, fleet, request));
  await journal.note(end.outcome, end.changes);
  return end;
}

async function selected(
  { declarations, tenant }: { readonly declarations: RevertSources["declarations"]; readonly tenant: string },
  ports: LookPorts,
): Promise<{ readonly desired: DesiredTenant; readonly fleet: Fleet<"records"> }> {
  const { environment } = declaredTenant(tenant, declarations).tenant;
  const fleet = await selectFleet({ declarations, environment, tenants: [tenant] }, ports);
  const [desired] = fleet.tenants;
  if (desired === undefined) throw new Error(`${tenant} is declared and was not selected`);
  return { desired, fleet };
}
