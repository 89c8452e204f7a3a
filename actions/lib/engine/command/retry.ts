import type { CommandOf } from "../../domain/command/grammar.ts";
import { unsettledKey, unsettledRecord } from "../../domain/deploy-record.ts";
import { desiredTenant } from "../../domain/desired.ts";
import { settledFingerprints, settledPrefix } from "../../domain/settled.ts";
import type { Workflows } from "../../ports/workflows.ts";
import { platformOutputs } from "../platform.ts";
import type { ActionEnd } from "./action-end.ts";
import { followRun } from "./follow-run.ts";
import type { Setting } from "./setting.ts";

/**
 * Deployments are the deploy workflow's: it takes up every tenant that is not settled, where it stopped, and takes the tenant's lease
 * itself. How it ended is told from what it left behind, not from whether its run is green: that is about other tenants as well.
 */
export async function retry(
  { tenant }: CommandOf<"retry">,
  setting: Setting,
  { workflows }: { readonly workflows: Workflows },
): Promise<ActionEnd> {
  const { clock, progress, cell } = setting;
  const run = await workflows.start("deploy.yml", { tenant });
  progress.say(`${tenant}: a deployment was started: ${run.address}`);
  const end = await followRun(run, { workflows, clock });
  const record = { nothing: "deploying what git says changes nothing in git" };
  if (end === "unknown") {
    return {
      ...{ end: "done", changes: [], record },
      running: `a deployment of ${tenant} was started; how it ends, its runs say: ${run.address}`,
      notes: [`/status ${tenant} says whether it is settled; while it is not, its issue says why`],
    };
  }
  if (await isSettled(setting)) {
    const running = `${tenant} is settled: it is what git says`;
    return { end: "done", changes: [], running, notes: [`the deployment: ${run.address}`], record };
  }
  const stored = await cell.records.get(unsettledKey(tenant));
  const unsettled = stored === undefined ? undefined : unsettledRecord.parse(stored.value);
  const how = end === "goes on" ? "still goes on" : `ended with ${end}`;
  return {
    ...{ end: "failed", reasonCode: end === "goes on" ? "deployment-slow" : "not-settled" },
    cause: `${tenant} is not settled: ${unsettled?.cause ?? `its deployment ${how}`}`,
    evidence: [`the deployment ${how}: ${run.address}`, ...(unsettled?.issue === undefined ? [] : [unsettled.issue])],
    next: [
      { verb: "diagnose", tenant },
      { verb: "retry", tenant },
    ],
  };
}

async function isSettled({ tenant, environment, template, cell }: Setting): Promise<boolean> {
  const [keys, platform] = await Promise.all([
    cell.records.list(`${settledPrefix}${tenant.name}/`),
    platformOutputs(environment, cell.stacks),
  ]);
  const { fingerprint } = desiredTenant(tenant, { environment, template, platform });
  return settledFingerprints(keys).get(tenant.name) === fingerprint;
}
