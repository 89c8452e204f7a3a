import type { DesiredTenant } from "../lib/domain/desired.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { restoreOperation } from "../lib/domain/restore-names.ts";
import type { RestoreOutcome } from "../lib/domain/restore-outcome.ts";
import type { RestorePlan } from "../lib/domain/restore-plan.ts";
import { wantedPoint } from "../lib/domain/restore-point.ts";
import type { RestoreWhat } from "../lib/domain/restore-record.ts";
import { planRestore, restorable } from "../lib/engine/restore/plan-restore.ts";
import type { RestoreTarget } from "../lib/engine/restore/restore-context.ts";
import { outputsNow } from "../lib/engine/restore/serving-secret.ts";
import { type AskedRun, secondPerson } from "../lib/engine/second-person.ts";
import type { Approvals } from "../lib/ports/approvals.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { LeaseHolders } from "../lib/ports/lease-holders.ts";
import type { People } from "../lib/ports/people.ts";
import type { RestoreCell } from "../lib/ports/restore-cell.ts";
import { carryOut } from "./carry-out.ts";

export interface RestoreRequest {
  readonly what: RestoreWhat;
  /** As it was written in the form. */
  readonly when: string;
  readonly mode: "list" | "dry-run" | "execute" | "undo" | "abort" | "discard";
  /** Operation to go on with; undefined is that of this run. */
  readonly operation?: string | undefined;
  /** The tenant's name, typed once more. */
  readonly confirm: string;
  /** Role of the session: plan may not see the names of files. */
  readonly role: "plan" | "restore";
  readonly run: AskedRun;
}

export interface RestorePorts {
  readonly approvals: Approvals;
  readonly people: People;
  readonly holders: LeaseHolders;
}

export type RestoreFleet = Omit<Fleet, "cell"> & { readonly cell: RestoreCell };

/** One restore, as the form asks for it. Looking is free; what changes something is typed once more and approved by a second person. */
export async function restore(
  request: RestoreRequest,
  fleet: RestoreFleet,
  ports: RestorePorts,
): Promise<RestoreOutcome> {
  const [desired] = fleet.tenants;
  if (desired === undefined) throw new Error("no tenant was selected");
  const target = await targetOf(desired, fleet);
  const operation = request.operation ?? restoreOperation(request.run.id);
  switch (request.mode) {
    case "list":
      return { outcome: "listed", restorable: await restorable(target) };
    case "dry-run":
      return { outcome: "planned", plan: await planned(request, operation, target) };
    case "execute":
    case "undo":
    case "abort":
    case "discard": {
      const { tenant, environment } = desired;
      const { mode, run } = request;
      if (request.confirm !== tenant.name) {
        throw new OperatorError(
          "not-confirmed",
          `type ${tenant.name} into confirm to ${mode} its restore; nothing was done`,
        );
      }
      const confirmedBy = await secondPerson(run, { environment, tier: tenant.tier }, ports);
      const named = request.operation !== undefined;
      const plan = (): Promise<RestorePlan> => planned(request, operation, target);
      return await carryOut({ mode, operation, named, confirmedBy, run, plan }, target, ports.holders);
    }
  }
}

/** @throws OperatorError `no-stack` for a tenant that was never applied */
async function targetOf(
  desired: DesiredTenant,
  { cell, platform, clock, progress }: RestoreFleet,
): Promise<RestoreTarget> {
  const stack = await cell.stacks.find(desired.stack.name);
  if (stack === undefined) {
    throw new OperatorError("no-stack", `${desired.tenant.name} has no stack ${desired.stack.name}; deploy it first`);
  }
  const outputs = await outputsNow(desired.tenant.name, { ...platform, ...stack.outputs }, cell.records);
  return { desired, outputs, cell, clock, progress };
}

async function planned(
  { what, when, role }: RestoreRequest,
  operation: string,
  target: RestoreTarget,
): Promise<RestorePlan> {
  const files = role === "plan" ? "leave" : "count";
  return await planRestore({ operation, what, wanted: wantedPoint(when), files }, target);
}
