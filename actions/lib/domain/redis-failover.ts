/** Failover of a tenant's Redis comes, and goes, in an update of its own. */
import type { Stack, StackDesire } from "./stack.ts";

/** The first of two updates that make one plan. */
export interface UpdateStep {
  /** The stack after it: everything as it should be, but for what has to wait for the second. */
  readonly first: StackDesire;
  /** What happens in which update, for the plan and the outcome. */
  readonly inWords: string;
}

/**
 * The update that has to come before the one asked for, or undefined if one is enough. CloudFormation turns failover on before it adds
 * the node that failover needs, and ElastiCache refuses that (aws-cloudformation/cloudformation-coverage-roadmap, issue 383). It also
 * refuses to take the last replica away while failover is on; in which order CloudFormation would do that is not documented.
 *
 * @param present the stack as it is; one that was left between the two updates needs only the second
 */
export function failoverStep(present: Pick<Stack, "parameters">, desire: StackDesire): UpdateStep | undefined {
  const [is, shall] = [present.parameters, desire.parameters];
  if (is.RedisNodes === undefined || shall.RedisNodes === undefined) return undefined;
  const without = (more: StackDesire["parameters"]): StackDesire => ({
    ...desire,
    parameters: { ...shall, ...more, RedisFailover: "false" },
  });
  if (is.RedisNodes === "1" && shall.RedisNodes !== "1" && shall.RedisFailover === "true") {
    return { first: without({}), inWords: "first Redis gets its second node, then failover is turned on" };
  }
  if (is.RedisNodes !== "1" && shall.RedisNodes === "1" && is.RedisFailover === "true") {
    return {
      first: without({ RedisNodes: is.RedisNodes }),
      inWords: "first failover of Redis is turned off, then the nodes it needed go",
    };
  }
  return undefined;
}
