import type { Homeless } from "../lib/domain/drift-adoption.ts";
import type { WatchedFleet } from "../lib/engine/drift.ts";
import { type AdoptableText, adoptableText, findAdoption } from "../lib/engine/drift-adopt.ts";
import { fileProblems, selectFleet } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Proposal, Proposals } from "../lib/ports/proposals.ts";
import type { TenantTexts } from "../lib/ports/tenant-texts.ts";
import { declaredTenant } from "./declared-tenant.ts";

export interface AdoptRequest {
  readonly declarations: Declarations;
  readonly tenant: string;
  /** Login of who asked. */
  readonly by: string;
}

export interface AdoptPorts {
  readonly cells: (environment: WatchedFleet["cell"]["environment"]) => WatchedFleet["cell"];
  readonly clock: Clock;
  readonly progress: Progress;
  readonly texts: TenantTexts;
  readonly proposals: Proposals;
  readonly describe: (adoption: AdoptableText & { readonly tenant: string; readonly by: string }) => {
    readonly title: string;
    readonly body: string;
  };
}

export interface Adopted extends Pick<AdoptableText, "values"> {
  readonly tenant: string;
  readonly environment: string;
  /** What the file cannot say, and where it belongs. */
  readonly homeless: readonly Homeless[];
  /** Undefined: there was nothing to write. */
  readonly pull: Proposal | undefined;
}

/**
 * Opens the pull request that writes what is there into a tenant's file, or brings the one that is open up to date. What the file
 * cannot say is told.
 *
 * @throws OperatorError `file-problems` while the repository has some
 */
export async function adopt(request: AdoptRequest, ports: AdoptPorts): Promise<Adopted> {
  const { declarations, tenant, by } = request;
  if (declarations.problems.length > 0) throw fileProblems(declarations);
  const { environment } = declaredTenant(tenant, declarations).tenant;
  const fleet = await selectFleet({ declarations, environment, tenants: [tenant] }, ports);
  const [desired] = fleet.tenants;
  if (desired === undefined) throw new Error(`${tenant} is declared and was not selected`);
  const found = adoptableText(tenant, await findAdoption(desired, fleet), ports.texts);
  const { file, text, values, homeless } = found;
  const about = { tenant, environment, values, homeless };
  if (values.length === 0) return { ...about, pull: undefined };
  const pull = await ports.proposals.propose({
    branch: `adopt/${tenant}`,
    ...ports.describe({ ...found, tenant, by }),
    files: { [file]: text },
  });
  return { ...about, pull };
}
