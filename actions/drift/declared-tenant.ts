import { OperatorError } from "../lib/domain/operator-error.ts";
import { closest } from "../lib/domain/spelling.ts";
import type { Declarations, DeclaredTenant } from "../lib/ports/declarations.ts";

/** @throws OperatorError `unknown-tenant`, with the nearest name there is */
export function declaredTenant(name: string, { tenants }: Pick<Declarations, "tenants">): DeclaredTenant {
  const declared = tenants.get(name);
  if (declared !== undefined) return declared;
  const near = closest(name, [...tenants.keys()]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new OperatorError("unknown-tenant", `no file declares tenant ${name}${hint}`);
}
