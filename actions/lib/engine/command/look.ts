/** Commands that only look. */

import type { CommandOf } from "../../domain/command/grammar.ts";
import type { ReplyState } from "../../domain/command/reply.ts";
import { writeTime } from "../../domain/command/time-span.ts";
import type { Environment } from "../../domain/environment.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { pullKey, readPullRecord } from "../../domain/pull-record.ts";
import { withoutSecrets } from "../../domain/sensitive.ts";
import type { Tenant } from "../../domain/tenant.ts";
import { tenantStackName } from "../../domain/tenant-stack.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Declarations } from "../../ports/declarations.ts";
import type { Workflows } from "../../ports/workflows.ts";
import { diagnose } from "../diagnose.ts";
import { followRun } from "./follow-run.ts";
import type { CommandCell } from "./setting.ts";
import { fleetStatus, tenantStatus } from "./status.ts";

export type LookingCommand = CommandOf<"status"> | CommandOf<"plan"> | CommandOf<"logs"> | CommandOf<"diagnose">;

export interface Looking {
  readonly environment: Environment;
  readonly cell: CommandCell;
  readonly declarations: Declarations;
  /** Number of the pull request. */
  readonly pull: number;
  /** The tenant as its file says and as it is to run now; undefined where the command names none. */
  readonly subject: { readonly file: Tenant; readonly tenant: Tenant } | undefined;
}

export interface LookPorts {
  readonly clock: Clock;
  readonly workflows: Workflows;
  /** Shows what is waited for, in the reply to the comment. */
  readonly working: (what: string) => Promise<void>;
}

type Answered = Extract<ReplyState, { readonly state: "answered" }>;

/** What was asked for, as the last state of the reply. */
export async function look(command: LookingCommand, looking: Looking, ports: LookPorts): Promise<Answered> {
  const { subject } = looking;
  switch (command.verb) {
    case "status":
      return subject === undefined
        ? await fleetStatus(command, looking, ports)
        : await tenantStatus(command, { ...looking, subject }, ports);
    case "plan":
      return await plan(command, looking, ports);
    case "logs":
      return await logs(command, named(subject, command), looking, ports);
    case "diagnose":
      return await diagnose(command, { ...looking, subject: named(subject, command) }, ports);
  }
}

type Subject = NonNullable<Looking["subject"]>;

function named(subject: Subject | undefined, { tenant }: { readonly tenant: string }): Subject {
  if (subject !== undefined) return subject;
  throw new OperatorError("unknown-tenant", `${tenant} is not a tenant on the default branch`);
}

/** Plans the pull request again, as a whole, and waits until its comment has it. */
async function plan(command: CommandOf<"plan">, { pull, cell }: Looking, ports: LookPorts): Promise<Answered> {
  const run = await ports.workflows.start("plan.yml", { "pull-request": String(pull) });
  await ports.working(`#${pull} is planned again: ${run.address}`);
  const end = await followRun(run, ports);
  const again = `the plan of #${pull}, of all tenants it touches,`;
  const untouched =
    end === "success" && command.tenant !== undefined && !(await touches(pull, command.tenant, cell))
      ? `; it changes nothing of ${command.tenant}`
      : "";
  const summaries = {
    success: `${again} was made again and is in order${untouched}; its comment has it (${run.address})`,
    unknown: `${again} is made again; its comment is edited when it is there (${run.address})`,
    "goes on": `${again} is still being made; its comment is edited when it is there (${run.address})`,
  };
  const named = end === "success" || end === "unknown" || end === "goes on";
  return {
    ...{ state: "answered", command, facts: [], lines: [], next: [] },
    summary: named
      ? summaries[end]
      : `${again} was made again and ended with ${end}; its comment says why it cannot be merged as it is (${run.address})`,
  };
}

/** Whether the last plan of a pull request has a tenant; one that touches nothing of an environment leaves no record there. */
async function touches(pull: number, tenant: string, { records }: Pick<CommandCell, "records">): Promise<boolean> {
  const plan = readPullRecord((await records.get(pullKey(pull)))?.value);
  return plan?.expected.includes(tenant) ?? false;
}

/** Lines that fit into a comment with room for everything else. */
const mostLines = 100;

/** Minutes that are looked back when nobody says how many. */
const usualMinutes = 15;

async function logs(
  command: CommandOf<"logs">,
  { tenant }: Subject,
  { cell }: Looking,
  { clock }: LookPorts,
): Promise<Answered> {
  const minutes = command.since ?? usualMinutes;
  const since = new Date(clock.now().getTime() - minutes * 60_000);
  const found = await cell.insight.lines(`/ecs/${tenantStackName(tenant)}/${command.service}`, since, mostLines);
  return {
    ...{ state: "answered", command, facts: [], next: [{ verb: "diagnose", tenant: tenant.name }] },
    summary:
      found.length === 0
        ? `${command.service} wrote nothing in the last ${writeTime(minutes)}`
        : `the last ${found.length} lines of ${command.service} in ${writeTime(minutes)}${found.length === mostLines ? ", and there are more" : ""}`,
    // Whoever reads a pull request need not be allowed to read a patient's name or a password.
    lines: found.map(withoutSecrets),
  };
}
