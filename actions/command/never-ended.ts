import { commentOfOperation } from "../lib/domain/command/operation-id.ts";
import {
  commandIn,
  type JournalEntry,
  journalKey,
  type Operation,
  operationKey,
  operationRecord,
} from "../lib/domain/operation.ts";
import { together } from "../lib/engine/together.ts";
import type { Records } from "../lib/ports/records.ts";
import type { ActPorts } from "./act.ts";
import { environmentNamed, knownTenants } from "./request.ts";
import type { SweepRequest } from "./sweep.ts";

/** The job that carries a command out is ended after 90 minutes: who last wrote anything down before this works no more. */
const nobodyWorksAfterMs = 2 * 3_600_000;

/** Most operations looked at, the newest ones: far more than people write between two looks. */
const most = 200;

/**
 * Writes into the journal which commands began and never said how they ended: their run died, or GitHub did not answer when all was done.
 * What they changed runs, and without this nothing would say who asked for it. A run that is started again after all still writes how it
 * ended, as an entry of its own.
 *
 * @returns one line for each that was written down
 */
export async function neverEnded(
  { policy }: SweepRequest,
  environmentName: string,
  ports: Pick<ActPorts, "cells" | "clock">,
): Promise<readonly string[]> {
  const environment = environmentNamed(environmentName, policy);
  const { records } = ports.cells(environment);
  const since = ports.clock.now().getTime() - nobodyWorksAfterMs;
  const written = await together(await newest(records), 16, async (id) => {
    const stored = await records.get(operationKey(id));
    const operation = operationRecord.safeParse(stored?.value).data as Operation | undefined;
    if (operation?.state !== "acting" || Date.parse(operation.at) > since) return [];
    if (await endIsTold(operation, records)) return [];
    const { tenant, command, by, at } = operation;
    const entry = lostEntry(operation, { environment: environment.name, tenants: knownTenants(policy) });
    const key = journalKey({ at, operation: `${id}-lost`, tenant });
    if ((await records.put(key, entry, { ifAbsent: true })) === undefined) return [];
    return [`${tenant}: nobody wrote down how ${command} of ${by} (${id}) ended; the journal says that it was lost`];
  });
  return written.flat();
}

/**
 * Whether the journal says how it ended: that is written before the operation's own record, and a run can be lost in between. It is an entry
 * of the day on which the operation was begun or of the next one, because no job goes on for longer.
 */
async function endIsTold({ operation, tenant, at: begun }: Operation, records: Pick<Records, "get">): Promise<boolean> {
  const nextDay = new Date(Date.parse(begun) + 24 * 3_600_000).toISOString();
  for (const at of [begun, nextDay])
    if ((await records.get(journalKey({ at, operation, tenant }))) !== undefined) return true;
  return false;
}

/** Ids of the newest operations: a comment has a larger number than those before it. */
async function newest(records: Pick<Records, "list">): Promise<readonly string[]> {
  const [folder = "", end = ""] = operationKey("*").split("*");
  return (await records.list(`${folder}op-`))
    .map((key) => key.slice(folder.length, -end.length))
    .map((id) => ({ id, comment: commentOfOperation(id) ?? 0 }))
    .toSorted((a, b) => b.comment - a.comment)
    .slice(0, most)
    .map(({ id }) => id);
}

function lostEntry(
  operation: Operation,
  { environment, tenants }: { readonly environment: string; readonly tenants: readonly string[] },
): Omit<JournalEntry, "commit"> & { readonly saw?: Operation["saw"] } {
  const { operation: id, command, tenant, by, confirmedBy, comment, pull, run, at, askedAt, saw } = operation;
  const read = commandIn(operation, tenants);
  const reason = read !== undefined && "reason" in read ? read.reason : undefined;
  return {
    ...{ operation: id, verb: command.slice(1).split(" ")[0] ?? "", tenant, environment, actor: by, command },
    ...(confirmedBy !== undefined && { confirmedBy }),
    ...(reason !== undefined && { reason }),
    ...{ pull, comment, run, at, durationMs: Date.parse(at) - Date.parse(askedAt) },
    ...{ outcome: "lost", reasonCode: "run-lost" },
    cause: "it began and its run ended before it wrote down how; what it had changed by then holds",
    changes: [],
    ...(saw !== undefined && { saw }),
  };
}
