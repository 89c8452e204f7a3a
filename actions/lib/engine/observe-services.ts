import type { ServiceDesire } from "../domain/service.ts";
import type { ObservedService } from "../domain/service-changes.ts";
import type { Services } from "../ports/services.ts";

/** The services of a tenant as they run, with their revisions and scaling. Those that do not exist are left out. */
export async function observeServices(
  cluster: string,
  desires: readonly Pick<ServiceDesire, "name">[],
  services: Services,
): Promise<readonly ObservedService[]> {
  const names = desires.map(({ name }) => name);
  const [found, scaling] = await Promise.all([services.find(cluster, names), services.scaling(cluster, names)]);
  return await Promise.all(
    found
      .filter(({ status }) => status === "active")
      .map(async (service) => {
        const target = scaling.find((one) => one.service === service.name);
        return {
          service,
          definition: await services.taskDefinition(service.taskDefinition),
          ...(target !== undefined && { scaling: target }),
        };
      }),
  );
}
