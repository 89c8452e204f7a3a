import type { Install } from "../kernel.ts";
import { nestedStack } from "./nested-stack.ts";
import { accountOperations } from "./operations/account.ts";
import { changeSetOperations } from "./operations/change-sets.ts";
import { describeOperations } from "./operations/describe.ts";
import { driftOperations } from "./operations/drift.ts";
import { policyOperations } from "./operations/policies.ts";
import { stackOperations } from "./operations/stacks.ts";
import { templateOperations } from "./operations/templates.ts";
import { signalOperations, waitCondition } from "./wait-condition.ts";

/** Adds CloudFormation to a world. Resource types with handlers in the world use those, all others the generic one. */
export const installCloudFormation: Install = (world) => {
  world.resources.set("AWS::CloudFormation::Stack", nestedStack(world));
  world.resources.set("AWS::CloudFormation::WaitCondition", waitCondition(world));
  world.services.set("cloudformation", {
    name: "cloudformation",
    operations: {
      ...stackOperations(world),
      ...changeSetOperations(world),
      ...describeOperations(world),
      ...templateOperations(world),
      ...policyOperations(world),
      ...driftOperations(world),
      ...accountOperations(world),
      ...signalOperations(world),
    },
  });
};
