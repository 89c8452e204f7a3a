import type { Stacks } from "../../ports/stacks.ts";
import type { Connection } from "./cell.ts";
import { opsStacks } from "./ops-stacks.ts";
import { scheduledQueries } from "./scheduler-queries.ts";

/** A cell's stacks for actions that change none: without the clients of CloudFormation and S3, which are half a bundle. */
export function cellStackReads(connection: Connection): Stacks {
  return opsStacks(scheduledQueries(connection));
}
