/**
 * Removes a tenant for good: services, then the stack; what holds patients' data stays or leaves a final snapshot, and the journal says
 * what was kept. Can be repeated at any point: it goes on where it stopped.
 */

import { unsettledLabel } from "../domain/deploy-record.ts";
import { clusterName } from "../domain/environment-names.ts";
import { migrationKey, migrationRecord } from "../domain/migration.ts";
import * as partings from "../domain/offboard.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { type Stack, stackCondition } from "../domain/stack.ts";
import { evidenceOf, firstFailure } from "../domain/stack-event.ts";
import { dumpKey, type TrialDump } from "../domain/trial-dump.ts";
import type { Cell } from "../ports/cell.ts";
import type { Clock } from "../ports/clock.ts";
import type { Databases } from "../ports/databases.ts";
import type { Farewell } from "../ports/farewell.ts";
import type { Inventory } from "../ports/inventory.ts";
import type { Issues } from "../ports/issues.ts";
import type { Progress } from "../ports/progress.ts";
import { applyStack } from "./apply-stack.ts";
import { ensureRunning } from "./database-running.ts";
import { farewellTrial } from "./farewell-trial.ts";
import { followStack } from "./follow-stack.ts";
import { forgetTrialQueue } from "./forget-trial-queue.ts";
import { certify, type Remembered } from "./offboard-certificate.ts";
import { offboardFacts } from "./offboard-facts.ts";
import { whenIdle } from "./recover-stack.ts";
import { dumpToLoad } from "./return-trial.ts";
import { waitFor } from "./wait.ts";

export type OffboardCell = Pick<Cell, "environment" | "stacks" | "services" | "tasks" | "records"> & {
  readonly inventory: Inventory;
  readonly farewell: Farewell;
  readonly databases: Pick<Databases, "find" | "start">;
};

export interface OffboardRequest {
  readonly tenant: string;
  readonly operation: string;
  readonly actor: string;
  readonly commit: string;
  readonly run: string;
}

