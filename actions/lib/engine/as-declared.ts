import { type DesiredTenant, desiredTenant } from "../domain/desired.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";

/**
 * The tenants of a fleet as their files alone say, by name. The fleet itself has the live changes of commands on top; what differs is
 * what git does not record yet.
 */
export function asDeclared(fleet: Fleet, declarations: Declarations): ReadonlyMap<string, DesiredTenant> {
  const { template, tenants } = declarations;
  return new Map(
    fleet.tenants.flatMap(({ tenant: { name }, environment }) => {
      const declared = tenants.get(name);
      if (declared === undefined) return [];
      return [[name, desiredTenant(declared.tenant, { environment, template, platform: fleet.platform })] as const];
    }),
  );
}
