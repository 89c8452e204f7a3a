import { expect, test } from "vitest";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { taskNetworkOf } from "../../actions/lib/domain/task-network.ts";

const stack = "mate-clinic-x-production";
const own = { AppSubnetIds: "subnet-1,subnet-2", AppSecurityGroupId: "sg-app" };

test.for([
  ["enterprise", ["sg-app"]],
  ["standard", ["sg-app"]],
  ["trial", ["sg-app", "sg-trials"]],
] as const)("tasks of an %s tenant are let in where they belong, and nowhere else", ([tier, securityGroups]) => {
  expect(taskNetworkOf(stack, tier, { ...own, TrialClientSecurityGroupId: "sg-trials" })).toEqual({
    subnets: ["subnet-1", "subnet-2"],
    securityGroups,
  });
});

test.for([
  ["trial", own, "TrialClientSecurityGroupId"],
  ["trial", { ...own, AppSubnetIds: "" }, "AppSubnetIds, TrialClientSecurityGroupId"],
  ["standard", {}, "AppSecurityGroupId, AppSubnetIds"],
] as const)(
  "a task of an %s tenant is not placed by halves: all outputs that are missing are told",
  ([tier, outputs, missing]) => {
    expect(() => taskNetworkOf(stack, tier, outputs)).toThrow(
      new OperatorError(
        "missing-output",
        `${stack} and its platform have no output ${missing}; apply both stacks with the present templates first`,
      ),
    );
  },
);
