import {
  CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import type { Farewell } from "../../ports/farewell.ts";
import type { Connection } from "./cell.ts";
import { scheduled, scheduledSettings } from "./scheduler-client.ts";

/** A cell's farewell. */
export function cellFarewell({ client, calls, trace }: Pick<Connection, "client" | "calls" | "trace">): Farewell {
  const cloudFormation = scheduled(trace.follow(new CloudFormationClient(scheduledSettings(client))), calls);
  return {
    template: async (StackName) => {
      const { TemplateBody } = await cloudFormation.send(
        new GetTemplateCommand({ StackName, TemplateStage: "Original" }),
      );
      if (TemplateBody === undefined) throw new Error(`CloudFormation gave no template of ${StackName}`);
      return TemplateBody;
    },

    liftProtection: async (StackName) => {
      await cloudFormation.send(
        new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
      );
    },

    physicalIds: async (StackName) => {
      const ids: Record<string, string> = {};
      for await (const { StackResourceSummaries } of paginateListStackResources(
        { client: cloudFormation },
        { StackName },
      )) {
        for (const { LogicalResourceId, PhysicalResourceId } of StackResourceSummaries ?? []) {
          if (LogicalResourceId !== undefined) ids[LogicalResourceId] = PhysicalResourceId ?? "";
        }
      }
      return ids;
    },
  };
}
