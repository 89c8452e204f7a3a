import type { ServiceDesire } from "../domain/service.ts";
import type { ObservedService } from "../domain/service-changes.ts";
import type { Services } from "../ports/services.ts";

/**
 * The services of a tenant as they run, with their revisions and scaling. Those that do not exist are left out. One read of a
 * family's newest revision mostly tells what runs and what could be deployed without registering anything.
 */
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
        const newest = await services.latest(familyOf(service.taskDefinition));
        const definition =
          newest?.arn === service.taskDefinition
            ? newest.definition
            : await services.taskDefinition(service.taskDefinition);
        return {
          service,
          definition,
          ...(newest !== undefined && { newest }),
          ...(target !== undefined && { scaling: target }),
        };
      }),
  );
}

/** `arn:aws:ecs:us-east-1:123456789012:task-definition/mate-a-production-django:7` → the family in it. */
function familyOf(arn: string): string {
  return (arn.split("/").at(-1) ?? "").replace(/:\d+$/, "");
}
