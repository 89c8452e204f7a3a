/** What can go wrong with stacks, and what other people do to stacks and services meanwhile. */
import * as z from "zod";
import { cloudFormationFaults } from "../aws/cloudformation/stack/faults.ts";
import { AwsError, type Call } from "../aws/kernel.ts";
import { type Beds, count, type FaultWord, faultWord, seconds } from "./fault-word.ts";

const at = {
  resource: z.string(),
  stack: z.string().exactOptional(),
  message: z.string().default("injected by the bed"),
};
const where = "resource=Database[,stack=mate-hospital-a-production][,message=TEXT]";

const elsewhere: Call = {
  requestId: "somebody-else",
  caller: {
    account: "123456789012",
    region: "us-east-1",
    arn: "arn:aws:iam::123456789012:user/somebody-else",
    tags: {},
  },
};

export const stackWords: Readonly<Record<string, FaultWord>> = {
  "stack-failure": faultWord(
    {
      meaning: "a resource fails to be created, updated or removed, so that the stack rolls back",
      form: `stack-failure,${where}[,phase=create|update|remove][,times=1]`,
      values: z.strictObject({
        ...at,
        phase: z.enum(["create", "update", "remove"]).default("update"),
        times: count.default(1),
      }),
    },
    ({ aws }, { resource, stack, message, phase, times }) =>
      cloudFormationFaults(aws.world).fail({
        logicalId: resource,
        phase,
        message,
        times,
        ...(stack !== undefined && { stack }),
      }),
  ),
  "stuck-rollback": faultWord(
    {
      meaning: "an update fails, and so does its rollback",
      form: `stuck-rollback,${where}`,
      values: z.strictObject(at),
    },
    ({ aws }, { resource, stack, message }) => {
      for (const phase of ["update", "rollback"] as const)
        cloudFormationFaults(aws.world).fail({
          logicalId: resource,
          phase,
          message,
          times: 1,
          ...(stack !== undefined && { stack }),
        });
    },
  ),
  "foreign-stack-update": faultWord(
    {
      meaning: "after so many seconds somebody else updates a stack",
      form: "foreign-stack-update,stack=mate-hospital-a-production,seconds=600",
      values: z.strictObject({ stack: z.string(), seconds }),
    },
    (beds, { stack, seconds: after }) =>
      later(beds, after, async () => {
        const { world } = beds.aws;
        const { Stacks } = await world.invoke<{ readonly Stacks: readonly StackLike[] }>(
          ...["cloudformation", "DescribeStacks"],
          { StackName: stack },
          elsewhere,
        );
        const Parameters = (Stacks[0]?.Parameters ?? []).map(({ ParameterKey }) => ({
          ParameterKey,
          UsePreviousValue: true,
        }));
        await world.invoke(
          ...["cloudformation", "UpdateStack"],
          {
            ...{ StackName: stack, UsePreviousTemplate: true, Parameters, Capabilities: ["CAPABILITY_NAMED_IAM"] },
            Tags: [{ Key: "touched-by", Value: "somebody-else" }],
          },
          elsewhere,
        );
      }),
  ),
  "foreign-service-change": faultWord(
    {
      meaning: "after so many seconds somebody else sets the count of a service",
      form: "foreign-service-change,cluster=mate-production,service=mate-hospital-a-production-django,count=9,seconds=600",
      values: z.strictObject({
        cluster: z.string(),
        service: z.string(),
        count: z.coerce.number().int().min(0),
        seconds,
      }),
    },
    (beds, { cluster, service, count: desiredCount, seconds: after }) =>
      later(beds, after, async () => {
        await beds.aws.world.invoke("ecs", "UpdateService", { cluster, service, desiredCount }, elsewhere);
      }),
  ),
};

interface StackLike {
  readonly Parameters?: readonly { readonly ParameterKey: string }[];
}

/** What somebody else does, in bed time. What AWS would refuse them is said and not an error of the bed. */
function later({ aws }: Beds, after: number, act: () => Promise<void>): void {
  aws.world.clock.after(after * 1000, () => {
    act().catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      console.error(`somebody else was refused: ${error.code}: ${error.message}`);
    });
  });
}
