import { authorize, type Decision } from "../lib/domain/authority.ts";
import type { Command } from "../lib/domain/command/grammar.ts";
import { operationOf } from "../lib/domain/command/operation-id.ts";
import { readComment } from "../lib/domain/command/read-comment.ts";
import type { ReplyState } from "../lib/domain/command/reply.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { endedIn } from "../lib/domain/operation.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { CarryOutPorts } from "../lib/engine/command/carry-out.ts";
import type { CommandCell } from "../lib/engine/command/setting.ts";
import { letGo } from "../lib/engine/lease.ts";
import type { Comments } from "../lib/ports/comments.ts";
import type { People } from "../lib/ports/people.ts";
import { type Gathered, gather } from "./gather.ts";
import { perform } from "./perform.ts";
import { type CommandRequest, environmentNamed, knownTenants } from "./request.ts";

export interface ActPorts extends Omit<CarryOutPorts, "show"> {
  readonly comments: Comments;
  readonly people: People;
  /** An environment's AWS, for one tenant; without one only records can be read and written. */
  readonly cells: (environment: Environment, tenant?: string) => CommandCell;
}

export interface ActEnd {
  /** In kebab case: `ok`, `refused-operator`, `lease-held`, … */
  readonly outcome: string;
  readonly failed?: string;
}

/** Shows a state of the reply to the comment. */
export type Show = (reply: ReplyState) => Promise<void>;

/**
 * Decides once more, from facts that were looked up for this run, and carries out what is permitted. Nothing is written before the
 * decision, so a refusal leaves no trace but its reply.
 *
 * @param place.environment where the command acts, as the first step found
 * @param place.reply id of the reply to go on with; a new one is written without it
 */
export async function act(
  request: CommandRequest,
  place: { readonly environment: string; readonly reply?: number },
  ports: ActPorts,
): Promise<ActEnd> {
  const { comment, policy, run } = request;
  const reading = readComment(comment.body, { tenants: knownTenants(policy) });
  if (reading.kind !== "command") throw new OperatorError("not-a-command", "the comment of this run is no command");
  const { command, ignoredLines } = reading;
  let reply = place.reply;
  const show: Show = async (state) => {
    const content = { comment: comment.id, by: comment.author, run: run.url, ignoredLines, reply: state };
    reply = await ports.comments.reply({ pull: comment.pull, reply }, content);
  };
  try {
    const environment = environmentNamed(place.environment, policy);
    const gathered = await gather(command, environment, request, ports);
    const over = await toldBefore(gathered, request, show, ports);
    if (over !== undefined) return over;
    const decision = await decide(gathered);
    if (decision.decision === "refused") {
      await show({ state: "refused", command, rules: decision.rules });
      return { outcome: decision.reasonCode };
    }
    return await perform({ command, decision, gathered, request, reply: () => reply }, show, ports);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    await show(unableTo(command, comment.id, error));
    return { outcome: error.reasonCode, failed: error.message };
  }
}

/**
 * A run that was lost at its very end and is started again: everything is done but, perhaps, its last word and giving back the lease.
 * Nothing else is done again, so nobody has to be asked for permission.
 */
async function toldBefore(
  { own, other, cell }: Gathered,
  { comment, run }: CommandRequest,
  show: Show,
  { clock, comments }: ActPorts,
): Promise<ActEnd | undefined> {
  const operation = other?.operation ?? own.operation;
  const reply = endedIn(run.url, operation);
  if (operation === undefined || reply === undefined) return undefined;
  await letGo({ tenant: operation.tenant, operation: operation.operation, runId: run.id }, { ...cell, clock });
  await show(reply);
  if (operation.comment !== comment.id && operation.reply !== undefined) {
    const content = { comment: operation.comment, by: operation.by, run: run.url, ignoredLines: 0, reply };
    await comments.reply({ pull: operation.pull, reply: operation.reply }, content);
  }
  return { outcome: operation.reasonCode ?? "ok", ...(reply.state === "failed" && { failed: reply.cause }) };
}

/** Whoever may not do it learns nothing about how dangerous it would be, and costs no look at it. */
async function decide({ asked, facts }: Gathered): Promise<Decision> {
  const first = authorize({ ...asked, facts: { migrationBetween: "no", holder: "gone" } });
  return first.decision === "refused" ? first : authorize({ ...asked, facts: await facts() });
}

/** What a permitted command is performed with. */
export interface Permitted {
  readonly command: Command;
  readonly decision: Exclude<Decision, { readonly decision: "refused" }>;
  readonly gathered: Gathered;
  readonly request: CommandRequest;
  /** Id of the reply, once there is one. */
  readonly reply: () => number | undefined;
}

function unableTo(command: Command, comment: number, error: OperatorError): ReplyState {
  const next: readonly Command[] =
    "tenant" in command && command.tenant !== undefined ? [{ verb: "status", tenant: command.tenant }] : [];
  return {
    ...{ state: "failed", command, operation: operationOf(comment), cause: error.message },
    ...{ evidence: [], next, reasonCode: error.reasonCode },
  };
}
