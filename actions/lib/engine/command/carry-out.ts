/** A command from its permission to its end: once per comment, alone on its tenant, told in one reply, journaled, written to git. */

import { operationOf } from "../../domain/command/operation-id.ts";
import type { CommandReply, Recorded, ReplyState } from "../../domain/command/reply.ts";
import { writeCommand } from "../../domain/command/write-command.ts";
import type { Lease, LeaseWish } from "../../domain/lease.ts";
import type { Operation } from "../../domain/operation.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { withoutSecrets } from "../../domain/sensitive.ts";
import type { Clock } from "../../ports/clock.ts";
import type { LeaseHolders } from "../../ports/lease-holders.ts";
import type { Progress } from "../../ports/progress.ts";
import type { Recording } from "../../ports/recording.ts";
import type { Workflows } from "../../ports/workflows.ts";
import { takeLease, whoHolds } from "../lease.ts";
import { fencedCell } from "../lease-fence.ts";
import { changeOverrides } from "../live-overrides.ts";
import { type ActingCommand, actOnTenant } from "./act-on-tenant.ts";
import type { ActionEnd } from "./action-end.ts";
import { journal, type StoredOperation, writeOperation } from "./operations.ts";
import type { Setting } from "./setting.ts";

/** Who asked for what, where, and which run does it. */
export interface Assignment {
  readonly command: ActingCommand;
  readonly by: string;
  readonly confirmedBy?: string;
  /** Id of the asking comment, of the reply to it, and number of the pull request. */
  readonly comment: number;
  readonly reply?: number;
  readonly pull: number;
  /** When it was asked for, ISO 8601. */
  readonly askedAt: string;
  readonly commit: string;
  readonly run: { readonly url: string; readonly id: string };
  /** Path of the tenant's file. */
  readonly file: string;
}

export interface CarryOutPorts {
  readonly holders: LeaseHolders;
  readonly recording: Recording;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Shows how far it is, in the reply to the comment. */
  readonly show: (reply: CommandReply["reply"]) => Promise<void>;
}

/** Where a command works, without what its carrying out adds. */
type Place = Omit<Setting, "progress" | "operation" | "firstSight" | "remember">;

/** A reply is edited this often at the most while work goes on, in milliseconds: GitHub slows down who edits more. */
const showEveryMs = 10_000;

/**
 * Carries a permitted command out.
 *
 * @param stored what the records had of this operation when it was permitted
 * @returns the last state of the reply, which was shown already, and the end in kebab case
 */
export async function carryOut(
  assignment: Assignment,
  { stored, setting }: { readonly stored: StoredOperation; readonly setting: Place },
  ports: CarryOutPorts,
): Promise<{ readonly reply: ReplyState; readonly reasonCode: string }> {
  const { command, by } = assignment;
  const { clock } = ports;
  const { records } = setting.cell;
  const operation = operationOf(assignment.comment);
  const started = clock.now().getTime();
  let saw = stored.operation?.saw;
  const record = (state: Operation["state"], reasonCode?: string, ending?: ReplyState): Operation => ({
    ...{ operation, command: writeCommand(command), tenant: command.tenant, by, state },
    ...{ comment: assignment.comment, pull: assignment.pull, run: assignment.run.url, askedAt: assignment.askedAt },
    at: clock.now().toISOString(),
    ...(assignment.confirmedBy !== undefined && { confirmedBy: assignment.confirmedBy }),
    ...(assignment.reply !== undefined && { reply: assignment.reply }),
    ...(reasonCode !== undefined && { reasonCode }),
    ...(saw !== undefined && { saw }),
    ...(ending !== undefined && { ending }),
  });
  const close = async (reply: ReplyState, state: Operation["state"], reasonCode: string) => {
    await writeOperation(record(state, reasonCode, reply), tag, records);
    await ports.show(reply);
    return { reply, reasonCode };
  };
  const wish = wishOf(assignment, operation);
  const busy = await whoHolds(wish, { records, holders: ports.holders, clock });
  if (busy !== undefined) {
    // Nothing was begun, so nothing is written: not even that it was asked for.
    await ports.show(heldBy(command, busy));
    return { reply: heldBy(command, busy), reasonCode: "lease-held" };
  }
  let tag = await writeOperation(record("acting"), stored.tag, records);
  const remember: Setting["remember"] = async (more) => {
    saw = { ...saw, ...more };
    tag = await writeOperation(record("acting"), tag, records);
  };
  const firstSight: Setting["firstSight"] = async (seen) => {
    if (saw === undefined) await remember(seen);
    return saw ?? seen;
  };
  const answer = await takeLease(wish, { records, holders: ports.holders, clock });
  if (answer.answer === "held") return await close(heldBy(command, answer.by), "dropped", "lease-held");
  const { held } = answer;
  const progress = shownProgress({ command, operation }, ports);
  try {
    // The deployment it starts takes the lease itself, and is waited for.
    if (command.verb === "retry") await held.release();
    const cell = fencedCell(setting.cell, held);
    const end = await attempt(command, { ...setting, cell, progress, operation, firstSight, remember }, ports);
    const recorded = await recordedIn(end, { assignment, operation, setting }, ports);
    const durationMs = clock.now().getTime() - started;
    const reply = replyOf(end, { assignment, operation, durationMs, recorded });
    const reasonCode = end.end === "failed" ? end.reasonCode : end.end === "done" ? "ok" : "unchanged";
    await journal(
      {
        ...{ operation, verb: command.verb, tenant: command.tenant, environment: setting.environment.name, actor: by },
        ...(assignment.confirmedBy !== undefined && { confirmedBy: assignment.confirmedBy }),
        command: writeCommand(command),
        ...(command.reason !== undefined && { reason: command.reason }),
        ...{ pull: assignment.pull, comment: assignment.comment, commit: assignment.commit, run: assignment.run.url },
        ...{ at: clock.now().toISOString(), durationMs, outcome: end.end, reasonCode },
        ...(end.end === "failed" && { cause: end.cause }),
        changes: end.end === "done" ? end.changes : [],
        ...(end.running !== undefined && { running: end.running }),
        ...(recorded !== undefined && { recorded }),
      },
      records,
    );
    await progress.end();
    return await close(reply, end.end === "failed" ? "failed" : "done", reasonCode);
  } finally {
    await held.release();
  }
}

