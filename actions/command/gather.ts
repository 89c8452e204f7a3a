import type { Asked } from "../lib/domain/authority.ts";
import type { Facts, Pending } from "../lib/domain/command/confirmation.ts";
import type { Command } from "../lib/domain/command/grammar.ts";
import { operationOf } from "../lib/domain/command/operation-id.ts";
import { tenantOf } from "../lib/domain/command/target-rules.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { isHeld } from "../lib/domain/lease.ts";
import { pendingOf } from "../lib/domain/operation.ts";
import { withOverrides } from "../lib/domain/override.ts";
import type { Tenant } from "../lib/domain/tenant.ts";
import { findOperation, type StoredOperation } from "../lib/engine/command/operations.ts";
import type { CommandCell } from "../lib/engine/command/setting.ts";
import { readLease } from "../lib/engine/lease.ts";
import { overridesOf } from "../lib/engine/live-overrides.ts";
import { migrationBetween } from "../lib/engine/rollback.ts";
import type { DeclaredTenant } from "../lib/ports/declarations.ts";
import type { ActPorts } from "./act.ts";
import { type CommandRequest, knownTenants, targetOf, teamsIn } from "./request.ts";

/** Everything a decision is made from, and what was found on the way. */
export interface Gathered {
  readonly asked: Omit<Asked, "facts">;
  /** What has to be known of how dangerous the command is; asked only of commands that are in order otherwise. */
  readonly facts: () => Promise<Facts>;
  readonly environment: Environment;
  readonly cell: CommandCell;
  /** Record of this comment's operation. */
  readonly own: StoredOperation;
  /** Record of the operation that `/confirm` or `/cancel` names. */
  readonly other?: StoredOperation;
  /** The tenant's file, and the tenant as it is to run now. */
  readonly declared?: DeclaredTenant;
  readonly tenant?: Tenant;
}

/** Looks everything up, at the same time where nothing waits for something else. Nothing is written. */
export async function gather(
  command: Command,
  environment: Environment,
  request: CommandRequest,
  ports: ActPorts,
): Promise<Gathered> {
  const { comment, run, policy } = request;
  const people = Promise.all([
    ports.people.find(run.startedBy, teamsIn([environment])),
    ports.comments.state(comment.id, comment.body),
  ]);
  // Whoever fails first is heard; the other must not be an error that nobody waits for.
  people.catch(() => {});
  const other =
    "operation" in command ? await findOperation(command.operation, ports.cells(environment).records) : undefined;
  const pending = other === undefined ? undefined : pendingIn(other, knownTenants(policy), run.url);
  const subject = pending === undefined || typeof pending === "string" ? command : pending.command;
  const name = tenantOf(subject);
  const declared = policy.declarations.tenants.get(name ?? "");
  const cell = ports.cells(environment, declared === undefined ? undefined : name);
  const [[person, state], own, overrides] = await Promise.all([
    people,
    findOperation(operationOf(comment.id), cell.records),
    name === undefined ? [] : overridesOf(name, cell.records),
  ]);
  const now = ports.clock.now();
  const tenant = declared === undefined ? undefined : withOverrides(declared.tenant, overrides, now);
  return {
    asked: {
      ...{ command, person, run, now },
      comment: { ...comment, state },
      operation: own.state,
      target: targetOf(subject, environment, policy, tenant),
      ...(pending !== undefined && { pending }),
    },
    facts: () => factsOf(subject, { cell, tenant, environment }, ports),
    ...{ environment, cell, own },
    ...(other !== undefined && { other }),
    ...(declared !== undefined && { declared }),
    ...(tenant !== undefined && { tenant }),
  };
}

function pendingIn(
  stored: StoredOperation,
  tenants: readonly string[],
  run: string,
): Pending | "none" | "lookup-failed" {
  return stored.state === "lookup-failed" ? "lookup-failed" : pendingOf(stored.operation, tenants, run);
}

async function factsOf(
  command: Command,
  subject: { readonly cell: CommandCell; readonly tenant: Tenant | undefined; readonly environment: Environment },
  { holders, clock }: ActPorts,
): Promise<Facts> {
  const { cell, tenant, environment } = subject;
  if (command.verb === "rollback" && tenant?.state === "active") {
    return { migrationBetween: await migrationBetween(command, { cell, tenant, environment }), holder: "unknown" };
  }
  if (command.verb === "unlock") {
    const { lease } = await readLease(command.tenant, cell.records);
    const holder = isHeld(lease, clock.now()) ? await holders.state(lease.runId) : "gone";
    return { migrationBetween: "unknown", holder };
  }
  return { migrationBetween: "unknown", holder: "unknown" };
}
