import type { Call, World } from "../../kernel.ts";
import { accountOf, type Output, type Stack } from "./state.ts";

export interface Export {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
}

interface Where {
  readonly world: World;
  readonly call: Call;
}

/** All exports of the account and region, by name. */
export function exportsOf({ world, call }: Where): ReadonlyMap<string, Export> {
  const found = new Map<string, Export>();
  for (const stack of accountOf(world, call.caller).stacks.values()) {
    if (stack.status === "DELETE_COMPLETE") continue;
    for (const { exportName, value } of stack.outputs) {
      if (exportName !== undefined) found.set(exportName, { name: exportName, value, stackId: stack.id });
    }
  }
  return found;
}

/** Names of the stacks that import a value. */
export function importersOf(name: string, { world, call }: Where): readonly string[] {
  const stacks = [...accountOf(world, call.caller).stacks.values()];
  return stacks
    .filter((stack) => stack.status !== "DELETE_COMPLETE" && imports(stack, name))
    .map((stack) => stack.name);
}

/**
 * Why the outputs of a stack may not become these: another stack uses an export that would go or change, or exports the same
 * name. Undefined if they may.
 */
export function exportConflict(stack: Stack, next: readonly Output[], where: Where): string | undefined {
  const after = new Map(next.map((output) => [output.exportName, output.value]));
  for (const { exportName, value } of stack.outputs) {
    if (exportName === undefined || after.get(exportName) === value) continue;
    const users = importersOf(exportName, where).filter((name) => name !== stack.name);
    const verb = after.has(exportName) ? "updated" : "deleted";
    if (users.length > 0) return `Export ${exportName} cannot be ${verb} as it is in use by ${users.join(", ")}`;
  }
  const taken = exportsOf(where);
  for (const { exportName } of next) {
    const other = exportName === undefined ? undefined : taken.get(exportName);
    if (other !== undefined && other.stackId !== stack.id)
      return `Export with name ${exportName} is already exported by stack ${other.stackId.split("/")[1]}`;
  }
  return undefined;
}

function imports(stack: Stack, name: string): boolean {
  if (stack.blueprint === undefined || stack.status === "REVIEW_IN_PROGRESS") return false;
  return stack.importedNames.has(name);
}
