import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { recordsBucket, roleArn } from "../../domain/environment-names.ts";
import type { Stacks } from "../../ports/stacks.ts";
import type { Connection } from "./cell.ts";
import { bucketClient } from "./cell-records.ts";
import { cloudFormationStacks } from "./cloudformation-stacks.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";
import { templateUpload } from "./template-upload.ts";

/** A cell's stacks. */
export function cellStacks(connection: Connection): Stacks {
  const { environment, kind, client, trace, calls } = connection;
  return cloudFormationStacks(scheduled(trace.follow(new CloudFormationClient(scheduledSettings(client))), calls), {
    executionRole: roleArn(environment, "cfn"),
    upload: templateUpload(bucketClient(connection), {
      bucket: recordsBucket(environment),
      region: environment.region,
      // Whoever can push a branch can write below plans/; what is executed comes from a place only the deploy role writes.
      prefix: kind === "plan" ? "plans/templates" : "templates",
    }),
  });
}
