import { type JournalEntry, journalKey, operationKey, operationRecord } from "../lib/domain/operation.ts";
import { withOverrides } from "../lib/domain/override.ts";
import { stoppedAtMostMs, suspensionPrefix, suspensionRecord } from "../lib/domain/suspension.ts";
import { lastSuspension, rememberStopped } from "../lib/engine/command/database-power.ts";
import { takeLease } from "../lib/engine/lease.ts";
import { fencedCell } from "../lib/engine/lease-fence.ts";
import { overridesOf } from "../lib/engine/live-overrides.ts";
import { together } from "../lib/engine/together.ts";
import type { ActPorts } from "./act.ts";
import { environmentNamed } from "./request.ts";
import type { SweepRequest } from "./sweep.ts";

/**
 * Stops databases again that AWS started because they had been stopped for seven days, or a deployment because it changed them, as long as
 * their tenants are suspended. Whoever works on a tenant at this moment is left alone; the next time comes soon.
 *
 * @returns one line for each that was stopped
 */
export async function stopAgain(
  request: SweepRequest,
  environmentName: string,
  ports: ActPorts,
): Promise<readonly string[]> {
  const { policy } = request;
  const environment = environmentNamed(environmentName, policy);
  const { records } = ports.cells(environment);
  const keys = await records.list(suspensionPrefix);
  const now = ports.clock.now();
  const stopped = await together(keys, 4, async (key) => {
    const stored = await records.get(key);
    const suspension = stored === undefined ? undefined : suspensionRecord.parse(stored.value);
    const { state, database, operation } = suspension ?? {};
    if (state !== "suspended" || database === undefined || operation === undefined) return [];
    if (Date.parse(database.startsBy) > now.getTime()) return [];
    const name = key.slice(suspensionPrefix.length).replace(/\.json$/, "");
    const file = policy.declarations.tenants.get(name);
    if (file === undefined) return [];
    const tenant = withOverrides(file.tenant, await overridesOf(name, records), now);
    // Git, or a command that was lost on its way, wants it to run: then its database has to.
    if (tenant.state !== "suspended") return [];
    return await stopOne({ name, id: database.id, operation }, { ...request, environment: environmentName }, ports);
  });
  return stopped.flat();
}

async function stopOne(
  of: { readonly name: string; readonly id: string; readonly operation: string },
  { policy, run, commit, environment }: SweepRequest & { readonly environment: string },
  ports: ActPorts,
): Promise<readonly string[]> {
  const { clock, holders } = ports;
  const { name, id, operation } = of;
  const cell = ports.cells(environmentNamed(environment, policy), name);
  const purpose = `stopping the database of ${name} again`;
  const wish = { tenant: name, operation, purpose, holder: "mate", run: run.url, runId: run.id };
  const answer = await takeLease(wish, { records: cell.records, holders, clock });
  if (answer.answer === "held") return [];
  try {
    // Whoever had the lease between the look and this may have resumed it.
    const { suspension } = await lastSuspension(name, cell.records);
    if (suspension?.state !== "suspended" || suspension.database?.id !== id) return [];
    const found = await cell.databases.find(id);
    // Until it is up it cannot be stopped; somebody may also have stopped it anew.
    const again = found?.status === "available";
    if (again && (await fencedCell(cell, answer.held).databases.stop(id)) === "later") return [];
    if (!again && found?.status !== "stopped") return [];
    const startsBy = (again ? undefined : found?.startsBy) ?? new Date(clock.now().getTime() + stoppedAtMostMs);
    await rememberStopped({ tenant: name, id, startsBy }, cell.records);
    if (!again) return [];
    await tell(of, { environment, run, commit }, { cell, clock });
    return [
      `${name}: its database had been started, by AWS or for a change of its stack; it is stopped again until ${startsBy.toISOString()}`,
    ];
  } finally {
    await answer.held.release();
  }
}

/**
 * In the journal, as part of the operation that suspended the tenant and beside its entry: it may be the same day, and happen more than once
 * on it.
 */
async function tell(
  { name, operation, id }: { readonly name: string; readonly operation: string; readonly id: string },
  { environment, run, commit }: Pick<SweepRequest, "run" | "commit"> & { readonly environment: string },
  { cell, clock }: { readonly cell: ReturnType<ActPorts["cells"]>; readonly clock: ActPorts["clock"] },
): Promise<void> {
  const stored = await cell.records.get(operationKey(operation));
  const asked = stored === undefined ? undefined : operationRecord.parse(stored.value);
  if (asked === undefined) return;
  const { by: actor, command, pull, comment } = asked;
  const at = clock.now().toISOString();
  const entry: JournalEntry = {
    ...{ operation, verb: "suspend", tenant: name, environment, actor, command, pull, comment },
    ...{ commit, run: run.url, at, durationMs: 0 },
    ...{ outcome: "done", reasonCode: "database-stopped-again" },
    changes: [
      {
        what: `database ${id}`,
        before: "started by AWS after seven days, or for a change of the stack",
        after: "stopped",
      },
    ],
  };
  const key = journalKey({ at, operation: `${operation}-again-${at.slice(11, 19).replaceAll(":", "")}`, tenant: name });
  await cell.records.put(key, entry, { ifAbsent: true });
}
