import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { roleArn } from "../../domain/environment-names.ts";
import type { Stacks } from "../../ports/stacks.ts";
import type { Connection } from "./cell.ts";
import { cloudFormationStacks } from "./cloudformation-stacks.ts";

/** A cell's stacks for actions that change none: without the client of S3, which long templates go through. */
export function cellStackReads({ environment, client, trace }: Connection): Stacks {
  return cloudFormationStacks(trace.follow(new CloudFormationClient(client)), {
    executionRole: roleArn(environment, "cfn"),
    upload: () => {
      throw new Error("this action changes no stack, so it uploads no template");
    },
  });
}