function heldBy(command: ActingCommand, { purpose, operation, holder, since, run }: Lease): ReplyState {
  return { state: "held", command, holder: `${purpose} of ${holder} (${operation})`, since, run };
}

function wishOf({ command, by, run }: Assignment, operation: string): LeaseWish {
  const { tenant } = command;
  return { tenant, operation, purpose: writeCommand(command), holder: by, run: run.url, runId: run.id };
}

/** Failures that somebody can fix are ends; bugs are not. */
async function attempt(command: ActingCommand, setting: Setting, ports: CarryOutPorts): Promise<ActionEnd> {
  try {
    const end = await actOnTenant(command, setting, ports);
    if (end.end !== "failed") return end;
    // Logs and reasons are other people's texts, and a reply is read by more people than they were written for.
    return { ...end, cause: withoutSecrets(end.cause), evidence: end.evidence.map(withoutSecrets) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const next = [{ verb: "diagnose", tenant: command.tenant } as const];
    return { end: "failed", reasonCode: error.reasonCode, cause: error.message, evidence: [], next };
  }
}

interface Done {
  readonly assignment: Assignment;
  readonly operation: string;
  readonly setting: Place;
}

/** Writes a change into git, and its pull request into the override that stands for it until then. */
async function recordedIn(
  end: ActionEnd,
  { assignment, operation, setting }: Done,
  { recording, progress }: CarryOutPorts,
): Promise<Recorded | undefined> {
  if (end.end !== "done") return undefined;
  if ("nothing" in end.record) return { where: "nowhere", because: end.record.nothing };
  const { command, by, confirmedBy, file, pull } = assignment;
  progress.say(`${command.tenant}: writing it into ${file}`);
  const what = end.changes.map((change) => `${change.what} ${change.before} → ${change.after}`).join(", ");
  const recorded = await recording.record({
    tenant: command.tenant,
    file,
    change: end.record,
    pull,
    title: `${command.tenant}: ${what}`,
    body: [
      `${writeCommand(command)} by ${by} on #${pull} (${operation})${confirmedBy === undefined ? "" : `, confirmed by ${confirmedBy}`}.`,
      "It runs already; this writes it down. Closed without being merged, the tenant goes back to what its file says.",
    ].join("\n\n"),
  });
  const number = recorded.where === "pull request" ? recorded.number : recorded.where === "branch" ? pull : undefined;
  if (number !== undefined) {
    await changeOverrides(command.tenant, setting.cell.records, (overrides) =>
      overrides.map((one) => (one.operation === operation ? { ...one, pull: number } : one)),
    );
  }
  return recorded;
}

function replyOf(
  end: ActionEnd,
  done: Omit<Done, "setting"> & { readonly durationMs: number; readonly recorded: Recorded | undefined },
): ReplyState {
  const { operation, durationMs, recorded } = done;
  const { command, confirmedBy } = done.assignment;
  switch (end.end) {
    case "unchanged":
      return { state: "unchanged", command, operation, running: end.running };
    case "failed": {
      const { cause, evidence, running, next, reasonCode } = end;
      return {
        ...{ state: "failed", command, operation, cause, evidence, next, reasonCode },
        ...(running !== undefined && { running }),
      };
    }
    case "done": {
      const { changes, running, until, notes } = end;
      return {
        ...{ state: "done", command, operation, changes, running, durationMs, notes },
        recorded: recorded ?? { where: "not yet" },
        ...(until !== undefined && { until }),
        ...(confirmedBy !== undefined && { confirmedBy }),
      };
    }
  }
}

/** Progress that people read in the reply, besides the log. */
function shownProgress(
  of: { readonly command: ActingCommand; readonly operation: string },
  { progress, clock, show }: CarryOutPorts,
): Progress & { end(): Promise<void> } {
  const lines: string[] = [];
  let last = clock.now().getTime();
  let turn: Promise<void> = Promise.resolve();
  return {
    say: (line) => {
      progress.say(line);
      lines.push(line);
      const now = clock.now().getTime();
      if (now - last < showEveryMs) return;
      last = now;
      const reply = { ...of, state: "working", what: lines[0] ?? line, progress: [...lines] } as const;
      // How far it is does not matter so much that a reply that cannot be edited should stop the work.
      turn = turn
        .then(() => show(reply))
        .catch((error: unknown) => progress.say(`the reply was not edited: ${String(error)}`));
    },
    end: () => turn,
  };
}
