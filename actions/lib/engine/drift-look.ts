/** Compares a tenant with what is there: its stack by CloudFormation's drift detection, its services by reading them. */
import type { DesiredTenant } from "../domain/desired.ts";
import { clusterName } from "../domain/environment-names.ts";
import type { ServiceDesire } from "../domain/service.ts";
import type { ObservedService } from "../domain/service-changes.ts";
import { tenantServices } from "../domain/tenant-services.ts";
import type { ResourceDrift } from "../ports/inventory.ts";
import type { WatchedFleet } from "./drift.ts";
import { observeServices } from "./observe-services.ts";
import { tenantSources } from "./tenant-sources.ts";
import { waitFor } from "./wait.ts";

export type StackLook =
  | { readonly outcome: "absent" }
  | { readonly outcome: "compared"; readonly drifts: readonly ResourceDrift[] }
  | { readonly outcome: "failed"; readonly why: string };

/** CloudFormation compares stacks one resource after the other; a large one takes some minutes. */
const detectionMs = 20 * 60_000;

/** What a stack's resources are that its template does not say. */
export async function compareStack(
  stack: string,
  { cell, clock }: Pick<WatchedFleet, "cell" | "clock">,
): Promise<StackLook> {
  const { inventory, stacks } = cell;
  if ((await stacks.find(stack)) === undefined) return { outcome: "absent" };
  const id = await inventory.detectDrift(stack);
  const end = await waitFor(clock, { everyMs: [2_000, 5_000, 10_000], atMostMs: detectionMs }, async () => {
    const detection = await inventory.driftDetection(id, stack);
    return detection.state === "running" ? undefined : detection;
  });
  if (end?.state === "done") return { outcome: "compared", drifts: end.drifts };
  const why = end === undefined ? "CloudFormation did not finish comparing it in 20 minutes" : end.reason;
  return { outcome: "failed", why: `stack ${stack} could not be compared: ${why}` };
}

/** Services as they should be and as they are. @throws OperatorError if what they should be cannot be said */
export async function compareServices(
  desired: DesiredTenant,
  fleet: WatchedFleet,
): Promise<{ readonly desires: readonly ServiceDesire[]; readonly observed: readonly ObservedService[] }> {
  const desires = tenantServices(desired.tenant, await tenantSources(desired, fleet));
  return { desires, observed: await observeServices(clusterName(desired.environment), desires, fleet.cell.services) };
}
