import type { Person } from "../lib/domain/command/operator-rules.ts";
import type { DesiredTenant } from "../lib/domain/desired.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { restoreOperation } from "../lib/domain/restore-names.ts";
import { type RestorePlan, refusals } from "../lib/domain/restore-plan.ts";
import { wantedPoint } from "../lib/domain/restore-point.ts";
import type { RestoreRecord, RestoreWhat } from "../lib/domain/restore-record.ts";
import { decideRestore } from "../lib/domain/restore-second-person.ts";
import { takeLease } from "../lib/engine/lease.ts";
import {
  abortRestore,
  beginRestore,
  type Doer,
  executeRestore,
  journalOf,
  undoRestore,
} from "../lib/engine/restore/execute-restore.ts";
import { planRestore, restorable } from "../lib/engine/restore/plan-restore.ts";
import type { RestoreTarget } from "../lib/engine/restore/restore-context.ts";
import { openJournal, type RestoreJournal } from "../lib/engine/restore/restore-journal.ts";
import { outputsNow } from "../lib/engine/restore/serving-secret.ts";
import type { Approvals } from "../lib/ports/approvals.ts";
import type { Fleet } from "../lib/ports/fleet.ts";
import type { LeaseHolders } from "../lib/ports/lease-holders.ts";
import type { People } from "../lib/ports/people.ts";
import type { RestoreCell } from "../lib/ports/restore-cell.ts";

export interface RestoreRequest {
  readonly tenant: string;
  readonly what: RestoreWhat;
  /** As it was written in the form. */
  readonly when: string;
  readonly mode: "list" | "dry-run" | "execute" | "undo" | "abort";
  /** Operation to go on with; undefined begins that of this run. */
  readonly operation?: string;
  /** The tenant's name, typed once more. */
  readonly confirm: string;
  /** Role of the session: plan may not see file names. */
  readonly role: "plan" | "restore";
  readonly run: {
    readonly id: string;
    readonly url: string;
    /** Who filled in the form, and who started this attempt. */
    readonly actor: string;
    readonly startedBy: string;
  };
}

export interface RestorePorts {
  readonly approvals: Approvals;
  readonly people: People;
  readonly holders: LeaseHolders;
}

export type RestoreOutcome =
  | { readonly outcome: "listed"; readonly restorable: Awaited<ReturnType<typeof restorable>> }
  | { readonly outcome: "planned"; readonly plan: RestorePlan }
  | { readonly outcome: "carried-out"; readonly record: RestoreRecord }
  /** A step failed; the journal knows how far it is. */
  | { readonly outcome: "stopped"; readonly record: RestoreRecord; readonly failure: OperatorError };

/** One restore, as the form asks for it. */
export async function restore(
  request: RestoreRequest,
  fleet: Omit<Fleet, "cell"> & { readonly cell: RestoreCell },
  ports: RestorePorts,
): Promise<RestoreOutcome> {
  const [desired] = fleet.tenants;
  if (desired === undefined) throw new Error("no tenant was selected");
  const target = await targetOf(desired, fleet);
  switch (request.mode) {
    case "list":
      return { outcome: "listed", restorable: await restorable(target) };
    case "dry-run": {
      const plan = await plannedBy(request, target);
      return { outcome: "planned", plan };
    }
    case "execute":
    case "undo":
    case "abort":
      return await carryOut(request, target, ports);
  }
}

/** @throws OperatorError `no-stack` for a tenant that was never applied */
async function targetOf(
  desired: DesiredTenant,
  { cell, platform, clock, progress }: Omit<Fleet, "cell"> & { readonly cell: RestoreCell },
): Promise<RestoreTarget> {
  const stack = await cell.stacks.find(desired.stack.name);
  if (stack === undefined) {
    throw new OperatorError("no-stack", `${desired.tenant.name} has no stack ${desired.stack.name}; deploy it first`);
  }
  const outputs = await outputsNow(desired.tenant.name, { ...platform, ...stack.outputs }, cell.records);
  return { desired, outputs, cell, clock, progress };
}

async function plannedBy(request: RestoreRequest, target: RestoreTarget): Promise<RestorePlan> {
  return await planRestore(
    {
      operation: request.operation ?? restoreOperation(request.run.id),
      what: request.what,
      wanted: wantedPoint(request.when),
      files: request.role === "plan" ? "leave" : "count",
    },
    target,
  );
}

/** Everything that changes something: typed, approved by a second person, with the tenant's lease in hand. */
async function carryOut(request: RestoreRequest, target: RestoreTarget, ports: RestorePorts): Promise<RestoreOutcome> {
  const { tenant, environment } = target.desired;
  if (request.confirm !== tenant.name) {
    throw new OperatorError(
      "not-confirmed",
      `type ${tenant.name} into confirm to ${request.mode} its restore; nothing was done`,
    );
  }
  const doer = {
    actor: request.run.actor,
    confirmedBy: await secondPerson(request, target, ports),
    run: request.run.url,
  };
  const operation = request.operation ?? restoreOperation(request.run.id);
  const { records } = target.cell;
  const answer = await takeLease(
    {
      tenant: tenant.name,
      operation,
      purpose: `restore of ${environment.name}/${tenant.name} (${request.mode})`,
      holder: request.run.actor,
      run: request.run.url,
      runId: request.run.id,
    },
    { records, holders: ports.holders, clock: target.clock },
  );
  if (answer.answer === "held") {
    const { purpose, holder, run } = answer.by;
    throw new OperatorError(
      "tenant-busy",
      `${purpose} by ${holder} works on ${tenant.name} at this moment (${run}); start this again when it is over`,
    );
  }
  try {
    const journal = await journalFor(operation, { request, target, doer });
    return await carriedOut(journal, { request, target, stillOurs: answer.held.check });
  } finally {
    await answer.held.release();
  }
}

