import { clusterName } from "../domain/environment-names.ts";
import type { OffboardFacts } from "../domain/offboard.ts";
import { keepsDatabase, restoreKey } from "../domain/restore-record.ts";
import { serviceOrder } from "../domain/service.ts";
import type { Stack } from "../domain/stack.ts";
import type { Cell } from "../ports/cell.ts";
import { lastSuspension } from "./command/database-power.ts";
import { restoresOf } from "./restore/restore-holder.ts";

/** What is there of a tenant: for its plan, and for the decision whether it may be removed now. */
export async function offboardFacts(
  tenant: string,
  { stacks, services, environment, records }: Pick<Cell, "stacks" | "services" | "environment" | "records">,
): Promise<OffboardFacts & { readonly stack?: Stack }> {
  const stackName = `mate-${tenant}-${environment.name}`;
  const names = serviceOrder.map((role) => `${stackName}-${role}`);
  const [stack, found, { suspension }, { holder, operations }] = await Promise.all([
    stacks.find(stackName),
    services.find(clusterName(environment), names),
    lastSuspension(tenant, records),
    restoresOf(tenant, records),
  ]);
  const active = found.filter(({ status }) => status === "active");
  const resources = stack === undefined ? [] : await stacks.resources(stack.id);
  const stopped = suspension?.state === "suspended" ? suspension.database?.id : undefined;
  const restores = await Promise.all(
    operations.map(async (operation) => [operation, await records.get(restoreKey(operation))] as const),
  );
  return {
    putAway: restores.flatMap(([operation, stored]) =>
      stored !== undefined && keepsDatabase(stored.value) ? [operation] : [],
    ),
    resources,
    services: active,
    ...(stack !== undefined && { stack }),
    ...(stopped !== undefined && { stoppedDatabase: stopped }),
    ...(holder !== undefined && { restore: holder }),
  };
}
