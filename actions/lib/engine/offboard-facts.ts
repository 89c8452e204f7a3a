import { clusterName } from "../domain/environment-names.ts";
import type { OffboardFacts } from "../domain/offboard.ts";
import { serviceOrder } from "../domain/service.ts";
import type { Stack } from "../domain/stack.ts";
import type { Cell } from "../ports/cell.ts";

/** What is there of a tenant: for its plan, and for the decision whether it may be removed now. */
export async function offboardFacts(
  stackName: string,
  { stacks, services, environment }: Pick<Cell, "stacks" | "services" | "environment">,
): Promise<OffboardFacts & { readonly stack?: Stack }> {
  const names = serviceOrder.map((role) => `${stackName}-${role}`);
  const [stack, found] = await Promise.all([stacks.find(stackName), services.find(clusterName(environment), names)]);
  const active = found.filter(({ status }) => status === "active");
  const resources = stack === undefined ? [] : await stacks.resources(stack.id);
  return { resources, services: active, ...(stack !== undefined && { stack }) };
}
