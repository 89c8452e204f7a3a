import { AwsError, type Call, type World } from "../../kernel.ts";
import { findStack } from "../operations/find.ts";
import { enter } from "./events.ts";
import { begin, end } from "./operation.ts";
import type { OperationType, StackStatus } from "./state.ts";

export interface Steering {
  /** Name or ARN. */
  readonly stack: string;
  readonly status: StackStatus;
  readonly reason?: string;
  /** How the operation that shows this status ends; absent: it has ended with it. */
  readonly ending?: { readonly status: StackStatus; readonly afterSeconds: number };
}

/**
 * Plays an operation of somebody else that the stack is in the middle of, or that left it in this status: for states in which a
 * test cannot catch a stack at its will. Its resources stay as they are.
 *
 * @throws AwsError ValidationError if there is no such stack
 */
export function steerStack({ stack: name, status, reason, ending }: Steering, world: World, call: Call): void {
  const stack = findStack(name, { world, call });
  if (stack === undefined) throw new AwsError("ValidationError", `Stack with id ${name} does not exist`);
  const work = begin({ world, call }, stack, { type: operationOf(status), token: undefined });
  stack.updatedAt = world.clock.now();
  enter(work, status, reason);
  if (ending === undefined) {
    end(work, status.endsWith("_FAILED"));
    return;
  }
  world.clock.after(ending.afterSeconds * 1000, () => {
    enter(work, ending.status);
    end(work, ending.status.includes("ROLLBACK") || ending.status.endsWith("_FAILED"));
  });
}

/** AWS has no type of operation for an import; it counts as an update. */
function operationOf(status: StackStatus): OperationType {
  if (status.startsWith("CREATE_") || status.startsWith("ROLLBACK_")) return "CREATE_STACK";
  return status.startsWith("DELETE_") ? "DELETE_STACK" : "UPDATE_STACK";
}
