/** Which tenants a pull request concerns, and changes to them that are no plan. */
import { desiredTenant } from "../lib/domain/desired.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { environmentChangeFindings } from "../lib/domain/environment-change.ts";
import type { Problem } from "../lib/domain/problem.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { tenantChangeFindings } from "../lib/domain/tenant-change.ts";
import type { Declarations, DeclaredTenant } from "../lib/ports/declarations.ts";

export interface Affected {
  readonly name: string;
  readonly before?: DeclaredTenant;
  readonly after?: DeclaredTenant;
}

/** Tenants whose fingerprint differs between two commits, those that come and those that go included, by name. */
export function affectedTenants(head: Declarations, base: Declarations): readonly Affected[] {
  const names = new Set([...head.tenants.keys(), ...base.tenants.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const [before, after] = [base.tenants.get(name), head.tenants.get(name)];
    if (fingerprintIn(base, name) === fingerprintIn(head, name)) return [];
    return [{ name, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  });
}

/** The platform's outputs are the same on both sides of a comparison, so none are needed. */
function fingerprintIn(declarations: Declarations, name: string): string | undefined {
  const declared = declarations.tenants.get(name);
  const environment = environmentOf(declared?.tenant, declarations);
  if (declared === undefined || environment === undefined) return undefined;
  return desiredTenant(declared.tenant, { environment, template: declarations.template, platform: {} }).fingerprint;
}

export function environmentOf(tenant: Tenant | undefined, { environments }: Declarations): Environment | undefined {
  return tenant === undefined ? undefined : environments.get(tenant.environment);
}

/** Edits that look like one line and are a migration of data: problems of the file, on the line that says so. */
export function changeProblems(head: Declarations, base: Declarations): readonly Problem[] {
  return [...environmentProblems(head, base), ...tenantProblems(head, base)];
}

/** Nobody's data is in an environment without tenants. */
function environmentProblems(head: Declarations, base: Declarations): readonly Problem[] {
  const used = new Set([...base.tenants.values()].map(({ tenant }) => tenant.environment));
  return [...head.environments].flatMap(([name, after]) => {
    const before = base.environments.get(name);
    if (before === undefined || !used.has(name)) return [];
    return environmentChangeFindings(before, after).map(({ path, message, hint }) => ({
      ...head.locate(name, path),
      message,
      ...(hint !== undefined && { hint }),
    }));
  });
}

function tenantProblems(head: Declarations, base: Declarations): readonly Problem[] {
  return [...head.tenants].flatMap(([name, { tenant, file, locate }]) => {
    const before = base.tenants.get(name)?.tenant;
    if (before === undefined) return [];
    return tenantChangeFindings(before, tenant).map(({ path, message, hint }) => ({
      file,
      ...locate(path),
      message,
      ...(hint !== undefined && { hint }),
    }));
  });
}
