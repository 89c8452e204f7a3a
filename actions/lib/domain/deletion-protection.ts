/** What holds data, and the way in, are protected against deletion once a stack is whole, and not before. */
import type { UpdateStep } from "./redis-failover.ts";
import type { StackDesire } from "./stack.ts";

/**
 * The creation that has to come before the protection, or undefined for a stack that asks for none. What is protected from its first moment
 * cannot be taken back when a later resource fails: the creation would end in ROLLBACK_FAILED, and the next one would find its names taken
 * (RDS user guide, "Deleting a DB instance"; Elastic Load Balancing, "Deletion protection"). Nothing is in them yet: the first migration
 * comes after both.
 */
export function creationStep(desire: StackDesire): UpdateStep | undefined {
  if (desire.parameters.DeletionProtection !== "true") return undefined;
  return {
    first: { ...desire, parameters: { ...desire.parameters, DeletionProtection: "false" } },
    inWords: "first everything is made, then it is protected against deletion",
  };
}
