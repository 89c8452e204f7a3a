import type { CommandReply } from "../lib/domain/command/reply.ts";
import { commandIn, operationKey, operationRecord } from "../lib/domain/operation.ts";
import { describeOverride, type Override } from "../lib/domain/override.ts";
import { settledFingerprints, settledKey, settledPrefix, settledRecord } from "../lib/domain/settled.ts";
import { dropOverrides, liveOverrides } from "../lib/engine/live-overrides.ts";
import { together } from "../lib/engine/together.ts";
import type { Records } from "../lib/ports/records.ts";
import type { ActPorts } from "./act.ts";
import { environmentNamed, environmentsInUse, knownTenants, type Policy } from "./request.ts";

export interface SweepRequest {
  readonly policy: Policy;
  readonly run: { readonly url: string; readonly id: string };
  /** Commit of the default branch whose policy holds. */
  readonly commit: string;
}

/** Why an override is over. */
type Over =
  | { readonly over: "its time is up" }
  | { readonly over: "git says it" }
  | { readonly over: "nobody wants it in git"; readonly pull: number }
  | { readonly over: "its tenant is gone" };

/** Environments that have tenants, each to be swept with a role of its own. */
export function sweepTargets(policy: Policy): readonly { readonly environment: string; readonly reply: "" }[] {
  return environmentsInUse(policy).map(({ name }) => ({ environment: name, reply: "" }));
}

/**
 * Ends live changes whose time is up, or whose pull request was closed without being merged: the tenant counts as not settled from
 * then on, and a deployment brings it back to what its file says. What git has recorded is forgotten without a word, once a deployment knows
 * of it: a pull request that merged itself in the name of a job's token starts none (GitHub docs, "Triggering a workflow").
 *
 * @returns one line for each that was ended
 */
export async function sweep(
  { policy, run }: SweepRequest,
  environmentName: string,
  ports: ActPorts,
): Promise<readonly string[]> {
  const environment = environmentNamed(environmentName, policy);
  const { records } = ports.cells(environment);
  const all = [...(await liveOverrides(records)).values()].flat();
  const ended = await together(all, 4, async (override) => {
    const why = await isOver(override, policy, ports);
    if (why === undefined) return [];
    const returns = why.over === "its time is up" || why.over === "nobody wants it in git";
    if (returns) {
      // A second key makes the tenant count as not settled: the next deployment takes it up, also if this run dies here.
      const doubt = settledKey(override.tenant, `ended-${override.operation}`);
      await records.put(doubt, { at: ports.clock.now().toISOString(), operation: override.operation });
    }
    if (why.over === "git says it" && !(await deployedSince(override, records)))
      await ports.workflows.start("deploy.yml", { tenant: override.tenant });
    await dropOverrides(override.tenant, [override.operation], records);
    if (!returns) return [`${override.tenant}: ${override.operation} is forgotten, because ${why.over}`];
    const { address } = await ports.workflows.start("deploy.yml", { tenant: override.tenant });
    await tell(override, { why, address, policy, run }, { ...ports, records });
    return [`${override.tenant}: ${override.operation} is over, because ${why.over}`];
  });
  return ended.flat();
}

/** Whether its tenant settled with it: a deployment takes live changes for what git will say, so it need not look again. */
async function deployedSince({ tenant, since }: Override, records: Pick<Records, "get" | "list">): Promise<boolean> {
  const fingerprint = settledFingerprints(await records.list(`${settledPrefix}${tenant}/`)).get(tenant);
  const stored = fingerprint === undefined ? undefined : await records.get(settledKey(tenant, fingerprint));
  return stored !== undefined && Date.parse(settledRecord.parse(stored.value).at) >= Date.parse(since);
}

async function isOver(override: Override, policy: Policy, { clock, recording }: ActPorts): Promise<Over | undefined> {
  if (!policy.declarations.tenants.has(override.tenant)) return { over: "its tenant is gone" };
  if (override.until !== undefined && Date.parse(override.until) <= clock.now().getTime())
    return { over: "its time is up" };
  if (override.pull === undefined) return undefined;
  switch (await recording.pullState(override.pull)) {
    case "open":
      return undefined;
    case "merged":
      return { over: "git says it" };
    case "closed":
      return { over: "nobody wants it in git", pull: override.pull };
  }
}

/** Says on the pull request where it was asked for that it is over, and what happens now. */
async function tell(
  override: Override,
  about: Omit<SweepRequest, "commit"> & { readonly why: Over; readonly address: string },
  { records, comments }: Pick<ActPorts, "comments"> & { readonly records: ReturnType<ActPorts["cells"]>["records"] },
): Promise<void> {
  const { why, address, policy, run } = about;
  const stored = await records.get(operationKey(override.operation));
  const operation = stored === undefined ? undefined : operationRecord.parse(stored.value);
  const command = operation === undefined ? undefined : commandIn(operation, knownTenants(policy));
  const file = policy.declarations.tenants.get(override.tenant);
  if (operation === undefined || command === undefined || file === undefined) return;
  const because =
    why.over === "nobody wants it in git" ? `pull request ${why.pull} was closed without being merged` : why.over;
  const reply: CommandReply["reply"] = {
    ...{ state: "answered", command, lines: [], next: [{ verb: "status", tenant: override.tenant }] },
    summary: `over, because ${because}: a deployment brings ${override.tenant} back to what ${file.file} says (${address})`,
    facts: [{ what: "was", is: describeOverride(override, file.tenant) }],
  };
  await comments.reply(
    { pull: operation.pull },
    { comment: operation.comment, by: override.by, run: run.url, ignoredLines: 0, reply },
  );
}