export interface OffboardPorts {
  readonly cell: OffboardCell;
  readonly issues: Pick<Issues, "find" | "close">;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** How long a stack operation may take: a final snapshot of a large database is part of it. Milliseconds. */
const atMostMs = 3 * 3_600_000;

/**
 * @returns the certificate, as it stands in the journal
 * @throws OperatorError `not-suspended` if the tenant runs or nobody decided what becomes of its data, `offboard-failed` with the
 * first cause if the stack could not be changed or deleted
 */
export async function offboard(request: OffboardRequest, ports: OffboardPorts): Promise<partings.OffboardCertificate> {
  const { cell, clock, progress } = ports;
  const stackName = `mate-${request.tenant}-${cell.environment.name}`;
  const facts = await offboardFacts(request.tenant, cell);
  const refusal = partings.offboardRefusal({ tenant: request.tenant, stack: stackName }, facts);
  if (refusal !== undefined) throw new OperatorError("not-suspended", refusal);
  if (facts.stack !== undefined && stackCondition(facts.stack.status).kind === "shell") {
    // Nothing ever was in it. What is remembered of an earlier life of the name is what still counts.
    progress.say(`${request.tenant}: its stack was planned and never made; removing the empty shell`);
    await cell.stacks.delete(facts.stack.id, `offboard-${clock.now().getTime()}`);
  } else if (facts.stack !== undefined) {
    const { dump } = await remember(request.tenant, facts.stack, ports);
    const trial = { tenant: request.tenant, environment: cell.environment, stack: facts.stack };
    if (facts.stack.parameters.Tier === "trial") await forgetTrialQueue(trial, { ...cell, clock, progress });
    if (dump !== undefined) await farewellTrial({ ...trial, dump }, { ...cell, clock, progress });
    progress.say(`${request.tenant}: removing its services`);
    await removeServices(stackName, facts, ports);
    await startDatabase(request.tenant, stackName, ports);
    await deleteStack(stackName, ports);
  }
  await releaseDefinitions(stackName, ports);
  await closeIssue(request, ports.issues);
  return await certify(request, stackName, { ...cell, clock });
}

/** @returns what stands in the record: of a repetition, what the first run wrote */
async function remember(tenant: string, stack: Stack, ports: OffboardPorts): Promise<Remembered> {
  const { cell } = ports;
  const [resources, ids] = await Promise.all([cell.stacks.resources(stack.id), cell.farewell.physicalIds(stack.id)]);
  const { known } = partings.partingOf(resources);
  const { dump, kept } = stack.parameters.Tier === "trial" ? await dumpsOf(tenant, stack, ports) : {};
  const remembered: Remembered = {
    stackId: stack.id,
    kept: [
      ...known
        .filter(({ parting }) => parting !== "goes")
        .map(({ logicalId, type, until }) => ({ logicalId, type, until, physicalId: ids[logicalId] ?? "" })),
      ...(kept === undefined ? [] : [partings.keptDump(kept)]),
    ],
    gone: [
      ...known.filter(({ parting }) => parting === "goes").map(({ logicalId }) => logicalId),
      ...(dump === undefined ? [] : ["TrialDatabase", "TrialDatabaseRole"]),
    ],
    ...(dump !== undefined && { dump }),
  };
  // A repetition finds fewer resources than there were; the first list is the true one.
  const key = partings.offboardKey(tenant);
  if ((await cell.records.put(key, remembered, { ifAbsent: true })) !== undefined) return remembered;
  const first = (await cell.records.get(key))?.value as Remembered | undefined;
  if (first?.stackId === stack.id) return first;
  // What is remembered of an earlier life of the name says nothing about this one.
  await cell.records.put(key, remembered);
  return remembered;
}

/**
 * Of a trial: where the last dump of its database goes, and which dump has its data. That is an earlier one if the trial came back and left
 * before its database was loaded from it; a trial whose database was never made has none to dump.
 */
async function dumpsOf(
  tenant: string,
  { outputs, name }: Stack,
  { cell: { records, services }, clock }: OffboardPorts,
): Promise<{ readonly dump?: TrialDump; readonly kept?: TrialDump }> {
  const { DataBucketName: bucket, DatabaseName: database } = outputs;
  if (bucket === undefined || database === undefined) {
    throw new OperatorError("offboard-failed", `stack ${name} does not say which bucket and database its trial has`);
  }
  const [made, stored] = await Promise.all([services.latest(`${name}-provision`), records.get(migrationKey(tenant))]);
  const record = stored === undefined ? undefined : migrationRecord.parse(stored.value);
  const dump = made === undefined ? undefined : { bucket, key: dumpKey(database, clock.now()) };
  const kept = (await dumpToLoad(tenant, record, records)) ?? dump;
  return {
    ...(dump !== undefined && { dump }),
    ...(kept !== undefined && { kept: { bucket: kept.bucket, key: kept.key } }),
  };
}

async function removeServices(
  stackName: string,
  facts: partings.OffboardFacts,
  { cell, clock }: OffboardPorts,
): Promise<void> {
  const cluster = clusterName(cell.environment);
  for (const { name } of facts.services) {
    await cell.services.unscale(cluster, name);
    await cell.services.remove(cluster, name);
  }
  const names = facts.services.map(({ name }) => name);
  const gone = await waitFor(clock, { everyMs: [1_000, 2_000, 5_000], atMostMs: 15 * 60_000 }, async () => {
    const left = names.length === 0 ? [] : await cell.services.find(cluster, names);
    return left.length === 0 ? true : undefined;
  });
  if (gone === undefined) {
    throw new OperatorError(
      "offboard-failed",
      `services of ${stackName} are still draining after 15 minutes; try again`,
    );
  }
}

/** RDS neither lifts the protection of a stopped instance nor takes a snapshot of it on request. */
async function startDatabase(tenant: string, id: string, { cell, clock, progress }: OffboardPorts): Promise<void> {
  const { databases, records } = cell;
  const writeDown = async (): Promise<void> => {
    progress.say(`${tenant}: starting its database ${id}, which is stopped`);
    const key = partings.offboardKey(tenant);
    const remembered = (await records.get(key))?.value as Remembered | undefined;
    if (remembered === undefined) throw new Error(`nobody wrote down what ${tenant} has`);
    await records.put(key, { ...remembered, databaseStarted: clock.now().toISOString() });
  };
  await ensureRunning(id, writeDown, { databases, clock, progress });
}

/** Of a tenant that was not settled when its file went, and that no deployment will settle any more. */
async function closeIssue({ tenant, run }: OffboardRequest, issues: OffboardPorts["issues"]): Promise<void> {
  const issue = await issues.find(unsettledLabel(tenant));
  if (issue !== undefined) await issues.close(issue.number, `${tenant} was removed (${run}).`);
}

/** Nothing can be started from them any more: their roles are gone with the stack. */
async function releaseDefinitions(stackName: string, { cell: { inventory } }: OffboardPorts): Promise<void> {
  for (const family of await inventory.families(`${stackName}-`))
    for (const revision of await inventory.revisions(family)) await inventory.deregister(revision);
}

async function deleteStack(name: string, { cell, clock, progress }: OffboardPorts): Promise<void> {
  const { stacks, farewell } = cell;
  // A run that was lost may have left it being changed, or being deleted; what it is by now decides what is still to be done.
  const stack = await whenIdle(name, atMostMs, { stacks, clock, progress });
  if (stack === undefined) return;
  if (stack === "busy") {
    throw new OperatorError(
      "offboard-failed",
      `stack ${name} is still being changed after three hours; it goes on by itself`,
    );
  }
  if (stack.parameters.DeletionProtection !== "false" && stack.status !== "DELETE_FAILED") {
    progress.say(`${stack.name}: lifting its deletion protection`);
    const desire = partings.unprotected(stack, await farewell.template(stack.id));
    const end = await applyStack({ desire, allowed: [], atMostMs }, { stacks, clock, progress });
    if (end.outcome === "held" || end.outcome === "failed") {
      throw new OperatorError("offboard-failed", `the protection of ${stack.name} could not be lifted: ${end.cause}`);
    }
  }
  await farewell.liftProtection(stack.id);
  const token = `offboard-${clock.now().getTime()}`;
  const since = clock.now();
  progress.say(`${stack.name}: deleting it`);
  await stacks.delete(stack.id, token);
  const end = await followStack(
    { name: stack.name, stackId: stack.id, token, since, atMostMs },
    { stacks, clock, progress },
  );
  if (end?.status === "DELETE_COMPLETE") return;
  if (end === undefined) {
    throw new OperatorError(
      "offboard-failed",
      `stack ${stack.name} is still being deleted after three hours; it goes on by itself`,
    );
  }
  const first = firstFailure(end.events);
  const why = first === undefined ? end.status : `${first.logicalId}: ${first.reason}`;
  const evidence = evidenceOf(end.events).slice(0, 3).join("; ");
  throw new OperatorError("offboard-failed", `stack ${stack.name} could not be deleted: ${why} (${evidence})`);
}
