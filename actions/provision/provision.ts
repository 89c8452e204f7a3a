import type { MonthlyCost } from "../lib/domain/cost.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { type Declared, type Draft, draftOf, draftTenant, written } from "../lib/domain/provision.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import type { Proposal, Proposals } from "../lib/ports/proposals.ts";

export interface ProvisionRequest {
  /** Answers by flag, as the form or the command line gave them; what was not asked for there is absent. */
  readonly answers: Readonly<Record<string, string | undefined>>;
  readonly declared: Declared;
  readonly by: string;
}

export interface ProvisionPorts {
  readonly proposals: Proposals;
  readonly cost: (tenant: Tenant, environment: Environment) => MonthlyCost;
  readonly write: (draft: Draft) => string;
  readonly describe: (tenant: {
    readonly tenant: Tenant;
    readonly cost: MonthlyCost;
    readonly address: string;
    readonly by?: string;
  }) => { readonly title: string; readonly body: string };
}

export interface Provisioned extends Proposal {
  readonly file: string;
}

/**
 * Opens the pull request that adds a tenant.
 *
 * @throws OperatorError `wrong-answers` with everything that is wrong with them at once
 */
export async function provision(request: ProvisionRequest, ports: ProvisionPorts): Promise<Provisioned> {
  const { declared, by } = request;
  const draft = written(draftOf(request.answers, declared));
  const made = draftTenant(draft, declared);
  if (!made.ok) {
    const problems = made.findings.map(
      ({ path, message, hint }) => `${path.join(".") || "tenant"}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
    );
    throw new OperatorError("wrong-answers", `the tenant cannot be added:\n${problems.join("\n")}`);
  }
  const { tenant } = made;
  const environment = declared.environments.find(({ name }) => name === tenant.environment);
  if (environment === undefined) throw new Error(`${tenant.environment} was found before and is gone`);
  const file = `tenants/${tenant.name}.yml`;
  const address = `https://${tenant.subdomain}.${environment.domain}`;
  const proposal = await ports.proposals.propose({
    branch: `provision/${tenant.name}`,
    ...ports.describe({ tenant, cost: ports.cost(tenant, environment), address, by }),
    files: { [file]: ports.write(draft) },
  });
  return { ...proposal, file };
}
