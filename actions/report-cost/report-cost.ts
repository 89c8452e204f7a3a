import type { MonthlyCost } from "../lib/domain/cost.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { clusterName } from "../lib/domain/environment-names.ts";
import { type Recommendation, recommendations, type TenantCost, type Usage } from "../lib/domain/recommendation.ts";
import { type ServiceName, serviceNames, type Tenant } from "../lib/domain/tenant.ts";
import { tenantStackName } from "../lib/domain/tenant-stack.ts";
import { declaredEnvironment } from "../lib/engine/select-fleet.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Declarations } from "../lib/ports/declarations.ts";
import type { Issues } from "../lib/ports/issues.ts";
import type { UsageQuestion, Utilization } from "../lib/ports/utilization.ts";

/** Days of metrics that sizes are judged by: two of every weekday. */
const days = 14;

export interface CostReport {
  /** `2026-11` */
  readonly month: string;
  readonly tenants: readonly TenantCost[];
  readonly recommendations: readonly Recommendation[];
}

export interface CostPorts {
  readonly cells: (environment: Environment) => { readonly utilization: Utilization };
  readonly cost: (tenant: Tenant, environment: Environment) => MonthlyCost;
  readonly issues: Issues;
  readonly write: (report: CostReport) => { readonly title: string; readonly body: string };
  readonly clock: Clock;
}

/** Label of the one issue that is rewritten every month. */
export const costLabel = "cost-report";

/** What every tenant costs, what is recommended, and the issue that says so. */
export async function reportCost(declarations: Declarations, ports: CostPorts): Promise<CostReport> {
  const to = ports.clock.now();
  const period = { from: new Date(to.getTime() - days * 24 * 3_600_000), to };
  const all = [...declarations.tenants.values()].map(({ tenant }) => tenant);
  const tenants: TenantCost[] = [];
  for (const name of new Set(all.map(({ environment }) => environment))) {
    const environment = declaredEnvironment(declarations, name);
    const here = all.filter((tenant) => tenant.environment === name);
    const questions = here.flatMap((tenant) => questionsOf(tenant, environment));
    const answers = await ports.cells(environment).utilization.usage(
      questions.map(({ question }) => question),
      period,
    );
    for (const tenant of here) {
      const own = questions.flatMap(({ tenant: asked, key }, index) =>
        asked === tenant.name && answers[index] !== undefined ? [{ key, usage: answers[index] }] : [],
      );
      tenants.push({ tenant, cost: ports.cost(tenant, environment), usage: usageOf(own) });
    }
  }
  const report = { month: to.toISOString().slice(0, 7), tenants, recommendations: recommendations(tenants) };
  const written = ports.write(report);
  const issue = await ports.issues.find(costLabel);
  if (issue === undefined) await ports.issues.open({ label: costLabel, ...written });
  else await ports.issues.rewrite(issue.number, written);
  return report;
}

type Key = `cpu ${ServiceName}` | `memory ${ServiceName}` | "database";

function questionsOf(
  tenant: Tenant,
  environment: Environment,
): readonly { readonly tenant: string; readonly key: Key; readonly question: UsageQuestion }[] {
  if (tenant.state === "suspended") return [];
  const stack = tenantStackName(tenant);
  const cluster = clusterName(environment);
  return [
    ...serviceNames.flatMap((role) =>
      (["cpu", "memory"] as const).map((of) => ({
        tenant: tenant.name,
        key: `${of} ${role}` as const,
        question: { of, cluster, service: `${stack}-${role}` },
      })),
    ),
    ...(tenant.database.kind === "shared"
      ? []
      : [{ tenant: tenant.name, key: "database" as const, question: { of: "database" as const, database: stack } }]),
  ];
}

function usageOf(answers: readonly { readonly key: Key; readonly usage: Usage }[]): TenantCost["usage"] {
  const of = (kind: "cpu" | "memory"): TenantCost["usage"]["cpu"] =>
    Object.fromEntries(
      answers.flatMap(({ key, usage }) => (key.startsWith(`${kind} `) ? [[key.slice(kind.length + 1), usage]] : [])),
    );
  const database = answers.find(({ key }) => key === "database")?.usage;
  return { cpu: of("cpu"), memory: of("memory"), ...(database !== undefined && { databaseCpu: database }) };
}
