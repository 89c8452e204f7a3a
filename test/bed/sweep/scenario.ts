/** What is killed and run again: an act of deployment, and what has to be there before it. */
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { type DeploymentEnd, deploy, type KillPoint } from "./deployment.ts";
import { type Release, releases, type SweepStage } from "./sweep-stage.ts";

export interface Scenario {
  readonly name: string;
  readonly prepare: (stage: SweepStage, tenants: readonly string[]) => Promise<void>;
  /** Does it for one tenant, whole or up to a point. */
  readonly act: (stage: SweepStage, tenant: string, point?: KillPoint) => Promise<DeploymentEnd>;
}

export const scenarios = {
  "new-tenant": {
    name: "a new tenant is deployed",
    prepare: async () => {},
    act: (stage, tenant, point) => deployed(stage, { tenants: [tenant], release: releases.before }, point),
  },
  release: {
    name: "a running tenant gets a new release",
    prepare: async (stage, tenants) => {
      // A session lasts an hour of the bed's time, and a process does not know how fast that passes.
      for (let from = 0; from < tenants.length; from += 5)
        await deployed(stage, { tenants: tenants.slice(from, from + 5), release: releases.before });
    },
    act: (stage, tenant, point) => deployed(stage, { tenants: [tenant], release: releases.after }, point),
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

async function deployed(
  stage: SweepStage,
  { tenants, release }: { readonly tenants: readonly string[]; readonly release: Release },
  point?: KillPoint,
): Promise<DeploymentEnd> {
  const files = Object.fromEntries(tenants.map((name) => [`tenants/${name}.yml`, standardTenant(name)]));
  return await deploy(stage, await stage.checkout(files, release), point);
}
