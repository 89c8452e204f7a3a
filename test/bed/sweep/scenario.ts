/** What is killed and run again: an act of deployment, and what has to be there before it. */
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { type DeploymentEnd, deploy, type Kill } from "./deployment.ts";
import type { Subject } from "./footprint.ts";
import { releases, type SweepStage } from "./sweep-stage.ts";

export interface Scenario {
  readonly name: string;
  /** Whether every kill needs a tenant of its own, or one tenant can be killed again at its next release. */
  readonly tenants: "new" | "kept";
  /** Puts a tenant where the act begins. */
  readonly prepare: (stage: SweepStage, tenant: string) => Promise<void>;
  /** Does it for one tenant, whole or up to a point. */
  readonly act: (stage: SweepStage, subject: Subject, kill?: Kill) => Promise<DeploymentEnd>;
}

export const scenarios = {
  "new-tenant": {
    name: "a new tenant is deployed",
    tenants: "new",
    prepare: async () => {},
    act: deployed,
  },
  release: {
    name: "a running tenant gets a new release",
    tenants: "kept",
    prepare: async (stage, tenant) => {
      // The first release after the first deployment meets what no later one does, such as a template that is not yet uploaded.
      for (const release of [releases.before, releases.after]) await deployed(stage, { tenant, release });
    },
    act: deployed,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

async function deployed(stage: SweepStage, { tenant, release }: Subject, kill?: Kill): Promise<DeploymentEnd> {
  const checkout = await stage.checkout({ [`tenants/${tenant}.yml`]: standardTenant(tenant) }, release);
  return await deploy(stage, checkout, kill);
}
