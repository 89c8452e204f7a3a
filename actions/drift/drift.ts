import { driftPrefix, type KnownDrift } from "../lib/domain/drift.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { orphans, tenantDrift, type WatchedFleet } from "../lib/engine/drift.ts";
import { type ReportPorts, type Told, tellDrift } from "../lib/engine/drift-report.ts";
import { environmentsInUse } from "../lib/engine/environments-in-use.ts";
import { selectFleet } from "../lib/engine/select-fleet.ts";
import { undeployed } from "../lib/engine/undeployed.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Progress } from "../lib/ports/progress.ts";
import { declaredTenant } from "./declared-tenant.ts";

export interface DriftRequest {
  readonly declarations: Declarations;
  readonly known: KnownDrift;
  /** Only this tenant, as a person asked; undefined looks at all and at what belongs to nobody. */
  readonly tenant?: string;
}

export interface DriftResult {
  readonly subject: string;
  readonly environment: string;
  readonly findings: readonly string[];
  readonly issue: Told;
}

/** Looks for drift and tells people: one issue per tenant, and one per environment for what belongs to nobody. */
export async function drift(
  request: DriftRequest,
  ports: Pick<ReportPorts, "issues" | "write"> & {
    readonly cells: (environment: Environment) => WatchedFleet["cell"];
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<readonly DriftResult[]> {
  const { declarations, known, tenant } = request;
  const declared = [...declarations.tenants.values()].map((one) => one.tenant);
  const environments =
    tenant === undefined
      ? await environmentsInUse(declarations, ports)
      : [declaredTenant(tenant, declarations).tenant.environment];
  const results: DriftResult[] = [];
  for (const environment of environments) {
    const selection = { declarations, environment, ...(tenant !== undefined && { tenants: [tenant] }) };
    const fleet = await selectFleet(selection, ports);
    const found = [
      ...(await tenantDrift(fleet, { declarations, known })).map(({ tenant: { name }, findings }) => ({
        subject: name,
        findings,
      })),
      ...(tenant === undefined
        ? [
            {
              subject: environment,
              findings: [...(await undeployed(fleet, declarations)), ...(await orphans(fleet, declared))],
            },
            ...(await gone(fleet.cell.records, [environment, ...declared.map(({ name }) => name)])),
          ]
        : []),
    ];
    for (const one of found) {
      const issue = await tellDrift(one, { ...ports, records: fleet.cell.records });
      results.push({ subject: one.subject, environment, findings: one.findings.map(({ what }) => what), issue });
    }
  }
  return results;
}

/** Subjects that something was found about once and that are no more: their issues are to be closed. */
async function gone(
  records: WatchedFleet["cell"]["records"],
  present: readonly string[],
): Promise<readonly { readonly subject: string; readonly findings: readonly [] }[]> {
  const known = (await records.list(driftPrefix)).map((key) => key.slice(driftPrefix.length, -".json".length));
  return known.filter((subject) => !present.includes(subject)).map((subject) => ({ subject, findings: [] }));
}

/** What the step gives: who differs from git, and everything found, each as JSON. */
export function driftOutputs(results: readonly DriftResult[]): Readonly<Record<"drifted" | "result", string>> {
  const drifted = results.filter(({ findings }) => findings.length > 0).map(({ subject }) => subject);
  return { drifted: JSON.stringify(drifted), result: JSON.stringify(results) };
}
