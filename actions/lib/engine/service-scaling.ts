import type { ServiceDesire } from "../domain/service.ts";
import { autoScales, type ObservedService, scalingDiffers } from "../domain/service-changes.ts";
import type { Services } from "../ports/services.ts";

/** CPU that auto scaling keeps, percent: high enough to be worth its price, low enough to be ahead of the morning. */
const cpuPercent = 60;

/** Hands the count over to auto scaling, or takes it away from it, as the tenant's file says. Safe to repeat. */
export async function setScaling(
  desire: ServiceDesire,
  observed: ObservedService | undefined,
  { cluster, services }: { readonly cluster: string; readonly services: Services },
): Promise<void> {
  const { min, max } = desire.count;
  const target = observed?.scaling;
  if (max === 0) {
    // Suspended: auto scaling has to let go before the count falls to zero, or it lifts it again.
    if (target !== undefined && !(target.suspended && target.min === 0))
      await services.scale(cluster, { service: desire.name, min: 0, max: target.max, suspended: true });
    return;
  }
  if (!autoScales(desire)) {
    if (target !== undefined) await services.unscale(cluster, desire.name);
    return;
  }
  if (observed !== undefined && !scalingDiffers(desire, observed)) return;
  const tags = target === undefined ? { tags: desire.tags } : {};
  await services.scale(cluster, { service: desire.name, min, max, suspended: false, cpuPercent, ...tags });
}

/** The count to set with a change of the service, or undefined to leave it to auto scaling. */
export function neededCount(desire: ServiceDesire, { service }: ObservedService): number | undefined {
  const { min, max } = desire.count;
  if (service.desiredCount < min) return min;
  return service.desiredCount > max ? max : undefined;
}
