import type { DesiredTenant } from "../domain/desired.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { stackCondition } from "../domain/stack.ts";
import type { ServiceSources } from "../domain/tenant-services.ts";
import type { Fleet } from "../ports/fleet.ts";
import { outputsNow } from "./restore/serving-secret.ts";
import { sharedImages } from "./tenant-images.ts";

/**
 * What a tenant's task definitions are composed from: the outputs of its stack and of the platform, and its release's images.
 *
 * @throws OperatorError `no-stack` when the tenant's stack does not exist yet
 */
export async function tenantSources(
  desired: DesiredTenant,
  { cell, platform }: Fleet<"images" | "records">,
): Promise<ServiceSources> {
  const { environment, release } = desired;
  const [stack, images] = await Promise.all([
    cell.stacks.find(desired.stack.name),
    sharedImages(environment, release, cell.images),
  ]);
  const condition = stackCondition(stack?.status);
  if (stack === undefined || condition.kind === "absent" || condition.kind === "shell") {
    throw new OperatorError(
      "no-stack",
      `${desired.tenant.name} has no stack ${desired.stack.name} yet; apply it first`,
    );
  }
  const outputs = await outputsNow(desired.tenant.name, { ...platform, ...stack.outputs }, cell.records);
  return { environment, release, images, outputs };
}
