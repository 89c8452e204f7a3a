import { confirmableUntil } from "../lib/domain/command/confirmation.ts";
import type { Command } from "../lib/domain/command/grammar.ts";
import { operationOf } from "../lib/domain/command/operation-id.ts";
import type { ReplyState } from "../lib/domain/command/reply.ts";
import { tenantOf } from "../lib/domain/command/target-rules.ts";
import { writeCommand } from "../lib/domain/command/write-command.ts";
import { commandIn, type Operation } from "../lib/domain/operation.ts";
import type { ActingCommand } from "../lib/engine/command/act-on-tenant.ts";
import { type Assignment, carryOut } from "../lib/engine/command/carry-out.ts";
import { type LookingCommand, look } from "../lib/engine/command/look.ts";
import { type StoredOperation, writeOperation } from "../lib/engine/command/operations.ts";
import { unlock } from "../lib/engine/command/unlock.ts";
import { whatItDoes } from "../lib/engine/command/what-it-does.ts";
import type { ActEnd, ActPorts, Permitted, Show } from "./act.ts";
import { knownTenants } from "./request.ts";

/** Performs what is permitted: looks, asks for a second person, settles another operation, or acts. */
export async function perform(permitted: Permitted, show: Show, ports: ActPorts): Promise<ActEnd> {
  const { command, decision, gathered } = permitted;
  switch (command.verb) {
    case "help":
      throw new Error("help is answered without an identity in AWS");
    case "status":
    case "plan":
    case "logs":
    case "diagnose":
      return await answer(command, permitted, show, ports);
    case "confirm":
      return await confirm(permitted, show, ports);
    case "cancel":
      return await cancel(permitted, show, ports);
    default:
      if (decision.decision === "needs-confirmation") return await wait(permitted, decision.because, show, ports);
      return await execute(command, { stored: gathered.own, permitted }, show, ports);
  }
}

async function answer(command: LookingCommand, permitted: Permitted, show: Show, ports: ActPorts): Promise<ActEnd> {
  const { gathered, request } = permitted;
  const { environment, cell, declared, tenant } = gathered;
  const operation = operationOf(request.comment.id);
  const subject = declared === undefined || tenant === undefined ? undefined : { file: declared.tenant, tenant };
  const reply = await look(
    command,
    { environment, cell, declarations: request.policy.declarations, pull: request.comment.pull, subject },
    { ...ports, working: (what) => show({ state: "working", command, operation, what, progress: [] }) },
  );
  await show(reply);
  return { outcome: "answered" };
}

/** Asks for a second person: until then only the record of it exists. */
async function wait(
  permitted: Permitted,
  because: readonly string[],
  show: Show,
  { clock }: ActPorts,
): Promise<ActEnd> {
  const { command, gathered, request, reply } = permitted;
  const { comment, run } = request;
  const operation = operationOf(comment.id);
  const known = gathered.own.operation;
  const askedAt = known?.askedAt ?? clock.now().toISOString();
  const replied = reply();
  const record: Operation = {
    ...{ operation, command: writeCommand(command), tenant: tenantOf(command) ?? "", by: comment.author },
    ...{ comment: comment.id, pull: comment.pull, run: run.url, state: "waiting", askedAt },
    at: clock.now().toISOString(),
    ...(replied !== undefined && { reply: replied }),
  };
  const what = await whatItDoes(command, gathered);
  await writeOperation(record, gathered.own.tag, gathered.cell.records);
  const until = confirmableUntil({ askedAt }).toISOString();
  await show({ state: "waiting", command, operation, because, what, until });
  return { outcome: "needs-confirmation" };
}

/** Goes ahead with what waited, in the name of who asked for it. Both replies tell how it ends. */
async function confirm(permitted: Permitted, show: Show, ports: ActPorts): Promise<ActEnd> {
  const { gathered, request } = permitted;
  const waited = waiting(permitted);
  const command = commandIn(waited, knownTenants(request.policy));
  if (command === undefined) throw new Error(`${waited.operation} was confirmed but is no command`);
  const both = inBoth(waited, permitted, show, ports);
  const stored = gathered.other ?? gathered.own;
  return await execute(command, { stored, permitted, confirmed: waited }, both, ports);
}

async function cancel(permitted: Permitted, show: Show, ports: ActPorts): Promise<ActEnd> {
  const { gathered, request } = permitted;
  const waited = waiting(permitted);
  const command = commandIn(waited, knownTenants(request.policy));
  if (command === undefined) throw new Error(`${waited.operation} was cancelled but is no command`);
  const at = ports.clock.now().toISOString();
  const { operation } = waited;
  const ending: ReplyState = { state: "dropped", command, operation, how: "cancelled", by: request.run.startedBy };
  const { url } = request.run;
  const dropped: Operation = { ...waited, state: "dropped", at, reasonCode: "cancelled", run: url, ending };
  await writeOperation(dropped, gathered.other?.tag, gathered.cell.records);
  await inBoth(waited, permitted, show, ports)(ending);
  return { outcome: "cancelled" };
}

function waiting({ gathered }: Permitted): Operation {
  const operation = gathered.other?.operation;
  if (operation === undefined) throw new Error("what is settled was looked up before it was permitted");
  return operation;
}

/** The reply to the comment that settles, and the one to the comment that asked. */
function inBoth(waited: Operation, { request }: Permitted, show: Show, { comments }: ActPorts): Show {
  return async (reply) => {
    await show(reply);
    if (waited.reply === undefined) return;
    const content = { comment: waited.comment, by: waited.by, run: request.run.url, ignoredLines: 0, reply };
    await comments.reply({ pull: waited.pull, reply: waited.reply }, content);
  };
}

async function execute(
  command: Command,
  {
    stored,
    permitted,
    confirmed,
  }: { readonly stored: StoredOperation; readonly permitted: Permitted; readonly confirmed?: Operation },
  show: Show,
  ports: ActPorts,
): Promise<ActEnd> {
  const { gathered, request, reply } = permitted;
  const { comment, run, commit } = request;
  const { declared, tenant, environment, cell } = gathered;
  if (declared === undefined || tenant === undefined) throw new Error("a command that acts names a tenant");
  const replied = confirmed === undefined ? reply() : confirmed.reply;
  const assignment: Omit<Assignment, "command"> = {
    by: confirmed?.by ?? comment.author,
    ...(confirmed !== undefined && { confirmedBy: run.startedBy }),
    comment: confirmed?.comment ?? comment.id,
    ...(replied !== undefined && { reply: replied }),
    pull: comment.pull,
    askedAt: confirmed?.askedAt ?? stored.operation?.askedAt ?? ports.clock.now().toISOString(),
    ...{ commit, run: { url: run.url, id: run.id }, file: declared.file },
  };
  if (command.verb === "unlock") {
    return ended(await unlock({ ...assignment, command }, { stored, cell, environment }, { ...ports, show }));
  }
  const { template } = request.policy.declarations;
  const setting = { file: declared.tenant, tenant, environment, template, cell, clock: ports.clock, by: assignment.by };
  return ended(
    await carryOut({ ...assignment, command: command as ActingCommand }, { stored, setting }, { ...ports, show }),
  );
}

function ended({ reply, reasonCode }: { readonly reply: ReplyState; readonly reasonCode: string }): ActEnd {
  return { outcome: reasonCode, ...(reply.state === "failed" && { failed: reply.cause }) };
}
