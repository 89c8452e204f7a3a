import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { drillKey, drillPrefix, drillRecord, nextToDrill } from "../lib/domain/restore-drill.ts";
import { together } from "../lib/engine/together.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Records } from "../lib/ports/records.ts";

export interface Due {
  readonly environment: string;
  readonly tenant: string;
}

/** One tenant of each environment: the one somebody asks for, or the one whose turn it is. */
export async function choose(
  request: { readonly declarations: Declarations; readonly environment?: string; readonly tenant?: string },
  ports: { readonly records: (environment: Environment) => Pick<Records, "get" | "list">; readonly clock: Clock },
): Promise<readonly Due[]> {
  const { declarations, tenant } = request;
  if (tenant !== undefined) {
    const declared = declarations.tenants.get(tenant)?.tenant;
    if (declared === undefined) throw new OperatorError("unknown-tenant", `there is no tenant ${tenant}`);
    return [{ environment: declared.environment, tenant }];
  }
  const environments = [...declarations.environments.values()].filter(
    ({ name }) => request.environment === undefined || request.environment === name,
  );
  const due = await Promise.all(
    environments.map(async (environment): Promise<readonly Due[]> => {
      const tenants = [...declarations.tenants.values()]
        .map((one) => one.tenant)
        .filter((one) => one.environment === environment.name)
        .map(({ name }) => name);
      if (tenants.length === 0) return [];
      const next = nextToDrill(tenants, await lastDrills(tenants, ports.records(environment)), ports.clock.now());
      return next === undefined ? [] : [{ environment: environment.name, tenant: next }];
    }),
  );
  return due.flat();
}

async function lastDrills(tenants: readonly string[], records: Pick<Records, "get" | "list">) {
  const keys = new Set(await records.list(drillPrefix));
  const known = tenants.filter((tenant) => keys.has(drillKey(tenant)));
  const found = await together(known, 16, async (tenant) => {
    const stored = await records.get(drillKey(tenant));
    return stored === undefined ? [] : [[tenant, drillRecord.parse(stored.value)] as const];
  });
  return new Map(found.flat());
}
