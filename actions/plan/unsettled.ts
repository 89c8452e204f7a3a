import { unsettledPrefix, unsettledRecord } from "../lib/domain/deploy-record.ts";
import type { UnsettledTenant } from "../lib/domain/plan-view.ts";
import type { Cell } from "../lib/ports/cell.ts";

/** Tenants that earlier deployments left other than their files say; the next one takes them up together with what is merged. */
export async function unsettledTenants(
  cells: readonly Pick<Cell, "environment" | "records">[],
): Promise<readonly UnsettledTenant[]> {
  const found = await Promise.all(
    cells.map(async ({ environment, records }) => {
      const keys = await records.list(unsettledPrefix);
      return await Promise.all(
        keys.map(async (key): Promise<readonly UnsettledTenant[]> => {
          const stored = await records.get(key);
          // Settled since it was listed.
          if (stored === undefined) return [];
          const { cause, history, issue } = unsettledRecord.parse(stored.value);
          const tenant = key.slice(unsettledPrefix.length).replace(/\.json$/, "");
          const what = cause ?? history.at(-1)?.what ?? "not settled";
          return [{ tenant, environment: environment.name, cause: what, ...(issue !== undefined && { issue }) }];
        }),
      );
    }),
  );
  return found.flat(2);
}
