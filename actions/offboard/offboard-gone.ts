import type { Environment } from "../lib/domain/environment.ts";
import type { OffboardCertificate } from "../lib/domain/offboard.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { settledPrefix, settledTenants } from "../lib/domain/settled.ts";
import { fencedCell } from "../lib/engine/lease-fence.ts";
import { leaseInTime } from "../lib/engine/lease-stage.ts";
import { type OffboardCell, type OffboardPorts, offboard } from "../lib/engine/offboard.ts";
import { declaredEnvironment } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";

export interface OffboardGoneRequest {
  readonly declarations: Declarations;
  readonly environment: string;
  readonly operation: string;
  readonly actor: string;
  readonly commit: string;
  readonly runUrl: string;
  readonly runId: string;
}

export interface OffboardGone {
  readonly certificates: readonly OffboardCertificate[];
  /** Tenants that could not be removed, with the cause. */
  readonly failed: readonly { readonly tenant: string; readonly reasonCode: string; readonly cause: string }[];
}

/**
 * Removes every tenant that settled here once and that no file declares any more, each under its lease. One that is not suspended stays, and so does
 * everything while any file has a problem: a file that cannot be read is not a file that is gone.
 */
export async function offboardGone(
  request: OffboardGoneRequest,
  ports: {
    readonly cells: (environment: Environment) => OffboardCell;
    readonly issues: OffboardPorts["issues"];
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<OffboardGone> {
  const { declarations, operation, actor, commit, runUrl } = request;
  const environment = declaredEnvironment(declarations, request.environment);
  const cell = ports.cells(environment);
  const gone = settledTenants(await cell.records.list(settledPrefix)).filter(
    (tenant) => !declarations.tenants.has(tenant),
  );
  const certificates: OffboardCertificate[] = [];
  const failed: OffboardGone["failed"][number][] = [];
  for (const tenant of gone) {
    const wish = { tenant, operation, purpose: "off-boarding", holder: actor, run: runUrl, runId: request.runId };
    const held = await leaseInTime(wish, { ...ports, records: cell.records });
    if ("cause" in held) {
      failed.push({ tenant, reasonCode: "lease-held", cause: held.cause });
      continue;
    }
    try {
      const subject = { tenant, operation, actor, commit, run: runUrl };
      certificates.push(await offboard(subject, { ...ports, cell: fencedCell(cell, held) }));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      failed.push({ tenant, reasonCode: error.reasonCode, cause: error.message });
    } finally {
      await held.release();
    }
  }
  return { certificates, failed };
}

/** Why the step fails, in words; nothing when every tenant could be removed. */
export function offboardFailure({ failed }: OffboardGone): {
  readonly failed?: { readonly reasonCode: string; readonly message: string };
} {
  const [first] = failed;
  if (first === undefined) return {};
  return { failed: { reasonCode: first.reasonCode, message: failed.map(({ cause }) => cause).join("\n") } };
}
