/** A tenant that comes back: before its stack is made, what its off-boarding kept becomes part of it. */
import {
  type Adoption,
  adoptionOf,
  consentedToEmpty,
  importIdentifier,
  importTemplate,
  restoredSettings,
} from "../domain/adoption.ts";
import type { DesiredTenant } from "../domain/desired.ts";
import { OperatorError } from "../domain/operator-error.ts";
import { stackCondition } from "../domain/stack.ts";
import { evidenceOf, firstFailure } from "../domain/stack-event.ts";
import type { Outputs } from "../domain/stack-outputs.ts";
import type { Cell } from "../ports/cell.ts";
import type { Clock } from "../ports/clock.ts";
import type { Progress } from "../ports/progress.ts";
import { doubt } from "./doubt.ts";
import { followStack } from "./follow-stack.ts";
import { leftBehind } from "./left-behind.ts";
import { waitFor } from "./wait.ts";

/** RDS copies the whole volume; terabytes take hours. */
const restoreAtMostMs = 4 * 3_600_000;
const importAtMostMs = 60 * 60_000;

/**
 * What a tenant without a stack would adopt; undefined for one that has a stack, that was never here, or that left nothing of use.
 */
export async function adoptable(
  { tenant, stack }: Pick<DesiredTenant, "tenant" | "stack">,
  { stacks, records }: Pick<Cell, "stacks" | "records">,
): Promise<Adoption | undefined> {
  const { kind } = stackCondition((await stacks.find(stack.name))?.status);
  if (kind !== "absent" && kind !== "shell") return undefined;
  const left = await leftBehind(tenant.name, records);
  return left === undefined ? undefined : adoptionOf(tenant, left.certificate, left.key);
}

export interface AdoptPorts {
  readonly cell: Pick<Cell, "stacks" | "records" | "backups">;
  readonly platform: Outputs;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Restores the database and imports everything into a new stack, which the ordinary update then completes. Can be repeated: a database that
 * is there is not restored again, and a stack that has imported has nothing to adopt any more.
 *
 * @returns what was adopted, in words; undefined if there was nothing
 * @throws OperatorError `data-left-behind` if its data would be left behind unasked, `adoption-failed` with CloudFormation's or RDS's first cause; nothing that was kept is lost by it
 */
export async function adoptRetained(desired: DesiredTenant, ports: AdoptPorts): Promise<string | undefined> {
  const { cell, progress } = ports;
  const adoption = await adoptable(desired, cell);
  if (adoption === undefined) return undefined;
  consentedToEmpty(adoption, desired.tenant);
  await doubt(desired.tenant.name, ports);
  progress.say(`${desired.tenant.name} comes back: adopting what was kept (${adoption.certificate})`);
  const database = adoption.snapshot === undefined ? undefined : await bringBack(adoption.snapshot, desired, ports);
  const { tenant, stack } = desired;
  const template = importTemplate(adoption, { tenant, stack: stack.name, platform: ports.platform }, database);
  const restored =
    database === undefined ? [] : [{ logicalId: "Database", type: "AWS::RDS::DBInstance", physicalId: stack.name }];
  const imports = [...adoption.resources, ...restored].map((one) => ({ ...one, identifier: importIdentifier(one) }));
  await importInto({ ...stack, template, parameters: {} }, imports, ports);
  const of = adoption.snapshot === undefined ? "" : `, its database from snapshot ${adoption.snapshot}`;
  return `${imports.length} resources adopted that its off-boarding had kept${of}`;
}

/** @returns version of the engine that the snapshot was taken of */
async function bringBack(
  id: string,
  { tenant, stack }: DesiredTenant,
  { cell: { backups: databases }, platform, clock, progress }: AdoptPorts,
): Promise<{ readonly version: string }> {
  if (databases === undefined) throw new Error("this session was made without databases");
  const snapshot = await databases.snapshot(id);
  if (snapshot === undefined) {
    throw new OperatorError(
      "adoption-failed",
      `final snapshot ${id} of ${tenant.name} is gone, so its database cannot come back; copy one back under that name, or give the tenant another name`,
    );
  }
  const settings = restoredSettings(tenant, platform, snapshot.storageGib);
  let status = "";
  const ready = await waitFor(clock, { everyMs: [5_000, 10_000, 15_000], atMostMs: restoreAtMostMs }, async () => {
    const found = await databases.find(stack.name);
    if (found === undefined) {
      await databases.restore({ source: { kind: "snapshot", id }, as: stack.name, settings, tags: stack.tags });
      return undefined;
    }
    if (found.status !== status) progress.say(`${stack.name}: database from ${id} is ${found.status}`);
    status = found.status;
    // Restored by an earlier run, and stopped by somebody since; CloudFormation could not take it over like that.
    if (found.state === "stopped") await databases.start(stack.name);
    if (found.state === "failed") {
      throw new OperatorError("adoption-failed", `${stack.name} is ${found.status}; the RDS console's events say why`);
    }
    return found.state === "ready" ? true : undefined;
  });
  if (ready === undefined) {
    throw new OperatorError(
      "adoption-failed",
      `${stack.name} is not restored after four hours; deploy again to wait on`,
    );
  }
  return { version: snapshot.version };
}

async function importInto(
  desire: DesiredTenant["stack"],
  imports: Parameters<Cell["stacks"]["createImport"]>[0]["imports"],
  { cell: { stacks }, clock, progress }: AdoptPorts,
): Promise<void> {
  const name = "adopt-retained";
  const failed = (why: string): OperatorError =>
    new OperatorError("adoption-failed", `CloudFormation cannot adopt what ${desire.name} left: ${why}`);
  // One that an earlier run made is of no use: only this run knows what it has to be made of.
  await stacks.discardChangeSet(desire.name, name);
  const since = clock.now();
  const id = await stacks.createImport({ desire, name, imports, token: `${name}-${since.getTime()}` });
  const made = await waitFor(clock, { everyMs: [1_000, 2_000], atMostMs: 10 * 60_000 }, async () => {
    const found = await stacks.describeChangeSet(id);
    return found === undefined || found.state.kind === "creating" ? undefined : found;
  });
  if (made?.state.kind !== "available") {
    const [problem] = await stacks.changeSetProblems(id);
    throw failed(problem ?? (made?.state.kind === "failed" ? made.state.reason : (made?.state.kind ?? "it is slow")));
  }
  const token = `adopt-${since.getTime()}`;
  await stacks.executeChangeSet(id, token);
  const watched = { name: desire.name, stackId: made.stackId, token, since, atMostMs: importAtMostMs };
  const end = await followStack(watched, { stacks, clock, progress });
  if (end?.status === "IMPORT_COMPLETE") return;
  if (end === undefined) throw failed("it still imports after an hour; deploy again");
  const first = firstFailure(end.events);
  const why = first === undefined ? end.status : `${first.logicalId}: ${first.reason}`;
  throw failed([why, ...evidenceOf(end.events).slice(0, 3)].join("; "));
}
