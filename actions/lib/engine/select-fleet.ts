import { desiredTenant } from "../domain/desired.ts";
import type { Environment } from "../domain/environment.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { withOverrides } from "../domain/override.ts";
import { formatProblem } from "../domain/problem.ts";
import { closest } from "../domain/spelling.ts";
import { sliceOf } from "../domain/wave-shards.ts";
import type { Cell } from "../ports/cell.ts";
import type { Clock } from "../ports/clock.ts";
import type { Declarations } from "../ports/declarations.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { Progress } from "../ports/progress.ts";
import { liveOverrides, overridesOf } from "./live-overrides.ts";
import { platformOutputs } from "./platform.ts";

/**
 * The named tenants of an environment with what they should be: what their files say, with what commands changed and git does not say
 * yet on top, so that nothing puts back what an operator just did.
 *
 * @param request.tenants names; undefined takes all tenants of the environment
 * @param request.shards jobs that share what the environment allows; one if left out
 * @throws OperatorError if a file has a problem, the environment or a tenant is not declared, or there is no platform
 */
export async function selectFleet<C extends Pick<Cell, "environment" | "stacks" | "trace" | "records">>(
  request: {
    readonly declarations: Declarations;
    readonly environment: string;
    readonly tenants?: readonly string[];
    readonly shards?: number;
  },
  ports: {
    readonly cells: (environment: Environment) => C;
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<Fleet & { readonly cell: C }> {
  const { declarations } = request;
  const environment = declaredEnvironment(declarations, request.environment);
  const here = [...declarations.tenants.values()].filter(({ tenant }) => tenant.environment === environment.name);
  const names = here.map(({ tenant }) => tenant.name);
  const unknown = request.tenants?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    const hints = unknown.map((name) => {
      const near = closest(name, names);
      return `${name}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
    });
    throw new OperatorError("unknown-tenant", `${environment.name} has no tenant ${hints.join(", ")}`);
  }
  const cell = ports.cells(sliceOf(environment, request.shards ?? 1));
  const [platform, overrides] = await Promise.all([
    platformOutputs(environment, cell.stacks),
    liveOverrides(cell.records),
  ]);
  const now = ports.clock.now();
  const sources = { environment, template: declarations.template, platform };
  return {
    cell,
    platform,
    tenants: here
      .filter(({ tenant }) => request.tenants?.includes(tenant.name) ?? true)
      .map(({ tenant }) => desiredTenant(withOverrides(tenant, overrides.get(tenant.name) ?? [], now), sources)),
    again: async (name) => {
      const declared = declarations.tenants.get(name);
      if (declared === undefined) throw new Error(`${name} was selected and is not declared`);
      const present = await overridesOf(name, cell.records);
      return desiredTenant(withOverrides(declared.tenant, present, ports.clock.now()), sources);
    },
    clock: ports.clock,
    progress: ports.progress,
  };
}

/** The environment of that name, if nothing in the files is wrong. */
export function declaredEnvironment(declarations: Declarations, name: string): Environment {
  const { problems, environments } = declarations;
  if (problems.length > 0) throw fileProblems(declarations);
  const environment = environments.get(name);
  if (environment !== undefined) return environment;
  throw new OperatorError(
    "unknown-environment",
    `there is no environment ${name}; known: ${[...environments.keys()].join(", ")}`,
  );
}

/** Why nothing is done: every problem with its place. */
export function fileProblems({ problems }: Pick<Declarations, "problems">): OperatorError {
  return new OperatorError(
    "file-problems",
    `nothing is deployed while files have problems:\n${problems.map(formatProblem).join("\n")}`,
  );
}