async function journalFor(
  operation: string,
  { request, target, doer }: { readonly request: RestoreRequest; readonly target: RestoreTarget; readonly doer: Doer },
): Promise<RestoreJournal> {
  const known =
    request.operation === undefined
      ? await openJournal(operation, target.cell.records)
      : await journalOf(operation, target);
  if (known === undefined) {
    if (request.mode !== "execute") {
      throw new OperatorError(
        "no-operation",
        `say in operation which restore to ${request.mode}; mode list shows them`,
      );
    }
    const begun = await beginRestore(await plannedBy(request, target), doer, target);
    await note(begun.now(), { request, doer, target, outcome: "begun" });
    return begun;
  }
  if (!known.now().runs.includes(doer.run))
    await known.write((record) => ({ ...record, runs: [...record.runs, doer.run] }));
  return known;
}

async function carriedOut(
  journal: RestoreJournal,
  {
    request,
    target,
    stillOurs,
  }: {
    readonly request: RestoreRequest;
    readonly target: RestoreTarget;
    readonly stillOurs: () => Promise<void>;
  },
): Promise<RestoreOutcome> {
  const context = { ...target, journal, stillOurs };
  const work = {
    execute: executeRestore,
    undo: undoRestore,
    abort: abortRestore,
    list: undefined,
    "dry-run": undefined,
  }[request.mode];
  if (work === undefined) throw new Error(`${request.mode} changes nothing`);
  try {
    const record = await work(context);
    const doer = { actor: request.run.actor, confirmedBy: record.confirmedBy, run: request.run.url };
    await note(record, { request, doer, target, outcome: record.state });
    return { outcome: "carried-out", record };
  } catch (failure) {
    if (!(failure instanceof OperatorError)) throw failure;
    return { outcome: "stopped", record: journal.now(), failure };
  }
}

/** @throws OperatorError `refused-operator` or `no-second-person` */
async function secondPerson(
  request: RestoreRequest,
  { desired }: RestoreTarget,
  { approvals, people }: RestorePorts,
): Promise<string> {
  const { environment, tenant } = desired;
  const logins = [...new Set([request.run.actor, request.run.startedBy])];
  const approved = await approvals.of(request.run.id, `${environment.name}-restore`);
  const find = async (login: string): Promise<Person> => await people.find(login, teamsOf(environment));
  const [askers, approvers] = await Promise.all([
    Promise.all(logins.map(find)),
    Promise.all([...new Set(approved)].map(find)),
  ]);
  const decision = decideRestore({ environment, tier: tenant.tier, askers, approvers });
  if (decision.decision === "allowed") return decision.confirmedBy;
  throw new OperatorError(decision.reasonCode, `${decision.because}; nothing was done`);
}

function teamsOf({ operators }: Environment): readonly string[] {
  return [...new Set(operators.flatMap((operator) => ("team" in operator ? [operator.team] : [])))];
}

/** One line of the journal, which nobody can change. */
async function note(
  record: RestoreRecord,
  entry: {
    readonly request: RestoreRequest;
    readonly doer: Doer;
    readonly target: RestoreTarget;
    readonly outcome: string;
  },
): Promise<void> {
  const { request, doer, target, outcome } = entry;
  const at = target.clock.now().toISOString();
  const key = `journal/${at.slice(0, 10).replaceAll("-", "/")}/${record.operation}-${outcome}-${record.tenant}.json`;
  const { operation, tenant, environment, what, steps } = record;
  await target.cell.records.put(
    key,
    {
      operation,
      verb: "restore",
      mode: request.mode,
      tenant,
      environment,
      what,
      to: record.at,
      ...doer,
      at,
      outcome,
      steps,
    },
    // Written before by a run that was lost right after.
    { ifAbsent: true },
  );
}

/** Why the run fails although everything was done as asked: a plan that would be refused, or a stack that drifted. */
export function failureOf(
  outcome: RestoreOutcome,
): { readonly reasonCode: string; readonly message: string } | undefined {
  switch (outcome.outcome) {
    case "listed":
      return undefined;
    case "planned": {
      const reasons = refusals(outcome.plan);
      return reasons.length === 0 ? undefined : { reasonCode: "restore-refused", message: reasons.join("; ") };
    }
    case "stopped":
      return { reasonCode: outcome.failure.reasonCode, message: outcome.failure.message };
    case "carried-out": {
      const { drift = [] } = outcome.record.facts;
      if (drift.length === 0) return undefined;
      return {
        reasonCode: "stack-drifted",
        message: `the restore is done, but the database differs from its stack: ${drift.join("; ")}`,
      };
    }
  }
}
