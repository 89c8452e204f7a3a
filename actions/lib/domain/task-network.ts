/** Where the tasks of a tenant are in the network. */
import { fromOutputs, type Outputs, type ReadOutput } from "./stack-outputs.ts";
import type { TierName } from "./tenant.ts";

export interface TaskNetwork {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Of every task, whatever it runs. Those of a trial are let in to the database and the cache that trials share. */
export function taskNetwork(tier: TierName, output: ReadOutput): TaskNetwork {
  return {
    subnets: output("AppSubnetIds").split(","),
    securityGroups: [output("AppSecurityGroupId"), ...(tier === "trial" ? [output("TrialClientSecurityGroupId")] : [])],
  };
}

/**
 * The same for a task that is made from nothing else of the stacks.
 *
 * @throws OperatorError `missing-output` naming every output the stacks do not have
 */
export function taskNetworkOf(stack: string, tier: TierName, outputs: Outputs): TaskNetwork {
  return fromOutputs(stack, outputs, (output) => taskNetwork(tier, output));
}
