/** Which file a release is raised in, and which tenants that moves. */
import type { Environment } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { releaseOf } from "./release.ts";
import { closest } from "./spelling.ts";
import type { Tenant } from "./tenant.ts";

export interface ReleaseTarget {
  readonly environment?: string;
  readonly tenant?: string;
}

export interface ReleaseProposal {
  readonly kind: "environment" | "tenant";
  /** Name of the environment or the tenant. */
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Tenants that move, and those that stay because they pin a release of their own. */
  readonly moves: readonly string[];
  readonly pinned: readonly { readonly tenant: string; readonly release: string }[];
}

interface Declared {
  readonly tenants: readonly { readonly tenant: Tenant; readonly file: string }[];
  readonly environments: readonly Environment[];
}

/**
 * @throws OperatorError `wrong-input` unless exactly one of environment and tenant is given; `unknown-environment` or
 * `unknown-tenant` with the nearest name
 */
export function releaseProposal(release: string, target: ReleaseTarget, declared: Declared): ReleaseProposal {
  const { environment, tenant } = target;
  if ((environment === undefined) === (tenant === undefined)) {
    throw new OperatorError(
      "wrong-input",
      "give either an environment or a tenant for the release, not both and not none",
    );
  }
  return environment === undefined
    ? ofTenant(release, tenant ?? "", declared)
    : ofEnvironment(release, environment, declared);
}

function ofEnvironment(release: string, name: string, { tenants, environments }: Declared): ReleaseProposal {
  const environment = environments.find((one) => one.name === name);
  if (environment === undefined)
    throw unknown(
      "environment",
      name,
      environments.map((one) => one.name),
    );
  const inside = tenants.map(({ tenant }) => tenant).filter((tenant) => tenant.environment === name);
  return {
    kind: "environment",
    name,
    file: `infra/environments/${name}.yml`,
    from: environment.release,
    to: release,
    moves: inside.filter((tenant) => tenant.release === undefined).map((tenant) => tenant.name),
    pinned: inside.flatMap((tenant) =>
      tenant.release === undefined ? [] : [{ tenant: tenant.name, release: tenant.release }],
    ),
  };
}

function ofTenant(release: string, name: string, { tenants, environments }: Declared): ReleaseProposal {
  const found = tenants.find(({ tenant }) => tenant.name === name);
  if (found === undefined)
    throw unknown(
      "tenant",
      name,
      tenants.map(({ tenant }) => tenant.name),
    );
  const { tenant, file } = found;
  const environment = environments.find((one) => one.name === tenant.environment);
  if (environment === undefined)
    throw unknown(
      "environment",
      tenant.environment,
      environments.map((one) => one.name),
    );
  return { kind: "tenant", name, file, from: releaseOf(tenant, environment), to: release, moves: [name], pinned: [] };
}

function unknown(what: "environment" | "tenant", name: string, known: readonly string[]): OperatorError {
  const near = closest(name, known);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return new OperatorError(`unknown-${what}`, `there is no ${what} ${name}${hint}`);
}
