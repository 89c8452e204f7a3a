import type { CommandOf } from "../../domain/command/grammar.ts";
import { operationOf } from "../../domain/command/operation-id.ts";
import type { ReplyState } from "../../domain/command/reply.ts";
import { writeCommand } from "../../domain/command/write-command.ts";
import type { Environment } from "../../domain/environment.ts";
import { isHeld } from "../../domain/lease.ts";
import type { Operation } from "../../domain/operation.ts";
import type { Clock } from "../../ports/clock.ts";
import { breakLease, readLease } from "../lease.ts";
import type { Assignment } from "./carry-out.ts";
import { journal, type StoredOperation, writeOperation } from "./operations.ts";
import type { CommandCell } from "./setting.ts";

/** Takes the lease of a tenant from whoever has it. Whoever had it is stopped before their next change. */
export async function unlock(
  assignment: Omit<Assignment, "command"> & { readonly command: CommandOf<"unlock"> },
  place: { readonly stored: StoredOperation; readonly cell: CommandCell; readonly environment: Environment },
  { clock, show }: { readonly clock: Clock; readonly show: (reply: ReplyState) => Promise<void> },
): Promise<{ readonly reply: ReplyState; readonly reasonCode: string }> {
  const { command, by, confirmedBy, comment, pull, run, askedAt, commit } = assignment;
  const { cell, environment, stored } = place;
  const operation = operationOf(comment);
  const started = clock.now().getTime();
  const at = (): string => clock.now().toISOString();
  const record = (state: Operation["state"], reasonCode?: string, ending?: ReplyState): Operation => ({
    ...{ operation, command: writeCommand(command), tenant: command.tenant, by, comment, pull, state, askedAt },
    ...{ run: run.url, at: at() },
    ...(confirmedBy !== undefined && { confirmedBy }),
    ...(reasonCode !== undefined && { reasonCode }),
    ...(saw !== undefined && { saw }),
    ...(ending !== undefined && { ending }),
  });
  const { lease } = await readLease(command.tenant, cell.records);
  const seen = isHeld(lease, clock.now())
    ? { operation: lease.operation, holder: lease.holder, purpose: lease.purpose }
    : undefined;
  const saw = stored.operation?.saw ?? seen;
  const tag = await writeOperation(record("acting"), stored.tag, cell.records);
  // Whoever took it since this was begun is not who it was to be taken from.
  if (lease?.operation === saw?.operation) await breakLease(command.tenant, { records: cell.records, clock });
  const durationMs = clock.now().getTime() - started;
  const reply: ReplyState =
    saw === undefined
      ? { state: "unchanged", command, operation, running: `nobody holds the lease of ${command.tenant}` }
      : {
          ...{ state: "done", command, operation, durationMs },
          changes: [{ what: "lease", before: `${saw.operation} of ${saw.holder}`, after: "free" }],
          running: `nobody holds the lease of ${command.tenant}; ${saw.operation} is stopped before its next change`,
          recorded: { where: "nowhere", because: "a lease is nothing that git says" },
          ...(confirmedBy !== undefined && { confirmedBy }),
          notes: [`what ${saw.purpose} had begun may be half done: /status ${command.tenant}`],
        };
  await journal(
    {
      ...{ operation, verb: command.verb, tenant: command.tenant, environment: environment.name, actor: by },
      ...(confirmedBy !== undefined && { confirmedBy }),
      ...(command.reason !== undefined && { reason: command.reason }),
      ...{ command: writeCommand(command), pull, comment, commit, run: run.url, at: at(), durationMs },
      ...{ outcome: reply.state, reasonCode: "ok", changes: reply.state === "done" ? reply.changes : [] },
    },
    cell.records,
  );
  await writeOperation(record("done", "ok", reply), tag, cell.records);
  await show(reply);
  return { reply, reasonCode: "ok" };
}
