import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { DrillRecord } from "../lib/domain/restore-drill.ts";
import { restoreOperation } from "../lib/domain/restore-names.ts";
import { drillTenant } from "../lib/engine/restore/drill.ts";
import { outputsNow } from "../lib/engine/restore/serving-secret.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Records } from "../lib/ports/records.ts";
import type { RestoreCell } from "../lib/ports/restore-cell.ts";
import { choose, type Due } from "./choose.ts";

export interface DrillRequest {
  readonly step: "choose" | "drill";
  readonly environment?: string | undefined;
  readonly tenant?: string | undefined;
  readonly declarations: Declarations;
  readonly run: { readonly id: string; readonly url: string };
}

export interface DrillPorts {
  /** The cell of one tenant, for the drill itself. */
  readonly cells: (tenant: string) => (environment: Environment) => RestoreCell;
  /** Records alone, to choose. */
  readonly records: (environment: Environment) => Pick<Records, "get" | "list">;
  readonly clock: Clock;
  readonly progress: Progress;
}

export type DrillOutcome =
  | { readonly step: "choose"; readonly due: readonly Due[] }
  | { readonly step: "drill"; readonly record: DrillRecord };

/** @throws OperatorError `wrong-input` for a drill without a tenant and its environment */
export async function drill(request: DrillRequest, ports: DrillPorts): Promise<DrillOutcome> {
  const { declarations, environment, tenant, run } = request;
  if (request.step === "choose") {
    const wish = { ...(environment !== undefined && { environment }), ...(tenant !== undefined && { tenant }) };
    return { step: "choose", due: await choose({ declarations, ...wish }, ports) };
  }
  if (environment === undefined || tenant === undefined) {
    throw new OperatorError("wrong-input", "a drill needs a tenant and its environment");
  }
  const fleet = await selectFleet(
    { declarations, environment, tenants: [tenant] },
    { ...ports, cells: ports.cells(tenant) },
  );
  const [desired] = fleet.tenants;
  const stack = desired === undefined ? undefined : await fleet.cell.stacks.find(desired.stack.name);
  if (desired === undefined || stack === undefined) {
    throw new OperatorError("no-stack", `${tenant} has no stack yet; deploy it first`);
  }
  const outputs = await outputsNow(tenant, { ...fleet.platform, ...stack.outputs }, fleet.cell.records);
  const target = { desired, outputs, cell: fleet.cell, clock: ports.clock, progress: ports.progress };
  return { step: "drill", record: await drillTenant({ operation: restoreOperation(run.id), url: run.url }, target) };
}

export function drillOutputs(outcome: DrillOutcome): Readonly<Record<"due" | "outcome", string>> {
  return outcome.step === "choose"
    ? { due: JSON.stringify(outcome.due), outcome: "" }
    : { due: "[]", outcome: JSON.stringify(outcome.record) };
}

/** A drill that failed fails the run: nobody reads green ones. */
export function drillFailure(outcome: DrillOutcome): {
  readonly failed?: { readonly reasonCode: string; readonly message: string };
} {
  if (outcome.step === "choose" || outcome.record.outcome === "passed") return {};
  const { tenant, cause = "it did not end" } = outcome.record;
  return { failed: { reasonCode: "drill-failed", message: `the backup of ${tenant} could not be proved: ${cause}` } };
}
