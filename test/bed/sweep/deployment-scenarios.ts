/** Deployments that are killed: of a tenant that is new, and of a release to one that runs. */
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { deploy } from "./deployment.ts";
import { footprint, type Subject } from "./footprint.ts";
import type { ActEnd, Kill } from "./kill-points.ts";
import type { Scenario } from "./scenario.ts";
import { releases, type SweepStage } from "./sweep-stage.ts";
import { tenantHistory } from "./tenant-history.ts";

const mustLeave = ["services", "settled records", "last journal entry", "migration tasks that ran"];

/**
 * Bed seconds per real second. A deployment holds a lease of three minutes and renews it while it works; on a busy machine a process can
 * stand still for seconds, which must not pass for having been lost.
 */
const speed = 40;

/** Every kill has a tenant of its own. */
export function newTenant(stage: SweepStage): Scenario {
  let count = 0;
  return {
    name: "a new tenant is deployed",
    prepare: async () => stage.setSpeed(speed),
    next: async () => {
      count += 1;
      return { tenant: `sweep-${count}`, release: releases.before };
    },
    begin: (subject) => (kill) => deployed(stage, subject, kill),
    history: async () => ({}),
    footprint: (subject) => footprint(stage, subject),
    mustLeave,
  };
}

/** One tenant is killed again and again, each time at its next release. */
export function release(stage: SweepStage): Scenario {
  let count = 0;
  return {
    name: "a running tenant gets a new release",
    prepare: async () => stage.setSpeed(speed),
    next: async (last) => {
      count += 1;
      const [next, tenant] = [`v2.${count}.0`, `kept-${count}`];
      await stage.rehearsal.pushRelease(next);
      if (last !== undefined) return { tenant: last.tenant, release: next };
      // The first release after the first deployment meets what no later one does, such as a template that is not yet uploaded.
      for (const before of [releases.before, releases.after]) await deployed(stage, { tenant, release: before });
      return { tenant, release: next };
    },
    begin: (subject) => (kill) => deployed(stage, subject, kill),
    history: (subject) => tenantHistory(stage, subject),
    footprint: (subject) => footprint(stage, subject),
    mustLeave,
  };
}

async function deployed(stage: SweepStage, { tenant, release }: Subject, kill?: Kill): Promise<ActEnd> {
  const checkout = await stage.checkout({ [`tenants/${tenant}.yml`]: standardTenant(tenant) }, release);
  return await deploy(stage, checkout, kill);
}
